import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { manifestFaults } from "../../../components/manifest-proof.ts";
import { guardrailName, guardrails } from "../../../components/manifests/admission/index.ts";
import { proveIsolation } from "../../../tenants/isolation.ts";
import { guardrailNames } from "../../../tenants/isolation/guardrails.ts";
import { loadEnvironment } from "../../../tenants/load.ts";
import { planEnvironment, planTenant } from "../../../tenants/plan.ts";
import { planPlatform } from "../../../tenants/plan/environment.ts";
import { silentPreflight } from "../../support/plans.ts";
import { rendered } from "../../support/rendered.ts";
import { environment, specOf } from "../../tenants/support/arbitrary.ts";
import { fleet } from "./fleet.ts";
import { mutations } from "./mutations.ts";

const repository = join(import.meta.dirname, "../../..");

describe("manifests as they are made", () => {
  it("are what the proof claims, for a fleet with one of everything", () => {
    expect(proveIsolation(fleet).violations).toEqual([]);
    expect(manifestFaults(fleet, rendered(fleet))).toEqual([]);
  });

  test.each(["dev", "prod"])("of %s are what the proof claims", (environment) => {
    const plan = planEnvironment(loadEnvironment({ directory: repository, environment }));
    expect(manifestFaults(plan, rendered(plan))).toEqual([]);
  });
});

test("manifests of any two records are what the proof claims, whatever their tier, numbers and edge", () => {
  const pair = fc.record({ environment, one: specOf("acme"), other: specOf("globex") });
  fc.assert(
    fc.property(pair, ({ environment: described, one, other }) => {
      const plan = {
        environment: described.name,
        cells: described.cells,
        history: described.history,
        platform: planPlatform(described),
        tenants: [one, other].map((spec) => planTenant(described, spec)),
        capacity: [],
        privateRanges: [],
        preflight: silentPreflight,
      };
      expect(manifestFaults(plan, rendered(plan))).toEqual([]);
    }),
    { numRuns: 60, seed: 9 },
  );
});

describe("broken manifests turn the check red", () => {
  // A mutation that already stands in the manifests as they are made would prove nothing: the green twin is the test above.
  test.each(mutations.map((mutation) => [mutation.plane, mutation.what, mutation] as const))(
    "%s: %s",
    (plane, _what, { reason, change }) => {
      const objects = rendered(fleet);
      change(objects);
      const wanted: unknown = typeof reason === "string" ? reason : expect.stringMatching(reason);
      expect(manifestFaults(fleet, objects)).toContainEqual(expect.objectContaining({ plane, reason: wanted }));
    },
  );

  it("in the neighbour's namespace as well as in the first", () => {
    const objects = rendered(fleet).filter(({ kind, metadata }) => {
      const { name, namespace } = metadata as { name: string; namespace?: string };
      return !(kind === "NetworkPolicy" && name === "default-deny" && namespace === "tenant-initech");
    });
    expect(manifestFaults(fleet, objects).map(({ object }) => object)).toEqual([
      "NetworkPolicy tenant-initech/default-deny",
    ]);
  });
});

test("the proof names exactly the guardrails that are made", () => {
  expect(Object.values(guardrailNames).sort()).toEqual(guardrails.map(guardrailName).sort());
});
