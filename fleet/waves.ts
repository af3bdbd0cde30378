import type { FleetStack } from "./inventory.ts";

/** Stacks that are updated together. */
export interface Wave {
  readonly name: "platform" | "canaries" | "cells";
  readonly stacks: readonly FleetStack[];
}

/** Stacks in the order in which they are updated: the platform's, the canaries, all others. Waves without stacks are left out. */
export function wavesOf(stacks: readonly FleetStack[], canaries: readonly number[]): readonly Wave[] {
  const isCanary = ({ cell }: FleetStack): boolean => cell !== null && canaries.includes(cell);
  const waves: readonly Wave[] = [
    { name: "platform", stacks: stacks.filter(({ cell }) => cell === null) },
    { name: "canaries", stacks: stacks.filter(isCanary) },
    { name: "cells", stacks: stacks.filter((stack) => stack.cell !== null && !isCanary(stack)) },
  ];
  return waves.filter((wave) => wave.stacks.length > 0);
}

/** The other way round, for removals: tenants go before the guardrails do. */
export function destroyWavesOf(stacks: readonly FleetStack[]): readonly Wave[] {
  return [...wavesOf(stacks, [])].reverse();
}
