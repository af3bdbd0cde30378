import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { planFleet } from "../../fleet/inventory.ts";

/** What makes a cell's state its own. */
export interface CellIdentity {
  readonly stack: string;
  readonly fingerprint: string;
  /** Ids of its tenants, ascending. */
  readonly tenants: readonly string[];
}

/**
 * The state of another cell, from that of one that was really made: the same resources under other names. Only texts are replaced,
 * so its size and everything that `fleet` reads in it are those of a real one. Throws where the cells differ in size.
 */
export function madeUpState(state: string, from: CellIdentity, to: CellIdentity): string {
  if (from.tenants.length !== to.tenants.length) throw new Error(`${to.stack} has another size than ${from.stack}`);
  const words = new Map([
    [from.stack, to.stack],
    [from.fingerprint, to.fingerprint],
    ...from.tenants.map((id, index): [string, string] => [id, to.tenants[index] ?? id]),
  ]);
  // One pass, longest first: a word that was put in must not be replaced again.
  const pattern = [...words.keys()].sort((left, right) => right.length - left.length).map(escaped);
  return state.replace(new RegExp(pattern.join("|"), "g"), (word) => words.get(word) ?? word);
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Puts made-up states of cells beside the real one into a `file://` backend. */
export function writeMadeUpCells(stacks: string, from: CellIdentity, cells: readonly CellIdentity[]): void {
  const state = readFileSync(join(stacks, `${from.stack}.json`), "utf8");
  mkdirSync(stacks, { recursive: true });
  for (const cell of cells) writeFileSync(join(stacks, `${cell.stack}.json`), madeUpState(state, from, cell));
}

/** Folder of the states in a `file://` backend. */
export function stateFolder(backendUrl: string): string {
  return join(fileURLToPath(backendUrl), ".pulumi", "stacks", "tenantry");
}

/** Makes up the states of cells of an environment, as it is written by now, from that of a cell that is up. */
export function makeUpCells(
  program: string,
  environment: string,
  backendUrl: string,
  real: string,
  cells: readonly string[],
): void {
  const stacks = new Map(planFleet(program, environment).stacks.map((stack) => [stack.name, stack]));
  const identity = (name: string): CellIdentity => {
    const found = stacks.get(name);
    if (found === undefined) throw new Error(`the fleet has no stack ${name}`);
    return { stack: name, fingerprint: found.fingerprint, tenants: found.tenants };
  };
  writeMadeUpCells(stateFolder(backendUrl), identity(real), cells.map(identity));
}
