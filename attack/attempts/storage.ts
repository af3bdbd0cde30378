import {
  attempt,
  guardrail,
  podSecurity,
  type Attempt,
  type Draft,
  type Json,
  type JsonObject,
  type Pair,
  type Reason,
} from "../attempt.ts";
import type { TenantPlan } from "../../tenants/model.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

/** Reaching volumes that are not the tenant's, and files of the node. */
export function storageAttempts(pair: Pair): readonly Attempt[] {
  return [...claims(pair), ...volumes(pair)].map((draft) => attempt("storage", draft));
}

/**
 * Claims. Owners may only read them, so a helper asks; in the mirror, because a tenant's quota may have no room for one more, and the
 * limit range would answer before the guardrail.
 */
function claims(pair: Pair): readonly Draft[] {
  const { attacker, target, mirror, node, run } = pair;
  const path = requests.pathOf("v1", mirror, "persistentvolumeclaims");
  const claim = objects.claim(pair);
  const fresh = objects.fresh(claim);
  const twin = requests.post("helper", path, fresh);
  const bad: readonly (readonly [string, string, string, Json | undefined])[] = [
    ["volume", "a volume that somebody left", "spec.volumeName", "left-behind"],
    ["selector", "a volume by its labels", "spec.selector", { matchLabels: { tenant: target.id } }],
    ["class", "a class that is not the tenant's", "spec.storageClassName", "attack-foreign"],
    [
      "class-annotation",
      "a class that is not the tenant's, by the annotation that counts for more",
      "metadata.annotations",
      { "volume.beta.kubernetes.io/storage-class": "attack-foreign" },
    ],
    ["node", "a volume on a chosen node", "metadata.annotations", { "volume.kubernetes.io/selected-node": node }],
    ["attributes", "a volume with attributes that are not the tenant's", "spec.volumeAttributesClassName", "attack"],
  ];
  const waiting = `${path}/${requests.runName(run)}`;
  const inTenant = requests.pathOf("v1", attacker.namespace, "persistentvolumeclaims");
  const unbound = requests.patch("helper", waiting, { metadata: { labels: { team: "attack" } } });
  return [
    ...bad.map(([id, what, at, value]): Draft => ({
      id: `claim-${id}`,
      title: `claim ${what}`,
      source: "k/k#47326, k/k#65581",
      twin,
      change: { field: "body", at, value },
      expected: guardrail("claims"),
    })),
    {
      id: "claim-bind-waiting",
      title: "bind a waiting claim to a volume by hand",
      source: "k/k#65581",
      twin: unbound,
      change: { field: "body", at: "spec", value: { volumeName: "left-behind" } },
      expected: guardrail("claim-binding"),
    },
    {
      id: "claim-node-waiting",
      title: "choose the node of a waiting claim",
      source: "k/k#65581",
      twin: unbound,
      change: { field: "body", at: "metadata.annotations", value: { "volume.kubernetes.io/selected-node": node } },
      expected: guardrail("claim-binding"),
    },
    {
      id: "claim-owner",
      title: "make a claim at all",
      source: "k/k#47326",
      twin,
      change: { field: "actor", value: "owner" },
      expected: { kind: "rbac" },
    },
    {
      id: "claim-too-large",
      title: "claim more than the tenant's storage",
      source: "capsule#49",
      // The size is refused in the tenant's own namespace; the mirror has no limit range.
      twin: requests.post("helper", path, {
        ...fresh,
        spec: {
          ...(claim["spec"] as JsonObject),
          resources: { requests: { storage: "100Ti" } },
        },
      }),
      change: { field: "path", value: inTenant },
      expected: { kind: "limit-range" },
    },
    {
      id: "claim-neighbour",
      title: "make a claim in the neighbour's namespace",
      source: "k/k#47326",
      twin,
      change: { field: "path", value: requests.inNamespace(path, target.namespace) },
      expected: { kind: "rbac" },
    },
    // A tenant that was never active has no claims.
    ...(target.status === "active" ? [claimDeletion(target)] : []),
    {
      id: "volume-rebind",
      title: "free a volume that somebody left from its claim",
      source: "k/k#47326",
      twin: requests.jsonPatch(
        "administrator",
        requests.pathOf("v1", null, "persistentvolumes", requests.runName(run)),
        [{ op: "remove", path: "/spec/claimRef" }],
      ),
      change: { field: "actor", value: "owner" },
      expected: { kind: "rbac" },
    },
  ];
}

function claimDeletion(target: TenantPlan): Draft {
  return {
    id: "claim-neighbour-delete",
    title: "delete the neighbour's claim",
    source: "k/k#47326",
    twin: requests.remove(
      "administrator",
      requests.pathOf("v1", target.namespace, "persistentvolumeclaims", "data-runtime-0"),
    ),
    change: { field: "actor", value: "owner" },
    expected: { kind: "rbac" },
  };
}

/** Volumes of pods. */
function volumes(pair: Pair): readonly Draft[] {
  const twin = requests.post("owner", requests.pathOf("v1", pair.attacker.namespace, "pods"), objects.pod(pair));
  const inTemplate = requests.post(
    "owner",
    requests.pathOf("batch/v1", pair.attacker.namespace, "cronjobs"),
    objects.cronJob(pair),
  );
  const volume = "spec.volumes.0";
  const bad: readonly (readonly [string, string, string, string, Json, Reason])[] = [
    [
      "host-path",
      "the node's files",
      "CVE-2021-25741",
      volume,
      { name: "data", hostPath: { path: "/" } },
      podSecurity("hostPath"),
    ],
    [
      "nfs",
      "a share of anybody's",
      "CVE-2024-10220",
      volume,
      { name: "data", nfs: { server: "203.0.113.7", path: "/" } },
      podSecurity("restricted volume types"),
    ],
    [
      "git-repo",
      "code that the node runs",
      "CVE-2024-10220",
      volume,
      { name: "data", gitRepo: { repository: "https://attack.invalid/a.git" } },
      podSecurity("restricted volume types"),
    ],
    [
      "inline-csi",
      "a driver's volume",
      "Pod Security Standards",
      volume,
      { name: "data", csi: { driver: "attack.invalid" } },
      guardrail("volumes"),
    ],
    [
      "sub-path",
      "a path inside a volume that can be written",
      "CVE-2021-25741",
      "spec.containers.0.volumeMounts.0.subPath",
      "inside",
      guardrail("volumes"),
    ],
    [
      "sub-path-read-only",
      "a path inside a volume that something else writes",
      "CVE-2021-25741",
      "spec.containers.0.volumeMounts.0",
      { name: "data", mountPath: "/data", subPath: "inside", readOnly: true },
      guardrail("volumes"),
    ],
    [
      "token-for-years",
      "a token that lasts for years",
      "TokenRequest takes 2^32 seconds",
      volume,
      {
        name: "data",
        projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 4_294_967_296 } }] },
      },
      guardrail("volumes"),
    ],
    [
      "trust-bundle",
      "a bundle of the cluster's certificates",
      "KEP-3257",
      volume,
      { name: "data", projected: { sources: [{ clusterTrustBundle: { name: "attack", path: "bundle.pem" } }] } },
      guardrail("volumes"),
    ],
    [
      "sub-path-expression",
      "a path made of variables",
      "CVE-2021-25741",
      "spec.containers.0.volumeMounts.0.subPathExpr",
      "inside",
      guardrail("volumes"),
    ],
  ];
  return [
    ...bad.map(([id, what, source, at, value, expected]): Draft => ({
      id: `pod-${id}`,
      title: `a pod with ${what}`,
      source,
      twin,
      change: { field: "body", at, value },
      expected,
    })),
    {
      id: "template-sub-path",
      title: "a template with a path inside a volume that can be written",
      source: "CVE-2021-25741",
      twin: inTemplate,
      change: { field: "body", at: `${objects.inCronJob}.containers.0.volumeMounts.0.subPath`, value: "inside" },
      expected: guardrail("volumes"),
    },
  ];
}
