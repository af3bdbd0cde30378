import { expect, test } from "vitest";

import { captureCommand as run } from "../support/command-line.ts";

test("--list names each attempt without a cluster", async () => {
  const { exitCode, stdout } = await run("attack", "dev", "--list", "--plane", "compute");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^attempt +as +what +refused by +twin differs in +known from\n/);
  expect(stdout).toContain("compute.pod-privileged");
  expect(stdout).toContain("compute.race-roles");
  expect(stdout).not.toContain("identity.");
});

test("--list --json is one document", async () => {
  const { stdout } = await run("attack", "dev", "--list", "--json", "--guardrail", "images");
  const { attempts, races } = JSON.parse(stdout) as { attempts: { expected: unknown }[]; races: unknown[] };
  expect(attempts.length).toBeGreaterThan(0);
  for (const { expected } of attempts) expect(expected).toEqual({ kind: "guardrail", name: "images" });
  expect(races).toEqual([]);
});

test("--plane takes the plan's word and the document's for the plane of host names", async () => {
  const names = await run("attack", "dev", "--list", "--plane", "names");
  expect(names).toEqual(await run("attack", "dev", "--list", "--plane", "hosts"));
  expect(names.stdout).toContain("hosts.httproutes-neighbour");
  expect(names.stdout).not.toContain("network.");
});

test.each([
  ["an environment", ["nope"]],
  ["a tenant", ["dev", "--tenant", "ghost"]],
  ["a plane", ["dev", "--plane", "ghost"]],
  ["a guardrail", ["dev", "--guardrail", "ghost"]],
])("%s that does not exist is wrong input", async (_what, args) => {
  const { exitCode, stdout, stderr } = await run("attack", ...args, "--list");
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).not.toBe("");
});
