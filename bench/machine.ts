import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** What a reader must know of the machine to judge a figure. Nothing in it names the machine or its owner. */
export interface Machine {
  readonly cpus: number;
  readonly cpuModel: string;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly kernel: string;
  readonly node: string;
  /** Mean length of the run queue over the minute before the first measurement; well below `cpus` means a quiet machine. */
  readonly loadAverageAtStart: number;
}

/** Describes the machine that this process runs on. */
export function describeMachine(): Machine {
  return {
    cpus: availableParallelism(),
    cpuModel: cpus()[0]?.model.trim() ?? "unknown",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    kernel: release(),
    node: process.version,
    loadAverageAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
