import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { KubeConfig } from "@kubernetes/client-node";

import { type Flags, argumentsOf } from "../../../local/cluster/part-arguments.ts";
import { type ClusterPorts, choosePorts } from "../../../local/cluster/ports.ts";
import { readRunState } from "../../../local/cluster/run-state.ts";
import { localPaths } from "../../../local/paths.ts";
import { silentReporter } from "../../../local/reporter.ts";
import { ensureTools } from "../../../local/toolchain/index.ts";
import { openCluster } from "./client.ts";
import { send } from "./raw.ts";

/** A second API server over the same data as the tests' cluster, with other flags. */
export interface OtherServer {
  /** A kubeconfig file of its administrator. */
  readonly kubeconfig: string;
  readonly config: KubeConfig;
  readonly stop: () => Promise<void>;
}

/** What differs from the cluster's own server: flags with new values, `null` to leave one out. */
export type FlagChanges = Readonly<Record<`--${string}`, string | null>>;

/**
 * Starts it and waits until it is ready. It shares etcd with the cluster's own server, as the servers of any cluster do, so it has the
 * same objects.
 *
 * @param directory Folder that the tests' cluster belongs to.
 */
export async function startOtherServer(directory: string, name: string, changes: FlagChanges): Promise<OtherServer> {
  const paths = localPaths(directory);
  const { kube } = await ensureTools(["kube"], { paths, reporter: silentReporter });
  const { ports } = readRunState(paths.cluster.run);
  const others = Object.fromEntries(Object.entries(ports).filter(([part]) => part !== "kube-apiserver"));
  const { "kube-apiserver": port } = await choosePorts(others);
  const flags = changed(argumentsOf("kube-apiserver", paths, { ...ports, "kube-apiserver": port } as ClusterPorts), {
    "--audit-log-path": null,
    "--audit-policy-file": null,
    ...changes,
  });
  const log = openSync(join(directory, `${name}.log`), "w", 0o600);
  const server = spawn(
    kube,
    flags.map(([flag, value]) => `${flag}=${value}`),
    { argv0: "kube-apiserver", cwd: directory, stdio: ["ignore", log, log] },
  );
  const ended = once(server, "exit");
  const stop = async () => {
    if (server.exitCode !== null || !server.kill("SIGTERM")) return;
    // It waits for its watchers first, who have nothing to lose here.
    const killed = setTimeout(() => server.kill("SIGKILL"), 3_000);
    await ended;
    clearTimeout(killed);
  };
  const config = openCluster(paths.cluster.kubeconfig);
  const address = `https://127.0.0.1:${port}`;
  config.clusters = config.clusters.map((cluster) => ({ ...cluster, server: address }));
  const kubeconfig = join(directory, `${name}.kubeconfig`);
  writeFileSync(kubeconfig, config.exportConfig(), { mode: 0o600 });
  try {
    await ready(config, () => server.exitCode !== null);
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubeconfig, config, stop };
}

function changed(flags: Flags, changes: FlagChanges): Flags {
  const kept = flags.filter(([flag]) => !(flag in changes));
  return [
    ...kept,
    ...Object.entries(changes).flatMap(([flag, value]) => (value === null ? [] : [[flag, value] as const])),
  ];
}

async function ready(config: KubeConfig, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    // Its answer is no JSON while all is well, so an object is asked for; the namespaces are there once RBAC is.
    const answer = await send(config, { method: "GET", path: "/api/v1/namespaces/default" }).catch(() => null);
    if (answer?.status === 200) return;
    if (hasEnded() || Date.now() > deadline)
      throw new Error(`the other API server is not ready: ${answer?.message ?? ""}`);
    await sleep(200);
  }
}
