/**
 * Every kind that the components make for a tenant is somewhere in each guard: in the owners' Role, in a guardrail that keeps it
 * read-only, in the quota, and in the proof. The kinds are read from the golden lists, which are what the components register, so a
 * new one turns a test red until somebody has said where it stands.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { manifestFaults } from "../../components/manifest-proof.ts";
import { buildAdmissionPolicy, guardrails } from "../../components/manifests/admission/index.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { ownerRules } from "../../tenants/owner-access.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { pathOf } from "../cluster/support/raw.ts";
import { type Rendered, rendered } from "../support/rendered.ts";
import { fleet } from "./manifest-proof/fleet.ts";
import { mutations } from "./manifest-proof/mutations.ts";

const directory = join(import.meta.dirname, "../..");
const environments = ["dev", "prod"] as const;

interface Entry {
  readonly type: string;
  readonly inputs: Rendered & {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  };
}

function golden(environment: string): readonly Entry["inputs"][] {
  const text = readFileSync(join(directory, "test/golden", `${environment}.json`), "utf8");
  // What the golden lists hide is the values of a Secret, all of them at once.
  const entries = JSON.parse(text, (_key, value: unknown) => (isHidden(value) ? {} : value)) as Entry[];
  return entries.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
}

function isHidden(value: unknown): boolean {
  return typeof value === "object" && value !== null && "$secret" in value;
}

const all = environments.flatMap(golden);
/** What is some tenant's, and not the platform's. */
const tenants = all.filter(({ metadata }) => metadata.labels?.["tenantry.dev/tenant"] !== undefined);

interface Kind {
  readonly kind: string;
  readonly group: string;
  readonly plural: string;
}

const kinds: readonly Kind[] = [...new Map(tenants.map((object) => [object.kind, object])).values()]
  .map((object) => ({
    kind: object.kind,
    group: object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "",
    plural: pathOf(object).split("/").at(-1) ?? "",
  }))
  .sort((left, right) => (left.kind < right.kind ? -1 : 1));

const named = (of: readonly Kind[]): readonly string[] => of.map(({ kind }) => kind);

function ownersVerbs({ group, plural }: Kind): readonly string[] {
  const rules = ownerRules.filter((rule) => rule.group === group && rule.resources.includes(plural));
  return rules.flatMap(({ verbs }) => verbs).sort();
}

const reads = ["get", "list", "watch"];
const writes = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
/** Kinds that owners have no right to at all: what lies around the namespace, and what the platform has issued for it. */
const closedToOwners = ["Certificate", "ClusterNetworkPolicy", "Namespace"];
const readOnly = ["LimitRange", "PodDisruptionBudget", "ResourceQuota"];

test("the golden lists have every kind that there is", () => {
  const made = rendered(fleet).filter(({ metadata }) => "tenantry.dev/tenant" in labelsOf(metadata));
  expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(named(kinds)));
});

function labelsOf(metadata: unknown): object {
  return (metadata as { readonly labels?: object }).labels ?? {};
}

describe("the owners' Role", () => {
  test.each(kinds.map((kind) => [kind.kind, kind] as const))("says what owners may do with a %s", (name, kind) => {
    const expected = closedToOwners.includes(name) ? [] : readOnly.includes(name) ? reads : writes;
    expect(ownersVerbs(kind)).toEqual(expected);
  });
});

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly operations?: readonly string[];
}

/** Whether the rules of a guardrail, as they go to the API server, match every change of a resource. */
function matchesChanges(guardrail: string, group: string, resource: string, operations: readonly string[]): boolean {
  const found = guardrails.find(({ name }) => name === guardrail);
  if (found === undefined) throw new Error(`no guardrail ${guardrail}`);
  const constraints = JSON.parse(
    JSON.stringify(buildAdmissionPolicy({ name: found.name, guardrails: [found] }).spec.matchConstraints),
  ) as {
    readonly resourceRules: readonly Rule[];
    readonly excludeResourceRules?: readonly Rule[];
  };
  const has = (list: readonly string[] | undefined, value: string): boolean =>
    list?.some((entry) => entry === value || (entry === "*" && !value.includes("/"))) === true;
  const matches = (rule: Rule, operation: string): boolean =>
    has(rule.apiGroups, group) && has(rule.resources, resource) && has(rule.operations, operation);
  return operations.every(
    (operation) =>
      constraints.resourceRules.some((rule) => matches(rule, operation)) &&
      constraints.excludeResourceRules?.some((rule) => matches(rule, operation)) !== true,
  );
}

const everyChange = ["CREATE", "UPDATE", "DELETE"];
/** Kinds that another guardrail keeps than that of the platform's objects. */
const keepers: Readonly<Record<string, string>> = {
  ClusterNetworkPolicy: "cluster-policies",
  Namespace: "namespaces",
};

describe("the guardrails", () => {
  test("keep what carries the platform's label, and everything does", () => {
    const bare = tenants.filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/managed-by"] !== "tenantry");
    expect(bare).toEqual([]);
  });

  test.each(kinds.map((kind) => [kind.kind, kind] as const))("keep a %s read-only", (name, { group, plural }) => {
    const keeper = keepers[name] ?? "platform-objects";
    expect(matchesChanges(keeper, group, plural, everyChange)).toBe(true);
  });

  test("keep what can be scaled from being scaled, by its name", () => {
    const scaled = tenants.filter(({ apiVersion }) => apiVersion === "apps/v1");
    expect(scaled.length).toBeGreaterThan(0);
    const conditions = JSON.stringify(guardrails.find(({ name }) => name === "platform-scale")?.conditions);
    for (const object of scaled) {
      const resource = `${pathOf(object).split("/").at(-1)}/scale`;
      expect([resource, matchesChanges("platform-scale", "apps", resource, ["UPDATE"])]).toEqual([resource, true]);
      expect(conditions).toContain(`'${object.metadata.name}'`);
    }
  });
});

/** Kinds without a count although owners may make them; docs/isolation.md has to say so, by name. */
const uncounted = ["HTTPRoute", "ListenerSet"];

describe("the quota", () => {
  const counts = ({ group, plural }: Kind): readonly string[] => [
    plural,
    `count/${plural}${group === "" ? "" : `.${group}`}`,
  ];
  const quotas = tenants.filter(({ kind, metadata }) => kind === "ResourceQuota" && metadata.name === "tenant");
  const hard = quotas.map((quota) => (quota["spec"] as { readonly hard: Readonly<Record<string, string>> }).hard);

  test.each(kinds.map((kind) => [kind.kind, kind] as const))("bounds how many %s owners make", (name, kind) => {
    expect(hard.length).toBeGreaterThan(10);
    const unbounded = hard.filter((quota) => !counts(kind).some((key) => key in quota));
    const needed = ownersVerbs(kind).includes("create") && !uncounted.includes(name);
    if (needed) expect(unbounded).toEqual([]);
    // An exception that is not needed any more is to be taken out.
    else if (uncounted.includes(name)) expect(unbounded).toHaveLength(hard.length);
  });

  test("and what it does not bound is said", () => {
    const text = readFileSync(join(directory, "docs/isolation.md"), "utf8");
    const limits = text.slice(text.indexOf("## What is not protected"), text.indexOf("## Add a guardrail"));
    for (const kind of uncounted) expect(limits).toContain(kind);
  });
});

describe("the proof", () => {
  test.each(environments)("finds in the golden list of %s what it claims", (environment) => {
    const plan = planEnvironment(loadEnvironment({ directory, environment }));
    expect(manifestFaults(plan, golden(environment))).toEqual([]);
  });

  test("has a break of every kind that it must see", () => {
    const byKind = (objects: readonly Rendered[]): ReadonlyMap<unknown, string> =>
      new Map(
        kinds.map(({ kind }) => [kind, JSON.stringify(objects.filter((object) => object["kind"] === kind))] as const),
      );
    const whole = byKind(rendered(fleet));
    const broken = new Set(
      mutations.flatMap(({ change }) => {
        const objects = rendered(fleet);
        change(objects);
        return [...byKind(objects)].filter(([kind, text]) => whole.get(kind) !== text).map(([kind]) => kind);
      }),
    );
    expect(named(kinds).filter((kind) => !broken.has(kind))).toEqual([]);
  });
});
