/** What every verb of `fleet` says in the same way. */
import type { FleetVerb } from "../fleet/fleet.ts";
import { shellQuote } from "../local/shell.ts";
import type { FleetFlags } from "./fleet-command.ts";

/** The command that goes on where this one stopped: the same one, for what is done has no work any more. */
export function retryOf(verb: FleetVerb | "move", environment: string, flags: FleetFlags): string {
  return [
    `npm run fleet -- ${verb} ${environment}`,
    ...(flags.tenant === undefined ? [] : ["--tenant", ...flags.tenant.map(shellQuote)]),
    ...(flags.changedSince === undefined ? [] : ["--changed-since", shellQuote(flags.changedSince)]),
    ...(flags.all === true ? ["--all"] : []),
    ...(flags.refresh === true ? ["--refresh"] : []),
    ...(flags.parallel === undefined ? [] : ["--parallel", String(flags.parallel)]),
    ...(flags.yes === true ? ["--yes"] : []),
  ].join(" ");
}

/** Tells an event as one line of JSON on standard error, for `--json`. */
export function tellAsJson(event: object): void {
  process.stderr.write(`${JSON.stringify(event)}\n`);
}
