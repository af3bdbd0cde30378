import { join } from "node:path";

import { execa } from "execa";

import type { FleetReport } from "../../fleet/report.ts";
import { roundMilliseconds } from "../statistics.ts";
import { watchMemory } from "./memory.ts";

/** One run of the fleet command, as a person would start it. */
export interface FleetRunFigures {
  readonly seconds: number;
  /** Largest sum of resident memory of the command and all that it started; `null` where the system does not tell. */
  readonly peakBytes: number | null;
  /** How often the number of stacks at once was changed, because the API server did not keep up or did again. */
  readonly limitChanges: number;
  readonly report: FleetReport;
}

/** Runs `tenantry fleet <verb> <environment>`. Throws when it fails, with what it said. */
export type FleetCli = (verb: "up" | "preview" | "destroy", ...flags: readonly string[]) => Promise<FleetRunFigures>;

/** A fleet command on one environment of a copy of the program. */
export function fleetCli(
  project: string,
  directory: string,
  environment: string,
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal,
): FleetCli {
  const main = join(project, "cli", "main.ts");
  return async (verb, ...flags) => {
    const start = performance.now();
    const args = ["--disable-warning=ExperimentalWarning", main, "fleet", verb, environment, "--json", ...flags];
    const running = execa(process.execPath, args, {
      cwd: directory,
      env: { ...variables },
      stdin: "ignore",
      reject: false,
      cancelSignal: signal,
      maxBuffer: 256 * 2 ** 20,
    });
    const memory = watchMemory(running.pid ?? 0);
    const { exitCode, stdout, stderr } = await running;
    const seconds = roundMilliseconds((performance.now() - start) / 1000);
    const peakBytes = memory.stop();
    signal.throwIfAborted();
    if (exitCode !== 0) throw new Error(`fleet ${verb} ended with ${exitCode}: ${failureOf(stdout)}${wordsIn(stderr)}`);
    const limitChanges = stderr.split("\n").filter((line) => line.startsWith('{"type":"pool"')).length;
    return { seconds, peakBytes, limitChanges, report: JSON.parse(stdout) as FleetReport };
  };
}

/** The stacks that failed, with their reasons. */
function failureOf(stdout: string): string {
  if (stdout === "") return "";
  const document = JSON.parse(stdout) as FleetReport | { readonly message: string };
  // Nothing was begun.
  if (!("stacks" in document)) return `${document.message}\n`;
  return `${document.stacks
    .filter(({ status }) => status === "failed")
    .map(({ stack, reason }) => `${stack}: ${reason}`)
    .join("; ")}\n`;
}

/** What is no event, at the end of standard error. */
function wordsIn(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => !line.startsWith('{"type"'));
  return lines.join("\n").slice(-2000);
}
