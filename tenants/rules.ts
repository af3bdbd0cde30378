import type { Problem } from "./errors.ts";
import type { Fleet, Rule } from "./rules/fleet.ts";

/** Every family of rules, in the order in which problems are reported. Identity runs apart: it needs no environment. */
const families: readonly Rule[] = [];

/** Every problem of the whole fleet at once. */
export function fleetProblems(fleet: Fleet): readonly Problem[] {
  return families.flatMap((rule) => rule(fleet));
}
