import { spawn } from "node:child_process";
import { constants } from "node:os";

/** How a program ended. */
export interface ProgramEnd {
  readonly succeeded: boolean;
  /** The signal that somebody has sent to us meanwhile; it was passed on, and the program has ended by itself. */
  readonly interruption: NodeJS.Signals | null;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a program to its end, its output shown as it comes. It is in a process group of its own: a terminal sends Ctrl-C to the whole
 * group in front, and vitest's workers would die of it before they have ended the clusters that they have started.
 */
export async function runProgram(program: string, args: readonly string[], directory: string): Promise<ProgramEnd> {
  const child = spawn(program, args, { cwd: directory, stdio: ["ignore", "inherit", "inherit"], detached: true });
  let interruption: NodeJS.Signals | null = null;
  const pass = (signal: NodeJS.Signals): void => {
    interruption = signal;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("close", resolve);
      child.once("error", reject);
    });
    return { succeeded: code === 0, interruption };
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}

/** Exit code of a process that a signal has ended, as shells report it. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
