import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, test } from "vitest";

import { isRunning, processStartTime, signalProcess } from "../../../local/cluster/process-identity.ts";
import { stopProcess } from "../../../local/cluster/processes.ts";

async function sleeper(script = "exec sleep 60") {
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  await once(child, "spawn");
  const pid = child.pid as number;
  return { child, identity: { pid, startTime: processStartTime(pid) as string } };
}

test("a process is known by number and start", async () => {
  const { child, identity } = await sleeper();
  expect(isRunning(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isRunning(identity)).toBe(false);
});

test("a reused number is never signalled", async () => {
  const { child, identity } = await sleeper();
  const former = { ...identity, startTime: `${identity.startTime}0` };
  expect(isRunning(former)).toBe(false);
  expect(signalProcess(former, "SIGKILL")).toBe(false);
  await stopProcess(former, 10);
  expect(isRunning(identity)).toBe(true);
  child.kill("SIGKILL");
});

test("a process that ignores SIGTERM is killed after its grace", async () => {
  const { child, identity } = await sleeper("trap '' TERM; echo ready; while :; do sleep 0.1; done");
  await once(child.stdout, "data");
  const exit = once(child, "exit");
  await stopProcess(identity, 100);
  expect(await exit).toEqual([null, "SIGKILL"]);
});

test("no process has number 2^30", () => {
  expect(processStartTime(2 ** 30)).toBeNull();
});
