/** The command itself, as a process with pipes that somebody closes early. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { expect, onTestFinished, test } from "vitest";

import { stackText } from "../tenants/support/project.ts";

const main = join(import.meta.dirname, "../../cli/main.ts");

/** Runs a command in a project of its own, with a problem in dev, while nobody reads one of its streams; returns the other one. */
async function runWithClosed(closed: "stdout" | "stderr", ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-main-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, ".tenantry", "cluster"), { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), "name: tenantry\nruntime: nodejs\n");
  writeFileSync(join(folder, "Pulumi.dev.yaml"), stackText({ tenants: "- { id: acme, name: Acme, tier: gold }" }));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const open = closed === "stdout" ? child.stderr : child.stdout;
  child[closed].destroy();
  const [printed, [code]] = await Promise.all([text(open), once(child, "close") as Promise<[number | null]>]);
  return { printed, code };
}

test("work that reports to a closed standard error goes on to its end", async () => {
  // Says on standard error that it stops the cluster, looks for its processes, then says on standard output what it found.
  expect(await runWithClosed("stderr", "local", "down")).toEqual({
    code: 0,
    printed: "cluster down (was not running)\n",
  });
});

test.each(["stdout", "stderr"] as const)("a closed %s does not change the exit code", async (closed) => {
  const { code, printed } = await runWithClosed(closed, "plan", "dev", "--json");
  expect(code).toBe(2);
  expect(printed).not.toContain("EPIPE");
  expect(printed).toContain("unknown-word");
});
