import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { clusterDown, clusterUp } from "../../local/cluster/index.ts";
import { localEnvironment } from "../../local/environment.ts";
import { localPaths } from "../../local/paths.ts";
import { clusterTools, ensureTools } from "../../local/toolchain/index.ts";
import { createReporter } from "../../local/reporter.ts";
import { installCertificates } from "./support/cert-manager.ts";
import { endAtSignals } from "./support/interruption.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Variables under which `pulumi` works on the cluster of the tests. */
    readonly variables: Record<string, string>;
    /** Folder that stands for the checkout which the cluster belongs to. */
    readonly clusterDirectory: string;
  }
}

/** Starts one embedded cluster for every file of the project, apart from the one that `npm start` uses, and ends it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "tenantry-cluster-"));
  const paths = localPaths(directory);
  const reporter = createReporter();
  let ended: Promise<void> | null = null;
  const end = async () => {
    await clusterDown({ paths, reporter, purge: true });
    rmSync(directory, { recursive: true, force: true });
  };
  const endOnce = () => (ended ??= end());
  const cancel = () => project.vitest.cancelCurrentRun("keyboard-input");
  const { signal, stop } = endAtSignals({ cancel, end: endOnce });
  const teardown = async () => {
    await endOnce();
    stop();
  };
  try {
    const tools = await ensureTools(clusterTools, { paths, reporter, signal });
    await clusterUp({ paths, tools, reporter, signal });
    await installCertificates(paths, reporter);
    signal.throwIfAborted();
  } catch (error) {
    // vitest calls the teardown only of a setup that has succeeded; parts of a half-started cluster would stay.
    await teardown();
    throw error;
  }
  project.provide("variables", localEnvironment(paths));
  project.provide("clusterDirectory", directory);
  return teardown;
}
