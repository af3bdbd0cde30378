import { vi } from "vitest";

import { runCommandLine } from "../../cli/program.ts";

/** What one command printed and how it ended. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as the program's main would, and catches what it prints. */
export async function captureCommand(...args: readonly string[]): Promise<CommandOutcome> {
  const written = { stdout: "", stderr: "" };
  const streams = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    }),
  );
  process.exitCode = undefined;
  try {
    return { exitCode: await runCommandLine(args), ...written };
  } finally {
    process.exitCode = undefined;
    streams.forEach((stream) => stream.mockRestore());
  }
}
