/** The API server's own answers about every owner, against what the proof's api plane says. */
import { type KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { buildNamespace } from "../../components/manifests/namespace.ts";
import { buildOwnerBinding, buildOwnerRole } from "../../components/manifests/owner-role.ts";
import { ownerMay } from "../../tenants/isolation/api.ts";
import { factsOf } from "../../tenants/isolation/facts.ts";
import type { OwnerPlan } from "../../tenants/model.ts";
import { escalatingVerbs, escapingResources } from "../../tenants/owner-access.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { loadedOf } from "../tenants/support/fleet.ts";
import { openCluster } from "./support/client.ts";
import { create, send } from "./support/raw.ts";
import { type AccessQuestion, reviewAccess } from "./support/reviews.ts";

/** `agency` owns two tenants; everybody else owns one. */
const agency = { group: "review-agency" };
const plan = planEnvironment(
  loadedOf([
    { id: "review-one", name: "One", tier: "free", owners: [{ group: "review-one-admins" }, agency] },
    { id: "review-two", name: "Two", tier: "free", owners: [{ user: "jo@review-two.example" }, agency] },
    { id: "review-three", name: "Three", tier: "free" },
  ]),
);
const facts = factsOf(plan);
const cluster: KubeConfig = openCluster(inject("variables")["KUBECONFIG"] ?? "");

interface Served {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** Every resource of every version that the server has, subresources included. */
async function servedResources(): Promise<readonly Served[]> {
  const get = async (path: string) => (await send(cluster, { method: "GET", path })).object;
  const { groups } = (await get("/apis")) as { groups: readonly { versions: readonly { groupVersion: string }[] }[] };
  const versions = groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
  const lists = await Promise.all(
    ["/api/v1", ...versions.map((version) => `/apis/${version}`)].map(async (path) => {
      const { groupVersion, resources } = (await get(path)) as {
        groupVersion: string;
        resources: readonly { name: string; verbs: readonly string[] }[];
      };
      const group = groupVersion.includes("/") ? (groupVersion.split("/")[0] ?? "") : "";
      return resources.map(({ name, verbs }): Served => ({ group, resource: name, verbs }));
    }),
  );
  const byName = new Map(lists.flat().map((served) => [`${served.group}/${served.resource}`, served]));
  return [...byName.values()];
}

/** Verbs that discovery does not list: those that hand on rights, the wildcard among them, and those of connections. */
const furtherVerbs = ["*", "escalate", "bind", "impersonate", "get", "create"];

const asked: Served[] = [];

beforeAll(async () => {
  for (const tenant of plan.tenants) {
    const objects = [
      buildNamespace(tenant),
      buildOwnerRole(tenant, tenant.namespace, true),
      buildOwnerBinding(tenant, tenant.namespace, true),
    ].filter((object) => object !== null);
    for (const object of objects) {
      expect((await create(cluster, object as unknown as KubernetesObject)).message).toBe("");
    }
  }
  asked.push(...(await servedResources()));
  // The names that the proof closes by name are asked about too, whether or not this server has them.
  asked.push(...escapingResources.map((resource) => ({ group: "", resource, verbs: escalatingVerbs })));
  asked.push({ group: "*", resource: "*", verbs: [] });
});

afterAll(async () => {
  const objects = KubernetesObjectApi.makeApiClient(cluster);
  for (const { namespace } of plan.tenants) {
    await objects.delete({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  }
});

const scopes = ["tenant-review-one", "tenant-review-two", "tenant-review-three", null] as const;

describe.each<[string, OwnerPlan]>([
  ["a group", { kind: "Group", name: "review-one-admins" }],
  ["a user", { kind: "User", name: "jo@review-two.example" }],
  ["a group that owns two tenants", { kind: "Group", name: agency.group }],
  ["somebody who owns nothing", { kind: "User", name: "nobody@elsewhere.example" }],
])("%s", (_what, owner) => {
  test("may do what the proof says, on every kind that is served", async () => {
    const asker =
      owner.kind === "User"
        ? { user: owner.name, groups: ["system:authenticated"] }
        : { user: "member@review.example", groups: [owner.name, "system:authenticated"] };
    const questions = scopes.flatMap((namespace): AccessQuestion[] =>
      asked.flatMap(({ group, resource, verbs }) =>
        [...new Set([...verbs, ...furtherVerbs])].map((verb) => ({ verb, group, resource, namespace })),
      ),
    );
    const answers = await reviewAccess(cluster, asker, questions);
    const told = (question: AccessQuestion): string =>
      `${question.verb} ${question.group}/${question.resource} in ${question.namespace ?? "the cluster"}`;
    const allowed = questions.filter((_, index) => answers[index]).map(told);
    const claimed = questions.filter((question) => ownerMay(facts, owner, question).allowed).map(told);
    expect(questions.length).toBeGreaterThan(3000);
    expect(allowed.sort()).toEqual(claimed.sort());
    // The server does say yes where it should: an owner works in the own namespace.
    const own = plan.tenants.filter(({ owners }) =>
      owners.some(({ kind, name }) => kind === owner.kind && name === owner.name),
    );
    for (const { namespace } of own) expect(allowed).toContain(`create /pods in ${namespace}`);
  });
});
