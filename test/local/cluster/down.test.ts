import { existsSync, mkdirSync } from "node:fs";

import { afterEach, expect, test, vi } from "vitest";

import { clusterDown } from "../../../local/cluster/down.ts";
import { LockLost } from "../../../local/cluster/lock.ts";
import { type LocalPaths, localPaths } from "../../../local/paths.ts";
import { type Reporter, silentReporter } from "../../../local/reporter.ts";
import { overtake } from "../support/lock.ts";
import { temporaryDirectory } from "../support/temporary.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A checkout with data of a cluster, and none of its processes. */
function stoppedCluster(): LocalPaths {
  const paths = localPaths(temporaryDirectory());
  mkdirSync(paths.cluster.etcd, { recursive: true });
  mkdirSync(paths.pulumi.state, { recursive: true });
  return paths;
}

/** A reporter that does something when a step has ended: then everything is stopped and nothing removed. */
function reporting(afterStep: () => void | Promise<void>): Reporter {
  return {
    ...silentReporter,
    step: async (title, work) => {
      const result = await silentReporter.step(title, work);
      await afterStep();
      return result;
    },
  };
}

test("down --purge whose lock was taken over removes nothing: the data is the other command's", async () => {
  const paths = stoppedCluster();
  const aborts = vi.spyOn(AbortController.prototype, "abort");
  const stolen = async () => {
    overtake(paths.cluster.directory);
    const isNoticed = () => aborts.mock.calls.some(([reason]) => reason instanceof LockLost);
    await vi.waitUntil(isNoticed, { timeout: 20_000, interval: 50 });
  };
  const down = clusterDown({ paths, reporter: reporting(stolen), purge: true });
  await expect(down).rejects.toBeInstanceOf(LockLost);
  expect(existsSync(paths.cluster.etcd)).toBe(true);
  expect(existsSync(paths.pulumi.state)).toBe(true);
});

test("down --purge that is interrupted removes nothing, and its twin removes the data", async () => {
  const paths = stoppedCluster();
  const interruption = new AbortController();
  const options = { paths, purge: true, signal: interruption.signal };
  const interrupted = clusterDown({ ...options, reporter: reporting(() => interruption.abort()) });
  await expect(interrupted).rejects.toMatchObject({ name: "AbortError" });
  expect(existsSync(paths.cluster.etcd)).toBe(true);

  await clusterDown({ paths, purge: true, reporter: silentReporter });
  expect(existsSync(paths.cluster.directory)).toBe(false);
  expect(existsSync(paths.pulumi.state)).toBe(false);
});
