import { planeArguments } from "../isolation.ts";
import type { TenantPlan } from "../model.ts";
import { planes, type Answer, type Facts, type Violation } from "./plane.ts";

/**
 * What one tenant reaches of another, plane by plane. A violation that concerns the two is told first on its plane and takes the
 * place of what would have denied: then nothing is promised there.
 *
 * @param violations Those of the proof over the same facts.
 */
export function explainPair(
  facts: Facts,
  violations: readonly Violation[],
  from: TenantPlan,
  to: TenantPlan,
): readonly Answer[] {
  return planes.flatMap((plane) => {
    const broken = violations
      .filter((violation) => violation.plane === plane && concerns(violation, from, to))
      .map(({ tenant, reason }): Answer => ({
        plane,
        question: `${from.id} towards ${to.id}`,
        verdict: "broken",
        because: `${tenant} ${reason}.`,
      }));
    const answers = planeArguments[plane].explain(facts, from, to);
    return broken.length === 0 ? answers : [...broken, ...answers.filter(({ verdict }) => verdict !== "denied")];
  });
}

/** One tenant's fault towards a third says nothing about these two; a fault towards nobody in particular does. */
function concerns({ tenant, other }: Violation, from: TenantPlan, to: TenantPlan): boolean {
  const here = tenant === from.id || tenant === to.id;
  return here && (other === null || other === from.id || other === to.id);
}
