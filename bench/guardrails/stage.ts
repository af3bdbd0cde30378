import { setTimeout as sleep } from "node:timers/promises";

import { networkPolicy, object, podSpec } from "../../attack/objects.ts";
import type { JsonObject } from "../../attack/attempt.ts";
import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
} from "../../components/manifests/admission/index.ts";
import { tenantManifests, type TenantManifest } from "../../components/tenant-manifests.ts";
import type { TenantPlan } from "../../tenants/model.ts";
import { objectNames } from "../../tenants/names.ts";
import { discoverPaths, poll, type RawApi } from "../api.ts";
import { parseObjects } from "../onboard/objects.ts";

/** One kind of request whose time is taken. */
export interface MeasuredRequest {
  /** What it does, for people. */
  readonly what: string;
  /** Who sends it. */
  readonly as: "owner" | "administrator";
  /** Collection that is posted to. */
  readonly path: string;
  /** The object under this name. */
  readonly body: (name: string) => JsonObject;
}

const run = "bench";

/** How long the API server may take to notice a change. */
const waitSeconds = 60;

/** Bounds, policies and rights of a tenant's namespace; the workloads would only take processor time from the API server. */
const stagedKinds: readonly TenantManifest["kind"][] = [
  "Namespace",
  "ResourceQuota",
  "LimitRange",
  "NetworkPolicy",
  "Role",
  "RoleBinding",
  "ServiceAccount",
];

/** The requests of a tenant's people and, for comparison, one of the platform outside every tenant. */
export function measuredRequests(tenant: TenantPlan): readonly MeasuredRequest[] {
  const { namespace } = tenant;
  const named = (body: JsonObject, name: string): JsonObject => ({
    ...body,
    metadata: { ...(body["metadata"] as JsonObject), name },
  });
  const pod = object({ run }, "v1", "Pod", { spec: podSpec({ attacker: tenant }) });
  const policy = networkPolicy({ run });
  return [
    {
      what: "create a pod",
      as: "owner",
      path: `/api/v1/namespaces/${namespace}/pods`,
      body: (name) => named(pod, name),
    },
    {
      what: "create a NetworkPolicy",
      as: "owner",
      path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
      body: (name) => named(policy, name),
    },
    {
      what: "create a NetworkPolicy in a namespace that is no tenant's",
      as: "administrator",
      path: "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
      body: (name) => named(policy, name),
    },
  ];
}

/** Makes the tenant's namespace with its bounds and rights, and waits until its owner account may create pods. */
export async function makeTenant(administrator: RawApi, owner: RawApi, tenant: TenantPlan): Promise<void> {
  const manifests = tenantManifests(tenant, undefined, true).filter(({ kind }) => stagedKinds.includes(kind));
  const objects = parseObjects(manifests);
  const path = await discoverPaths(administrator, objects);
  for (const object of objects) await administrator.json("POST", path(object), object);
  const [pod] = measuredRequests(tenant);
  if (pod === undefined) throw new Error("nothing to measure");
  await poll("the owner account to create pods", waitSeconds, async () => {
    const body = JSON.stringify(pod.body("probe"));
    return (await owner.send("POST", `${pod.path}?dryRun=All`, body)).status === 201;
  });
}

/** Name of the owner account of a tenant, as the API server knows it. */
export function ownerAccount({ namespace }: TenantPlan): string {
  return `system:serviceaccount:${namespace}:${objectNames.owner}`;
}

const policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
const bindings = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";

/** Time for the API server to finish with what it has just learnt, after the last sign of work, in milliseconds. */
const settleMilliseconds = 2000;

/** Whether the controller manager has checked the types of every policy, which keeps it and the API server busy for seconds. */
async function areChecked(administrator: RawApi): Promise<boolean> {
  interface Policies {
    readonly items: readonly {
      readonly metadata: { readonly generation: number };
      readonly status?: { readonly observedGeneration?: number };
    }[];
  }
  const { items } = await administrator.json<Policies>("GET", policies);
  return items.every(({ metadata, status }) => status?.observedGeneration === metadata.generation);
}

/** Makes the guardrails and waits until one server acts on them; the other must not. */
export async function makeGuardrails(
  administrator: RawApi,
  tenant: TenantPlan,
  { judged, free }: { readonly judged: RawApi; readonly free: RawApi },
): Promise<void> {
  for (const carrier of admissionPolicies) {
    await administrator.json("POST", policies, buildAdmissionPolicy(carrier));
    await administrator.json("POST", bindings, buildAdmissionBinding(carrier));
  }
  const widens = { ...networkPolicy({ run }), spec: { podSelector: {}, egress: [{}], policyTypes: ["Egress"] } };
  const path = `/apis/networking.k8s.io/v1/namespaces/${tenant.namespace}/networkpolicies?dryRun=All`;
  const answer = async (client: RawApi): Promise<number> =>
    (await client.send("POST", path, JSON.stringify(widens))).status;
  await poll("the guardrails to act", waitSeconds, async () => (await answer(judged)) === 403);
  await poll("the policies' types to be checked", waitSeconds, () => areChecked(administrator));
  await sleep(settleMilliseconds);
  if ((await answer(free)) !== 201) throw new Error("the server without guardrails refuses what only they refuse");
}

/** Waits until the pods and policies of a batch no longer count against the tenant's quota. */
export async function untilRoom(administrator: RawApi, tenant: TenantPlan): Promise<void> {
  interface Quota {
    readonly status?: { readonly used?: Readonly<Record<string, string>> };
  }
  const own = tenantManifests(tenant, undefined, true).filter(({ kind }) => kind === "NetworkPolicy").length;
  const path = `/api/v1/namespaces/${tenant.namespace}/resourcequotas/${objectNames.quota}`;
  await poll("the quota to see that the objects are gone", waitSeconds, async () => {
    const { status } = await administrator.json<Quota>("GET", path);
    const used = status?.used ?? {};
    return used["count/pods"] === "0" && used["count/networkpolicies.networking.k8s.io"] === String(own);
  });
}
