import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, vi } from "vitest";

const signals = ["SIGINT", "SIGTERM"] as const;

/** What a state holds, as far as the commands look at it. */
export interface LatestState {
  readonly resources: readonly object[];
  readonly pending_operations?: readonly object[];
}

/** A folder of states that stands while a test runs. */
export interface StateFolder {
  /** Absolute path. */
  readonly directory: string;
  /** Writes the state of a stack. */
  readonly write: (stack: string, latest: LatestState) => void;
}

/** A new folder of states for each test of the file. The backend is there, and no Pulumi can be started. */
export function stateFolder(): StateFolder {
  let directory = "";
  const listening = signals.map((signal) => process.listeners(signal));
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tenantry-state-"));
    vi.stubEnv("PULUMI_BACKEND_URL", pathToFileURL(directory).href);
    vi.stubEnv("PATH", directory);
  });
  afterEach(() => {
    // Each command listens for as long as its process lives, which outside of tests ends with it.
    for (const [index, signal] of signals.entries()) {
      for (const listener of process.listeners(signal)) {
        if (listening[index]?.includes(listener) !== true) process.off(signal, listener);
      }
    }
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });
  return {
    get directory() {
      return directory;
    },
    write: (stack, latest) => {
      const folder = join(directory, ".pulumi", "stacks", "tenantry");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${stack}.json`), JSON.stringify({ version: 3, checkpoint: { latest } }));
    },
  };
}
