import { describe, expect, test } from "vitest";

import { buildOwnerBinding, buildOwnerRole } from "../../../components/manifests/owner-role.ts";
import { barePlan, fullPlan } from "../../support/plans.ts";

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function rulesOf(guarded: boolean): readonly Rule[] {
  return JSON.parse(JSON.stringify(buildOwnerRole(fullPlan, "tenant-acme", guarded).rules)) as readonly Rule[];
}

const rules = rulesOf(true);

function verbsOn(group: string, resource: string): string[] {
  return rules
    .filter(({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource))
    .flatMap(({ verbs }) => verbs)
    .sort();
}

const readOnly = ["get", "list", "watch"];

describe("an owner", () => {
  test.each([
    ["", "secrets"],
    ["", "configmaps"],
    ["apps", "deployments"],
    ["apps", "statefulsets"],
    ["batch", "jobs"],
    ["batch", "cronjobs"],
    ["autoscaling", "horizontalpodautoscalers"],
    ["", "pods"],
    ["", "services"],
    ["", "serviceaccounts"],
    ["networking.k8s.io", "networkpolicies"],
    ["gateway.networking.k8s.io", "httproutes"],
    ["gateway.networking.k8s.io", "listenersets"],
    ["rbac.authorization.k8s.io", "roles"],
    ["rbac.authorization.k8s.io", "rolebindings"],
  ])("works with %s %s", (group, resource) => {
    expect(verbsOn(group, resource)).toEqual(
      ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"].sort(),
    );
  });

  test("looks into pods and enters them", () => {
    expect(verbsOn("", "pods/log")).toEqual(["get"]);
    expect(verbsOn("", "pods/exec")).toEqual(["create", "get"]);
    expect(verbsOn("", "pods/portforward")).toEqual(["create", "get"]);
  });

  test.each([
    ["", "resourcequotas"],
    ["", "limitranges"],
    ["", "events"],
    ["", "persistentvolumeclaims"],
    // Over the wrong pods a budget keeps a shared node from ever being emptied.
    ["policy", "poddisruptionbudgets"],
  ])("only reads %s %s", (group, resource) => {
    expect(verbsOn(group, resource)).toEqual(readOnly);
  });
});

test("without guardrails an owner looks, and neither at secrets nor into pods", () => {
  const unguarded = rulesOf(false);
  const verbs = new Set(unguarded.flatMap((rule) => rule.verbs));
  expect([...verbs].sort()).toEqual(readOnly);
  const resources = unguarded.flatMap((rule) => rule.resources);
  expect(resources.filter((name) => ["secrets", "pods/exec", "pods/portforward"].includes(name))).toEqual([]);
});

test("nothing leads out of the namespace, and nothing is a wildcard", () => {
  const words = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
  for (const forbidden of [
    "*",
    "escalate",
    "bind",
    "impersonate",
    "approve",
    "serviceaccounts/token",
    "pods/ephemeralcontainers",
    "pods/proxy",
    "services/proxy",
    "services/status",
    "nodes",
    "nodes/proxy",
    "persistentvolumes",
    "namespaces",
  ]) {
    expect(words).not.toContain(forbidden);
  }
});

test("owners are bound by kind and name; without owners nobody is", () => {
  expect(buildOwnerBinding(barePlan, "tenant-acme", false)).toBeNull();
  expect(buildOwnerBinding(fullPlan, "tenant-acme", false)).toMatchObject({
    roleRef: { kind: "Role", name: "owner" },
    subjects: [
      { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "acme-admins" },
      { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "jo@acme.example" },
    ],
  });
});

test("the owners' account is bound only where guardrails keep it out of pods", () => {
  const account = { kind: "ServiceAccount", name: "owner", namespace: "tenant-acme" };
  expect(buildOwnerBinding(barePlan, "tenant-acme", true)?.subjects).toEqual([account]);
  expect(buildOwnerBinding(fullPlan, "tenant-acme", false)?.subjects).not.toContainEqual(account);
});
