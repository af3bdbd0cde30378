/** Exit codes of every command; scripts rely on them. */
export const exitCodes = {
  done: 0,
  /** The work was tried and failed. */
  failed: 1,
  /** What a person wrote is wrong; nothing was tried. */
  input: 2,
  /** A tool or the cluster is missing. */
  missing: 3,
  /** Ended by Ctrl-C: 128 + SIGINT, as shells report it. */
  interrupted: 130,
} as const;

/** One of the exit codes above. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * A failure that is explained to the person who ran the command: printed as message and hint, without a stack trace.
 *
 * `message` says what went wrong, where and why; `hint` says what to do next, `null` when the message says it all.
 */
export class CommandError extends Error {
  readonly exitCode: Exclude<ExitCode, 0>;
  readonly hint: string | null;

  constructor(exitCode: Exclude<ExitCode, 0>, message: string, hint: string | null = null) {
    super(message);
    this.name = "CommandError";
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
