import { expect, test } from "vitest";

import { runPreflight } from "../../../preflight/run.ts";
import { fakeCluster, json, owned, planWith, platformRole, refusal } from "../support/fake-cluster.ts";
import { forbidden, plan, verdicts } from "../support/verdicts.ts";

const role = `we GET ${platformRole}`;
const foreign = { [role]: owned("somebody-elses") };

test.each([
  ["enforced", "this environment's", owned(plan.platform.clusterIdentifier)],
  ["enforced", "none yet", refusal(404, "not found")],
  ["not-enforced", "another environment's", owned("somebody-elses")],
  ["unknown", "one that does not say", json(200, { metadata: {} })],
  ["unknown", "one that may not be read", forbidden],
] as const)("the platform on the cluster: %s where it is %s", async (verdict, _what, answer) => {
  expect((await verdicts({ [role]: answer }))["cluster-owner"]).toBe(verdict);
});

test("another environment's cluster is refused, strict or not, and only a reason in the environment lets the update through", async () => {
  const outcome = async (preflight: object): Promise<string | undefined> => {
    const of = planWith({ preflight });
    const { checks } = await runPreflight(of, fakeCluster(of, foreign));
    return checks.find(({ check }) => check === "cluster-owner")?.outcome;
  };
  expect(await outcome({ strict: true })).toBe("refused");
  expect(await outcome({ strict: false })).toBe("refused");
  const accept = { "cluster-owner": "the cluster was renamed on 23 November" };
  expect(await outcome({ strict: false, accept })).toBe("accepted");
});
