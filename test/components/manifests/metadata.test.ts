import { expect, test } from "vitest";

import { tenantLabels } from "../../../components/manifests/metadata.ts";
import { buildNamespace } from "../../../components/manifests/namespace.ts";
import { tenantManifests } from "../../../components/tenant-manifests.ts";
import { barePlan, fullPlan } from "../../support/plans.ts";

test("a person's labels never displace ours", () => {
  const labels = { "tenantry.dev/tenant": "globex", "app.kubernetes.io/managed-by": "somebody", team: "blue" };
  expect(tenantLabels({ ...barePlan, labels })).toMatchObject({
    "tenantry.dev/tenant": "acme",
    "app.kubernetes.io/managed-by": "tenantry",
    team: "blue",
  });
});

test("the namespace is restricted in every mode, at the planned version", () => {
  expect(buildNamespace(barePlan).metadata.labels).toMatchObject({
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "v1.35",
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/audit-version": "v1.35",
    "pod-security.kubernetes.io/warn": "restricted",
    "pod-security.kubernetes.io/warn-version": "v1.35",
  });
});

test("inside the namespace our fields win a conflict; the namespace itself is never taken over", () => {
  for (const { kind, metadata } of tenantManifests(fullPlan)) {
    const force = metadata.annotations?.["pulumi.com/patchForce"];
    expect(force, `${kind} ${metadata.name}`).toBe(kind === "Namespace" ? undefined : "true");
  }
});
