import { describe, expect, it, test } from "vitest";

import { planes, proveIsolation, type Violation } from "../../../tenants/isolation.ts";
import { ownerMay } from "../../../tenants/isolation/api.ts";
import { boundedResources, closedResources } from "../../../tenants/isolation/compute.ts";
import { explainPair } from "../../../tenants/isolation/explain.ts";
import { factsOf } from "../../../tenants/isolation/facts.ts";
import type { EnvironmentPlan, TenantPlan } from "../../../tenants/model.ts";
import { ownerRules, ruleFaults } from "../../../tenants/owner-access.ts";
import { planEnvironment } from "../../../tenants/plan.ts";
import { loadedOf } from "../support/fleet.ts";
import { tampered } from "../support/tampered.ts";
import { type Change, hosts, violationCases, without } from "./violation-cases.ts";

const record = (id: string) => ({ id, name: id, tier: "free", owners: [{ group: `${id}-admins` }] });
const sound = planEnvironment(
  loadedOf([{ ...record("acme"), domains: ["agents.acme.example"] }, record("globex"), record("initech")]),
);

/** What the proof finds when one tenant is changed; the sound plan is the green twin of every case. */
function found(change: Change, id = "globex"): readonly Violation[] {
  return proveIsolation(tampered(sound, id, change)).violations;
}

it("holds on every plane, with a step and a limit for each", () => {
  const proof = proveIsolation(sound);
  expect(proof.violations).toEqual([]);
  for (const plane of planes) {
    expect(proof.steps.some((step) => step.plane === plane)).toBe(true);
    expect(proof.limits.some((limit) => limit.plane === plane)).toBe(true);
  }
});

describe("violations", () => {
  test.each(violationCases)("%s: %s", (plane, _what, change, reason, other) => {
    expect(found(change)).toContainEqual(expect.objectContaining({ plane, tenant: "globex", reason, other }));
  });

  test.each([...boundedResources])("compute: no bound on %s", (key) => {
    expect(found((tenant) => without(tenant, key)).map(({ reason }) => reason)).toContain(`has no bound on ${key}`);
  });

  test.each([...closedResources])("compute: room for %s", (key) => {
    const reasons = found(({ quota }) => ({ quota: { ...quota, [key]: "1" } })).map(({ reason }) => reason);
    expect(reasons).toEqual([`may have ${key}`]);
  });

  test("compute: more is promised than there is", () => {
    const capacity = sound.capacity.map((entry) => ({ ...entry, capacity: entry.promised }));
    expect(proveIsolation({ ...sound, capacity }).holds).toBe(true);
    const [first, ...rest] = capacity;
    const less = first === undefined ? [] : [{ ...first, capacity: first.promised - 1 }, ...rest];
    expect(proveIsolation({ ...sound, capacity: less }).violations.map(({ reason }) => reason)).toEqual([
      "is promised, with the others, more requests.cpu than the environment has",
    ]);
  });

  test("identity: one id twice", () => {
    const [acme] = sound.tenants;
    const twice: EnvironmentPlan = {
      ...sound,
      tenants: [...sound.tenants, ...(acme === undefined ? [] : [{ ...acme }])],
    };
    expect(proveIsolation(twice).violations.map(({ plane, reason }) => `${plane} ${reason}`)).toEqual(
      expect.arrayContaining([
        "identity has the id of another tenant",
        "network shares namespace tenant-acme with acme",
      ]),
    );
  });
});

describe("rights of owners", () => {
  it("hold no wildcard and nothing that hands on rights", () => {
    expect(ownerRules.flatMap(ruleFaults)).toEqual([]);
  });

  test.each([
    [{ group: "*", resources: ["pods"], verbs: ["get"] }, "every API group"],
    [{ group: "", resources: ["*"], verbs: ["get"] }, "resources *"],
    [{ group: "", resources: ["pods/*"], verbs: ["get"] }, "resources pods/*"],
    [{ group: "", resources: ["serviceaccounts/token"], verbs: ["create"] }, "the resource serviceaccounts/token"],
    [{ group: "rbac.authorization.k8s.io", resources: ["roles"], verbs: ["escalate"] }, "the verb escalate"],
    [{ group: "", resources: ["pods"], verbs: ["*"] }, "the verb *"],
  ])("%j is a fault", (rule, fault) => {
    expect(ruleFaults(rule)).toEqual([fault]);
  });

  const owner = { kind: "Group", name: "acme-admins" } as const;
  test.each([
    ["secrets of the own namespace", "get", "", "secrets", "tenant-acme", true],
    ["secrets of a neighbour", "get", "", "secrets", "tenant-globex", false],
    ["secrets of the cluster", "list", "", "secrets", null, false],
    ["tokens of the own namespace", "create", "", "serviceaccounts/token", "tenant-acme", false],
    ["pods of another API group", "get", "metrics.k8s.io", "pods", "tenant-acme", false],
    ["questions about oneself", "create", "authorization.k8s.io", "selfsubjectaccessreviews", null, true],
  ])("%s: %s", (_what, verb, group, resource, namespace, allowed) => {
    expect(ownerMay(factsOf(sound), owner, { verb, group, resource, namespace }).allowed).toBe(allowed);
  });

  it("tell a user from a group of the same name", () => {
    const request = { verb: "get", group: "", resource: "secrets", namespace: "tenant-acme" };
    expect(ownerMay(factsOf(sound), { kind: "User", name: "acme-admins" }, request).allowed).toBe(false);
  });
});

describe("an owner of two tenants", () => {
  const shared = { kind: "Group", name: "agency" } as const;
  const both = ["acme", "globex"].reduce(
    (plan, id) => tampered(plan, id, ({ owners }) => ({ owners: [...owners, shared] })),
    sound,
  );

  it("is consent of both records, and listed", () => {
    const proof = proveIsolation(both);
    expect(proof.holds).toBe(true);
    expect(proof.sharedOwners).toEqual([{ plane: "api", owner: shared, tenants: ["acme", "globex"] }]);
  });

  it("is told as consent on api and secrets, for this pair only", () => {
    const facts = factsOf(both);
    const [acme, globex, initech] = both.tenants;
    if (acme === undefined || globex === undefined || initech === undefined) throw new Error("three tenants");
    const consented = (to: TenantPlan) =>
      explainPair(facts, [], acme, to)
        .filter(({ verdict, plane }) => verdict === "consented" && plane !== "network")
        .map(({ plane, because }) => `${plane} ${because}`);
    expect(consented(globex)).toEqual([
      "api Both records list group agency under owners.",
      "secrets Both records list group agency under owners.",
    ]);
    expect(consented(initech)).toEqual([]);
  });
});

describe("the explanation of a pair", () => {
  const pairOf = (plan: EnvironmentPlan, from: string, to: string) => {
    const facts = factsOf(plan);
    const [one, other] = [facts.byId.get(from), facts.byId.get(to)];
    if (one === undefined || other === undefined) throw new Error("no such tenants");
    return explainPair(facts, proveIsolation(plan).violations, one, other);
  };

  it("answers on every plane and is honest about the level", () => {
    const answers = pairOf(sound, "acme", "globex");
    expect([...new Set(answers.map(({ plane }) => plane))]).toEqual([...planes]);
    expect(answers.filter(({ verdict }) => verdict === "limit").map(({ plane }) => plane)).toEqual([
      "names",
      "compute",
    ]);
    expect(answers.filter(({ verdict }) => verdict === "broken")).toEqual([]);
  });

  it("puts a violation in the place of what would have denied, and only where it concerns the two", () => {
    const plan = tampered(sound, "globex", hosts("globex.test.example", "agents.acme.example"));
    const names = (from: string, to: string) => pairOf(plan, from, to).filter(({ plane }) => plane === "names");
    expect(names("acme", "globex").map(({ verdict }) => verdict)).toEqual(["broken", "limit"]);
    expect(names("globex", "acme")[0]?.because).toBe("globex has the host agents.acme.example of acme.");
    expect(names("globex", "initech").map(({ verdict }) => verdict)).toEqual(["denied", "limit"]);
  });
});
