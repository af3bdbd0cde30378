import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { argumentsOf } from "../../local/cluster/part-arguments.ts";
import { choosePorts } from "../../local/cluster/ports.ts";
import { readRunState } from "../../local/cluster/run-state.ts";
import type { LocalPaths } from "../../local/paths.ts";
import { poll, RawApi } from "../api.ts";
import type { Scratch } from "../scratch.ts";

/** Time that a further server may take until it is ready; it fills its caches from etcd first. */
const startSeconds = 60;

/** Ends by itself well within this time on SIGTERM. */
const stopSeconds = 30;

/**
 * Starts one more API server on the same etcd, with the cluster's own configuration, and nobody else as its client. It ends with the
 * benchmark.
 *
 * @param name names its files in the scratch folder
 * @param extra flags beside the cluster's
 * @returns path of a kubeconfig for it
 */
export async function startServer(
  { paths, program, scratch }: { readonly paths: LocalPaths; readonly program: string; readonly scratch: Scratch },
  name: string,
  extra: readonly string[],
): Promise<string> {
  const running = await choosePorts(readRunState(paths.cluster.run).ports);
  const { "kube-apiserver": port } = await choosePorts({ etcd: running.etcd });
  const log = join(scratch.directory, `${name}.log`);
  const output = openSync(log, "w", 0o600);
  const child = spawn(
    program,
    [
      ...argumentsOf("kube-apiserver", paths, { ...running, "kube-apiserver": port }).map((flag) => flag.join("=")),
      // A file of its own: two servers would both rotate the other's.
      `--audit-log-path=${join(scratch.directory, `${name}.audit.log`)}`,
      ...extra,
    ],
    // The binary becomes the part that it is called.
    { argv0: "kube-apiserver", stdio: ["ignore", output, output], env: {}, cwd: scratch.directory },
  );
  closeSync(output);
  let ended = false;
  child.once("exit", () => (ended = true));
  child.once("error", () => (ended = true));
  scratch.atEnd(async () => {
    child.kill("SIGTERM");
    await poll(`${name} to end`, stopSeconds, () => Promise.resolve(ended));
  });

  const kubeconfig = join(scratch.directory, `${name}.kubeconfig`);
  const text = readFileSync(paths.cluster.kubeconfig, "utf8");
  writeFileSync(kubeconfig, text.replace(`127.0.0.1:${running["kube-apiserver"]}`, `127.0.0.1:${port}`), {
    mode: 0o600,
  });
  const api = new RawApi(kubeconfig, 1);
  try {
    await poll(`${name} to be ready`, startSeconds, async () => {
      scratch.signal.throwIfAborted();
      if (ended) throw new Error(`${name} ended right after its start:\n${readFileSync(log, "utf8").slice(-2000)}`);
      // Nobody listens yet.
      return await api.send("GET", "/readyz").then(
        ({ status }) => status === 200,
        () => false,
      );
    });
  } finally {
    api.close();
  }
  return kubeconfig;
}
