import type { Rendered } from "../../../support/rendered.ts";
import { add, type Breaks, drop, find, push, set, step } from "./change.ts";

const kind = "ClusterNetworkPolicy";
const acme = "tenantry-tenant-acme";
/** Where the rules are: of ingress the consented one and the deny, of egress the metadata addresses before them. */
const passIn = ["spec", "ingress", 0] as const;
const denyIn = ["spec", "ingress", 1] as const;
const metadata = ["spec", "egress", 0] as const;
const passOut = ["spec", "egress", 1] as const;
const denyOut = ["spec", "egress", 2] as const;
const exceptions = ["namespaces", "matchExpressions"] as const;

const noDeny = (direction: string): string => `does not deny all ${direction} of other tenants`;
const overrules = (direction: string): string => `a rule of ${direction} overrules NetworkPolicy`;
const noConsent = (direction: string): string => `a rule of ${direction} passes what the plan has no consent for`;
const stranger = "rules over all tenants and is not in the plan";

const everybody = { namespaces: {} };
const initech = {
  pods: {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tenant-initech" } },
    podSelector: { matchLabels: { "app.kubernetes.io/name": "runtime", "app.kubernetes.io/instance": "initech" } },
  },
};

function policy(name: string, change: Rendered = {}): Rendered {
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind,
    metadata: { name },
    spec: {
      tier: "Admin",
      priority: 0,
      subject: { namespaces: {} },
      ingress: [{ action: "Accept", from: [everybody] }],
    },
    ...change,
  };
}

/** Plane network: the second layer. */
export const clusterPolicies: Breaks = [
  { what: "a tenant's policy dropped", reason: "is missing, so NetworkPolicy stands alone", change: drop(kind, acme) },
  {
    what: "a tenant's policy under another name",
    reason: "is missing, so NetworkPolicy stands alone",
    change: set(kind, acme, ["metadata", "name"], "tenantry-tenant-acm"),
  },
  { what: "deny of ingress dropped", reason: noDeny("ingress"), change: set(kind, acme, denyIn, undefined) },
  { what: "deny of egress dropped", reason: noDeny("egress"), change: set(kind, acme, denyOut, undefined) },
  { what: "all ingress dropped", reason: noDeny("ingress"), change: set(kind, acme, ["spec", "ingress"], undefined) },
  {
    what: "Deny to Accept",
    reason: overrules("ingress"),
    change: set(kind, acme, [...denyIn, "action"], "Accept"),
  },
  { what: "Deny to Pass", reason: noDeny("egress"), change: set(kind, acme, [...denyOut, "action"], "Pass") },
  {
    what: "Deny to Pass, read as an opening",
    reason: noConsent("egress"),
    change: set(kind, acme, [...denyOut, "action"], "Pass"),
  },
  { what: "Pass to Accept", reason: overrules("ingress"), change: set(kind, acme, [...passIn, "action"], "Accept") },
  {
    what: "Pass to Accept, outwards",
    reason: overrules("egress"),
    change: set(kind, acme, [...passOut, "action"], "Accept"),
  },
  {
    what: "deny on one port alone",
    reason: noDeny("ingress"),
    change: set(kind, acme, [...denyIn, "protocols"], [{ tcp: { destinationPort: { number: 3000 } } }]),
  },
  {
    what: "deny of nobody's label",
    reason: noDeny("ingress"),
    change: set(kind, acme, [...denyIn, "from", 0, ...exceptions, 0, "key"], "tenantry.dev/nobody"),
  },
  {
    what: "deny that leaves a neighbour out",
    reason: noDeny("egress"),
    change: push(kind, acme, [...denyOut, "to", 0, ...exceptions, 1, "values"], "tenant-initech"),
  },
  {
    what: "deny that leaves a tier out",
    reason: noDeny("ingress"),
    change: push(kind, acme, [...denyIn, "from", 0, ...exceptions], {
      key: "tenantry.dev/tier",
      operator: "NotIn",
      values: ["free"],
    }),
  },
  {
    what: "deny of some pods",
    reason: noDeny("ingress"),
    change: (objects) => {
      const rule = denyIn.reduce<unknown>(step, find(objects, kind, acme)) as Rendered;
      const namespaceSelector = [...denyIn, "from", 0, "namespaces"].reduce<unknown>(step, find(objects, kind, acme));
      rule["from"] = [{ pods: { namespaceSelector, podSelector: { matchLabels: { app: "x" } } } }];
    },
  },
  {
    what: "subject emptied",
    reason: "is not about all pods of tenant-acme and no others",
    change: set(kind, acme, ["spec", "subject"], everybody),
  },
  {
    what: "subject of a neighbour",
    reason: "is not about all pods of tenant-acme and no others",
    change: set(
      kind,
      acme,
      ["spec", "subject", "namespaces", "matchLabels", "kubernetes.io/metadata.name"],
      "tenant-initech",
    ),
  },
  {
    what: "Baseline instead of Admin",
    reason: "is asked after NetworkPolicy, which has then decided",
    change: set(kind, acme, ["spec", "tier"], "Baseline"),
  },
  {
    what: "another priority",
    reason: "has another priority than the plan's",
    change: set(kind, acme, ["spec", "priority"], 999),
  },
  {
    what: "a peer that did not consent",
    reason: noConsent("ingress"),
    change: push(kind, acme, [...passIn, "from"], initech),
  },
  {
    what: "a peer with all its pods",
    reason: noConsent("ingress"),
    change: set(kind, acme, [...passIn, "from", 0, "pods", "podSelector"], {}),
  },
  {
    what: "a peer in every namespace",
    reason: noConsent("egress"),
    change: set(kind, acme, [...passOut, "to", 0, "pods", "namespaceSelector"], {}),
  },
  {
    what: "a peer on every port",
    reason: noConsent("egress"),
    change: set(kind, acme, [...passOut, "protocols"], undefined),
  },
  {
    what: "a peer on more ports",
    reason: noConsent("ingress"),
    change: push(kind, acme, [...passIn, "protocols"], { tcp: { destinationPort: { number: 22 } } }),
  },
  {
    what: "a peer on a range of ports",
    reason: noConsent("ingress"),
    change: set(kind, acme, [...passIn, "protocols", 0, "tcp", "destinationPort"], {
      range: { start: 1, end: 65535 },
    }),
  },
  {
    what: "metadata addresses dropped",
    reason: "does not deny metadata addresses",
    change: set(kind, acme, metadata, undefined),
  },
  {
    what: "one metadata address dropped",
    reason: "does not deny metadata addresses",
    change: set(kind, acme, [...metadata, "to", 0, "networks"], ["169.254.0.0/16"]),
  },
  { what: "a policy more that accepts everything", reason: stranger, change: add(policy("open")) },
  {
    what: "an older kind that accepts everything",
    reason: stranger,
    change: add(policy("open", { apiVersion: "policy.networking.k8s.io/v1alpha1", kind: "AdminNetworkPolicy" })),
  },
  { what: "a tenant's policy twice", reason: "is there twice", change: add(policy(acme)) },
];
