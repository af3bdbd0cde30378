import { existsSync, readFileSync } from "node:fs";

import { z } from "zod";

import { writePrivateFile } from "../private-file.ts";

const processRecord = z.object({
  pid: z.number().int().positive(),
  startTime: z.string(),
  /** Hash of the program, its arguments and the files they name: a part is restarted when it changes. */
  fingerprint: z.string(),
});

const runState = z.object({
  version: z.literal(1),
  ports: z.record(z.string(), z.number().int()),
  processes: z.record(z.string(), processRecord),
});

/** A process that `up` started. */
export type ProcessRecord = Readonly<z.infer<typeof processRecord>>;

/** What `run.json` remembers between commands. It holds no secrets. */
export interface RunState {
  readonly version: 1;
  readonly ports: Readonly<Record<string, number>>;
  readonly processes: Readonly<Record<string, ProcessRecord>>;
}

/** Nothing started yet. */
export const emptyRunState: RunState = { version: 1, ports: {}, processes: {} };

/** Reads `run.json`; a missing or damaged file counts as empty, for `up` can choose everything anew. */
export function readRunState(path: string): RunState {
  if (!existsSync(path)) return emptyRunState;
  try {
    return runState.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return emptyRunState;
  }
}

/** Writes `run.json` in one step. */
export function writeRunState(path: string, state: RunState): void {
  writePrivateFile(path, `${JSON.stringify(state, null, 2)}\n`);
}
