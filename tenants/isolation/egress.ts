import { closedRangesWith, containsCidr, parseCidr, type ClosedRange } from "../cidr.ts";
import type { EgressPlan } from "../model.ts";

/** Says what is wrong with a declared opening towards addresses; empty where nothing is. */
export type EgressCheck = (egress: EgressPlan) => readonly string[];

/**
 * Makes a check that no declared range reaches an address that is always closed. It looks at what the plan says and at nothing that
 * made it: every closed range that overlaps `cidr` has to be contained in one entry of `except`.
 *
 * @param privateRanges The environment's own ranges, closed beside the fixed ones.
 */
export function egressCheck(privateRanges: readonly string[]): EgressCheck {
  const unreadable = privateRanges.filter((range) => parseCidr(range) === null);
  const closed = closedRangesWith(privateRanges);
  // Fleets repeat themselves: most tenants that declare egress declare the same few ranges.
  const seen = new Map<string, readonly string[]>();
  return ({ cidr, except }) => {
    const key = JSON.stringify([cidr, except]);
    const known = seen.get(key);
    if (known !== undefined) return known;
    const reasons = [
      ...unreadable.map((range) => `may reach ${range}, a range of the environment that cannot be read`),
      ...reachable(cidr, except, closed),
    ];
    seen.set(key, reasons);
    return reasons;
  };
}

function reachable(cidr: string, except: readonly string[], closed: readonly ClosedRange[]): readonly string[] {
  const range = parseCidr(cidr);
  if (range === null) return [`opens ${cidr}, which is no address range`];
  const exceptions = except.flatMap((text) => parseCidr(text) ?? []);
  return closed
    .filter((candidate) => containsCidr(range, candidate) || containsCidr(candidate, range))
    .filter((candidate) => !exceptions.some((exception) => containsCidr(exception, candidate)))
    .map(({ text, why }) => `opens ${cidr} without the exception ${text}: ${why}`);
}
