import type { Problem } from "./errors.ts";
import { accessProblems } from "./rules/access.ts";
import { capacityProblems } from "./rules/capacity.ts";
import { cellProblems } from "./rules/cells.ts";
import { egressProblems } from "./rules/egress.ts";
import { environmentProblems } from "./rules/environment.ts";
import type { Fleet, Rule } from "./rules/fleet.ts";
import { hostProblems } from "./rules/hosts.ts";
import { imageProblems } from "./rules/images.ts";
import { limitProblems } from "./rules/limits.ts";
import { peerProblems } from "./rules/peers.ts";
import { scalingProblems } from "./rules/scaling.ts";
import { secretProblems } from "./rules/secrets.ts";
import { storageProblems } from "./rules/storage.ts";

/** Every family of rules, in the order in which problems are reported. Identity runs apart: it needs no environment. */
const families: readonly Rule[] = [
  environmentProblems,
  cellProblems,
  capacityProblems,
  hostProblems,
  scalingProblems,
  limitProblems,
  storageProblems,
  imageProblems,
  peerProblems,
  egressProblems,
  accessProblems,
  secretProblems,
];

/** Every problem of the whole fleet at once. */
export function fleetProblems(fleet: Fleet): readonly Problem[] {
  return families.flatMap((rule) => rule(fleet));
}
