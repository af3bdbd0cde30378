import { execa, ExecaError } from "execa";

/** Runs a program to its end; fails with the end of its output when it fails. */
export type Run = (
  program: string,
  args: readonly string[],
  variables?: Readonly<Record<string, string>>,
) => Promise<void>;

/** How much of a failed program's output is shown, in characters: enough for its message, not for its whole log. */
const shownOutput = 4000;

/** A `Run` in one folder with one set of variables. Programs are found on the PATH among them. */
export function commandRunner(
  directory: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Run {
  return async (program, args, variables = {}) => {
    try {
      await execa(program, args, {
        cwd: directory,
        env: { ...environment, ...variables },
        all: true,
        stdin: "ignore",
        cancelSignal: signal,
        maxBuffer: 64 * 2 ** 20,
      });
    } catch (error) {
      if (!(error instanceof ExecaError)) throw error;
      const output: unknown = error.all;
      throw new Error(
        `${program} ${args.join(" ")} failed (${error.shortMessage})\n${String(output).slice(-shownOutput)}`,
      );
    }
  };
}
