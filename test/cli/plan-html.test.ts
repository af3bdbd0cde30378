import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { captureCommand } from "../support/command-line.ts";
import { stackText } from "../tenants/support/project.ts";

const home = process.cwd();
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantry-page-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: tenantry\nruntime: nodejs\n");
  writeFileSync(join(folder, "Pulumi.dev.yaml"), stackText({}));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const page = (name: string) => readFileSync(join(folder, name), "utf8");
const breakPlan = () => {
  writeFileSync(join(folder, "Pulumi.dev.yaml"), stackText({ tenants: "- { id: acme, name: Acme, tier: gold }" }));
};

describe("plan --html", () => {
  it("writes a page named after the environment, and prints its path alone on standard output", async () => {
    const { exitCode, stdout, stderr } = await captureCommand("plan", "dev", "--html");
    expect([exitCode, stdout]).toEqual([0, "tenantry-dev-plan.html\n"]);
    expect(stderr).toBe("next: open tenantry-dev-plan.html in a browser; it needs no network\n");
    expect(page("tenantry-dev-plan.html")).toContain("Isolation holds");
  });

  it("with --json prints the very same document as without", async () => {
    const plain = await captureCommand("plan", "dev", "--json");
    const both = await captureCommand("plan", "dev", "--html", "out.html", "--json");
    expect(both.stdout).toBe(plain.stdout);
    expect(both.stderr).toBe("wrote out.html; next: open out.html in a browser; it needs no network\n");
    expect(page("out.html")).toContain("Isolation holds");
  });

  it("of a plan with problems ends with 2, lists them, and still writes the page, which shows them", async () => {
    await captureCommand("plan", "dev", "--html");
    breakPlan();
    const { exitCode, stdout, stderr } = await captureCommand("plan", "dev", "--html");
    expect([exitCode, stdout]).toEqual([2, "tenantry-dev-plan.html\n"]);
    expect(stderr).toMatch(
      /tier: "gold".*\n1 problem in the configuration\.\nnext: open .*; it shows what is wrong\n$/s,
    );
    expect(page("tenantry-dev-plan.html")).toContain("1 problem in the configuration.");
  });

  it("of an environment that does not exist writes nothing", async () => {
    const { exitCode, stdout, stderr } = await captureCommand("plan", "devv", "--html");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain('Did you mean "dev"?');
    const { stdout: document } = await captureCommand("plan", "../dev", "--html", "--json");
    expect(JSON.parse(document)).toMatchObject({ proof: null });
    expect(readdirSync(folder).sort()).toEqual(["Pulumi.dev.yaml", "Pulumi.yaml"]);
  });

  it("never overwrites what is no page", async () => {
    const { exitCode, stderr } = await captureCommand("plan", "dev", "--html", "Pulumi.dev.yaml");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Pulumi.dev.yaml exists and is no page of this command");
    expect(page("Pulumi.dev.yaml")).toBe(stackText({}));
  });

  it.each([["--matrix"], ["--explain"]])("does not go with %s, which the page holds", async (option) => {
    const { exitCode, stderr } = await captureCommand("plan", "dev", "--html", "out.html", option, "acme", "globex");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/cannot be used with option/);
  });
});
