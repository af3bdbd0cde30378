import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { runConformance } from "../../../../local/cluster/real-node/conformance.ts";
import { type LocalPaths, createLocalDirectories, localPaths } from "../../../../local/paths.ts";
import { plainReporter } from "../../../../local/reporter.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

// A cluster with a real node that is up, without one.
vi.mock("../../../../local/cluster/status.ts", () => ({ clusterStatus: () => Promise.resolve({ state: "up" }) }));
vi.mock("../../../../local/cluster/real-node/state.ts", () => ({ hasRealNode: () => true }));
vi.mock("../../../../local/cluster/real-node/images.ts", () => ({ writeTestImage: () => undefined }));

let paths: LocalPaths;
let lines: string[];

beforeEach(() => {
  paths = localPaths(temporaryDirectory());
  createLocalDirectories(paths);
  lines = [];
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs a shell script in place of upstream's program; `$record` is where it writes results. */
function conformance(script: string, signal?: AbortSignal) {
  const program = join(paths.root, "netpol-specs");
  const record = join(paths.cluster.logs, "conformance.jsonl");
  writeFileSync(program, `#!/bin/sh\nrecord='${record}'\n${script}\n`);
  chmodSync(program, 0o755);
  return runConformance({
    paths,
    tools: { "netpol-specs": program, agnhost: "" },
    reporter: plainReporter((line) => lines.push(line)),
    focus: null,
    resume: false,
    signal,
  });
}

const total = `echo '{"total":2}' >> "$record"`;
const passed = (name: string) => `echo '{"name":"${name}","state":"passed","seconds":1,"message":""}' >> "$record"`;

test("a run that is interrupted tells the figures so far, and its step is not done", async () => {
  const interruption = new AbortController();
  const begun = join(paths.root, "begun");
  // As upstream's program does: told to end, it tidies up and ends well.
  const script = `trap 'exit 0' INT\n${total}\n${passed("one")}\ntouch '${begun}'\nwhile :; do sleep 0.05; done`;
  const run = conformance(script, interruption.signal);
  await vi.waitUntil(() => existsSync(begun), { timeout: 20_000, interval: 20 });
  interruption.abort();
  expect(await run).toMatchObject({ total: 2, passed: ["one"], failed: [], notRun: 1, interrupted: true });
  expect(lines.at(-1)).toMatch(/^upstream's NetworkPolicy tests: interrupted after /);
  expect(lines.join()).not.toContain("done");
});

test("its twin that runs to its end is done", async () => {
  const result = await conformance([total, passed("one"), passed("two")].join("\n"));
  expect(result).toMatchObject({ total: 2, passed: ["one", "two"], notRun: 0, interrupted: false });
  expect(lines.at(-1)).toMatch(/^upstream's NetworkPolicy tests: done in /);
});

test("a step that fails is not interrupted", async () => {
  const failing = plainReporter((line) => lines.push(line)).step("any", () => Promise.reject(new Error("no room")));
  await expect(failing).rejects.toThrow("no room");
  expect(lines.at(-1)).toMatch(/^any: failed after /);
});
