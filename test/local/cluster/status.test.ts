import { mkdirSync, writeFileSync } from "node:fs";

import { expect, test } from "vitest";

import { pkiFile } from "../../../local/cluster/pki.ts";
import { processStartTime } from "../../../local/cluster/process-identity.ts";
import { emptyRunState, writeRunState } from "../../../local/cluster/run-state.ts";
import { clusterStatus } from "../../../local/cluster/status.ts";
import { localPaths } from "../../../local/paths.ts";
import { temporaryDirectory } from "../support/temporary.ts";

test("a part that runs, but whose certificates are half gone, is unhealthy; the status is told all the same", async () => {
  const paths = localPaths(temporaryDirectory());
  mkdirSync(paths.cluster.pki, { recursive: true });
  writeFileSync(pkiFile(paths.cluster.pki, "ca", "crt"), "");
  const identity = { pid: process.pid, startTime: processStartTime(process.pid) ?? "" };
  const processes = { "kube-apiserver": { ...identity, fingerprint: "any" } };
  writeRunState(paths.cluster.run, { ...emptyRunState, ports: { "kube-apiserver": 20_001 }, processes });

  const status = await clusterStatus({ paths });
  expect(status.state).toBe("degraded");
  expect(status.parts.find(({ name }) => name === "kube-apiserver")).toMatchObject({
    health: "unhealthy",
    pid: process.pid,
  });
  expect(status.parts.find(({ name }) => name === "etcd")).toMatchObject({ health: "stopped", pid: null });
});
