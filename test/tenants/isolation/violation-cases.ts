/** Plans that no rule would let pass, one change of a sound plan each. */
import type { Plane } from "../../../tenants/isolation.ts";
import type { TenantPlan } from "../../../tenants/model.ts";

/** What of a tenant's plan is another. */
export type Change = (tenant: TenantPlan) => Partial<TenantPlan>;

/** The tenant without a bound of its quota. */
export const without = (tenant: TenantPlan, key: string): Partial<TenantPlan> => ({
  quota: Object.fromEntries(Object.entries(tenant.quota).filter(([name]) => name !== key)),
});

/** The tenant with these hosts. */
export const hosts = (...names: string[]): Change => {
  return ({ guardrails }) => ({ guardrails: { ...guardrails, hosts: names } });
};

/** The plane, what is changed, how, what the proof has to say of it, and which other tenant it names. */
export const violationCases: readonly (readonly [Plane, string, Change, string, string | null])[] = [
  [
    "network",
    "a rule towards the namespace of a tenant to come",
    ({ network }) => ({ network: { ...network, edge: { namespace: "tenant-tomorrow", podLabels: {} } } }),
    "its edge rule opens tenant-tomorrow",
    null,
  ],
  [
    "network",
    "a rule without a namespace",
    ({ network }) => ({ network: { ...network, dns: { namespace: "", podLabels: {} } } }),
    "its dns rule opens a namespace without a name",
    null,
  ],
  [
    "network",
    "a namespace of another",
    () => ({ namespace: "tenant-acme" }),
    "shares namespace tenant-acme with acme",
    "acme",
  ],
  [
    "api",
    "everybody as owner",
    () => ({ owners: [{ kind: "Group", name: "system:authenticated" }] }),
    "is owned by system:authenticated, which is part of Kubernetes and not one customer's",
    null,
  ],
  [
    "api",
    "a neighbour's service account as owner",
    () => ({ owners: [{ kind: "User", name: "system:serviceaccount:tenant-acme:runtime" }] }),
    "is owned by system:serviceaccount:tenant-acme:runtime, which is part of Kubernetes and not one customer's",
    null,
  ],
  [
    "api",
    "an owner without a name",
    () => ({ owners: [{ kind: "User", name: "" }] }),
    "has an owner without a name",
    null,
  ],
  [
    "names",
    "a neighbour's host",
    hosts("globex.test.example", "agents.acme.example"),
    "has the host agents.acme.example of acme",
    "acme",
  ],
  [
    "names",
    "a host below a neighbour's",
    hosts("globex.test.example", "deep.x.agents.acme.example"),
    "has the host deep.x.agents.acme.example below agents.acme.example of acme",
    "acme",
  ],
  [
    "names",
    "a wildcard",
    hosts("globex.test.example", "*.example"),
    'has the host "*.example", which is not one exact host name',
    null,
  ],
  [
    "names",
    "two hosts in one text, which the annotation would cut",
    hosts("globex.test.example", "a.example,agents.acme.example"),
    'has the host "a.example,agents.acme.example", which is not one exact host name',
    null,
  ],
  [
    "names",
    "the platform's zone",
    hosts("globex.test.example", "test.example"),
    "has the host test.example, which is the platform's",
    null,
  ],
  [
    "names",
    "a host of a tenant to come",
    hosts("globex.test.example", "hooli.test.example"),
    "has the host hooli.test.example in the environment's zone, where a tenant to come may have it by its id",
    null,
  ],
  [
    "names",
    "a host that admission does not know",
    ({ guardrails }) => ({ guardrails: { ...guardrails, hosts: [] } }),
    "is served at globex.test.example, which its guardrails do not list",
    null,
  ],
  [
    "storage",
    "a class that admission does not know",
    ({ runtime }) => ({ runtime: { ...runtime, volume: { ...runtime.volume, storageClass: "fast" } } }),
    "has volumes of class fast, which its guardrails do not list",
    null,
  ],
  [
    "storage",
    "a class that is two",
    ({ guardrails, quota }) => ({
      guardrails: { ...guardrails, storageClasses: ["standard", "a,b"] },
      quota: {
        ...quota,
        "a,b.storageclass.storage.k8s.io/requests.storage": "1Gi",
        "a,b.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
      },
    }),
    'may use "a,b", which is no name of a class',
    null,
  ],
  [
    "storage",
    "a class without a bound",
    (tenant) => without(tenant, "standard.storageclass.storage.k8s.io/requests.storage"),
    "has no bound on standard.storageclass.storage.k8s.io/requests.storage",
    null,
  ],
  [
    "secrets",
    "a secret among the settings",
    ({ config }) => ({ config: { ...config, SESSION_KEY: "" } }),
    "has the secret SESSION_KEY among its settings, which are in the clear",
    null,
  ],
  [
    "compute",
    "a system priority",
    ({ guardrails }) => ({ guardrails: { ...guardrails, priorityClasses: ["system-node-critical"] } }),
    "may use priority system-node-critical, which pushes others off their nodes",
    null,
  ],
  [
    "compute",
    "classes that are two",
    ({ guardrails }) => ({ guardrails: { ...guardrails, runtimeClasses: ["gvisor,kata"] } }),
    'may use "gvisor,kata", which is no name of a class',
    null,
  ],
  [
    "compute",
    "an amount that is none",
    ({ quota }) => ({ quota: { ...quota, pods: "many" } }),
    "has no bound on pods",
    null,
  ],
  [
    "compute",
    "quotas of its own",
    ({ quota }) => ({ quota: { ...quota, resourcequotas: "4" } }),
    "may have quotas of its own",
    null,
  ],
  [
    "identity",
    "a namespace that guardrails do not know",
    () => ({ namespace: "globex" }),
    "lives in globex, where guardrails do not know its service accounts",
    null,
  ],
  [
    "identity",
    "Pod Security of any version",
    () => ({ podSecurityVersion: "latest" }),
    "has Pod Security of version latest, which an upgrade changes",
    null,
  ],
  [
    "identity",
    "the label of another tenant",
    () => ({ labels: { "tenantry.dev/tenant": "acme" } }),
    "sets the label tenantry.dev/tenant, by which it is told apart",
    null,
  ],
  [
    "identity",
    "Pod Security off by label",
    () => ({ labels: { "pod-security.kubernetes.io/enforce": "privileged" } }),
    "sets the label pod-security.kubernetes.io/enforce, by which it is told apart",
    null,
  ],
];
