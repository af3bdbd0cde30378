import { expect, test } from "vitest";

import { runPreflight } from "../../../preflight/run.ts";
import { type Answers, fakeCluster, json, refusal } from "../support/fake-cluster.ts";
import { type Case, forbidden, metricsWithout, plan, verdicts } from "../support/verdicts.ts";

const noGuardrail: Answers = {
  "we GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/tenantry-platform-objects": refusal(
    404,
    "",
  ),
};
const noTrying: Answers = { "we POST /api/v1/namespaces": forbidden };
const ownerConfigMaps = "system:serviceaccount:tenant-acme:owner POST /api/v1/namespaces/tenant-acme/configmaps";

const cases: readonly Case[] = [
  [
    "admission-policies",
    "not-enforced",
    "policies that are not served",
    { "we GET /apis": json(200, { kind: "APIGroupDiscoveryList", items: [] }) },
  ],
  ["admission-policies", "not-enforced", "a guardrail that lets everything in", { [ownerConfigMaps]: json(201, {}) }],
  ["admission-policies", "enforced", "no guardrail yet, and the plugin in the metrics", noGuardrail],
  [
    "admission-policies",
    "not-enforced",
    "no guardrail yet, and the plugin not in the metrics",
    { ...noGuardrail, ...metricsWithout("ValidatingAdmissionPolicy") },
  ],
  [
    "admission-policies",
    "unknown",
    "no guardrail yet, and no metrics",
    { ...noGuardrail, "we GET /metrics": forbidden },
  ],
  [
    "admission-policies",
    "unknown",
    "no right to act for an owner, and no metrics",
    { [ownerConfigMaps]: forbidden, "we GET /metrics": forbidden },
  ],
  [
    "pod-security",
    "not-enforced",
    "an impossible level that is let in",
    { "we POST /api/v1/namespaces": json(201, {}) },
  ],
  ["pod-security", "enforced", "no right to try, and the plugin in the metrics", noTrying],
  [
    "pod-security",
    "not-enforced",
    "no right to try, and the plugin not in the metrics",
    { ...noTrying, ...metricsWithout("PodSecurity") },
  ],
  ["pod-security", "unknown", "no right to try, and no metrics", { ...noTrying, "we GET /metrics": forbidden }],
  [
    "pod-security",
    "unknown",
    "a policy that refuses every namespace for another reason",
    { "we POST /api/v1/namespaces": refusal(403, "every namespace needs a cost center"), "we GET /metrics": forbidden },
  ],
  ["resource-quota", "not-enforced", "no plugin", metricsWithout("ResourceQuota")],
  ["resource-quota", "unknown", "no metrics", { "we GET /metrics": forbidden }],
  ["resource-quota", "unknown", "metrics of something else", { "we GET /metrics": { status: 200, text: "up 1\n" } }],
  ["limit-range", "not-enforced", "no plugin", metricsWithout("LimitRanger")],
];

test.each(cases)("%s is %s: %s", async (name, verdict, _what, changed) => {
  expect((await verdicts(changed))[name]).toBe(verdict);
});

test("say that a guardrail is gone, and let the update bring it back", async () => {
  const gone = await runPreflight(plan, fakeCluster(plan, noGuardrail));
  expect(gone.passed).toBe(true);
  expect(gone.hints).toEqual([
    expect.stringContaining("tenantry-platform-objects is not there, though tenant-acme is"),
  ]);
  const first = await runPreflight(
    plan,
    fakeCluster(plan, { ...noGuardrail, "we GET /api/v1/namespaces": json(200, { items: [] }) }),
  );
  expect(first.hints).toEqual([]);
});

test("see a guardrail that lets everything in also where its twin is refused", async () => {
  const full: Answers = {
    [ownerConfigMaps]: ({ body }) =>
      JSON.stringify(body).includes("managed-by") ? json(201, {}) : refusal(403, "exceeded quota: tenant"),
  };
  expect((await verdicts(full))["admission-policies"]).toBe("not-enforced");
});
