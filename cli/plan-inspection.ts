import type { Problem } from "../tenants/errors.ts";
import { proofOf, violationProblem, type Proof } from "../tenants/isolation.ts";
import { factsOf } from "../tenants/isolation/facts.ts";
import type { Facts } from "../tenants/isolation/plane.ts";
import { loadEnvironment, type Loaded } from "../tenants/load.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import { inspectEnvironment, type LeftOut } from "../tenants/plan.ts";
import { sourcesOf, type Sources } from "../tenants/sources.ts";

/** An environment as far as it can be planned and proven, and everything that is wrong with it. */
export interface PlanInspection {
  readonly environment: string;
  /** `null` where the environment's own settings cannot be read; then there are no facts and no proof either. */
  readonly plan: EnvironmentPlan | null;
  readonly facts: Facts | null;
  readonly proof: Proof | null;
  readonly sources: Sources;
  /** What the plan lacks of what was written; some of the problems say why. */
  readonly leftOut: LeftOut;
  readonly problems: readonly Problem[];
}

/** Plans and proves an environment from its files alone. What is wrong is gathered, never thrown. */
export function inspectPlan(directory: string, environment: string): PlanInspection {
  return inspectLoaded(loadEnvironment({ directory, environment }));
}

/** Plans and proves what has been loaded. */
export function inspectLoaded(loaded: Loaded): PlanInspection {
  const { environment } = loaded;
  const { plan, leftOut, problems: found } = inspectEnvironment(loaded);
  const sources = sourcesOf(loaded);
  const facts = plan === null ? null : factsOf(plan);
  const proof = facts === null ? null : proofOf(facts);
  // What the rules have found, the proof finds again with other words: its own findings are problems only where they found nothing.
  const broken = (proof?.violations ?? []).map((violation) => violationProblem(environment, violation, sources));
  return { environment, plan, facts, proof, sources, leftOut, problems: found.length > 0 ? found : broken };
}
