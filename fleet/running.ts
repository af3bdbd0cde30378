/** A `pulumi` that runs, seen by who has started it. */
import type { Host } from "./host/program-hosts.ts";
import type { PulumiCli, PulumiEnding } from "./pulumi-cli.ts";
import type { RunContext } from "./run-context.ts";

/** Milliseconds between two looks at what the engine has written. */
const pollMilliseconds = 250;

/** Has the CLI use a process that has the program loaded. */
export function client({ address }: Host, args: readonly string[]): readonly string[] {
  return [...args, "--client", address];
}

/** Throws where it is the program's process that has ended: the CLI only says that a connection was closed. */
export async function runWith(
  host: Host,
  context: RunContext,
  running: ReturnType<PulumiCli["start"]>,
  look: () => void,
): Promise<PulumiEnding> {
  const ending = await ended(context, running, look);
  if (ending !== 0 && (host.ending ?? 0) !== 0) throw new Error(`the program's process ended with ${host.ending}`);
  return ending;
}

/** Awaits the CLI, hands requests to stop on to it, and looks at its events now and then. */
export async function ended(
  { stops }: RunContext,
  running: ReturnType<PulumiCli["start"]>,
  look: (() => void) | null,
): Promise<PulumiEnding> {
  const interrupt = (): void => running.interrupt();
  const signals = [stops.first, stops.second];
  for (const signal of signals) {
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
  }
  const timer = look === null ? null : setInterval(look, pollMilliseconds);
  try {
    return await running.ended;
  } finally {
    if (timer !== null) clearInterval(timer);
    for (const signal of signals) signal.removeEventListener("abort", interrupt);
  }
}
