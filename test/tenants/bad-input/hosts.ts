import type { BadInput } from "./case.ts";
import { soundEnvironment } from "../support/project.ts";

/** See bad-input.test.ts. */
export const hostsCases: readonly BadInput[] = [
  {
    name: "a wildcard",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: ["*.acme.example"]`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: "*.acme.example"; must be an exact host name in lower case, without wildcard, scheme, port or final dot. Write it like agents.acme.example; a wildcard would also match hosts of others. [malformed]`,
    ],
  },
  {
    name: "a host in capitals",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [Agents.acme.example]`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: "Agents.acme.example"; must be an exact host name in lower case, without wildcard, scheme, port or final dot. Write it like agents.acme.example; a wildcard would also match hosts of others. [malformed]`,
    ],
  },
  {
    name: "a host with a scheme",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: ["https://agents.acme.example"]`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: "https://agents.acme.example"; must be an exact host name in lower case, without wildcard, scheme, port or final dot. Write it like agents.acme.example; a wildcard would also match hosts of others. [malformed]`,
    ],
  },
  {
    name: "a host of another tenant",
    tenants: `
- { id: acme, name: Acme, tier: pro, domains: [a.example] }
- { id: globex, name: Globex, tier: pro, domains: [a.example] }`,
    expected: [
      `Pulumi.dev.yaml:4:56 tenant globex domains[0]: a.example; belongs to tenant acme (Pulumi.dev.yaml:3). Remove it from one of the two. [host-collision]`,
    ],
  },
  {
    name: "a host twice in one list",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [a.acme.example, a.acme.example]`,
    expected: [
      `Pulumi.dev.yaml:6:33 tenant acme domains[1]: a.acme.example; is in the list already. Remove it. [host-collision]`,
    ],
  },
  {
    name: "the host that another tenant has by its id",
    tenants: `
- { id: acme, name: Acme, tier: pro }
- { id: globex, name: Globex, tier: pro, domains: [acme.dev.example] }`,
    expected: [
      `Pulumi.dev.yaml:4:56 tenant globex domains[0]: acme.dev.example; is the host that tenant acme has by its id (Pulumi.dev.yaml:3). Remove it from one of the two. [host-collision]`,
    ],
  },
  {
    name: "the host that the tenant itself has by its id",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [acme.dev.example]`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: acme.dev.example; every tenant has this host already. Remove it. [host-collision]`,
    ],
  },
  {
    name: "the environment's own zone",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [dev.example]`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: dev.example; is the environment's own zone. Give the tenant a host of its own. [host-platform]`,
    ],
  },
  {
    name: "a zone above the environment's",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [staging.example]`,
    environment: soundEnvironment.replace("domain: dev.example", "domain: dev.staging.example"),
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: staging.example; is above the environment's zone dev.staging.example. Give the tenant a host of its own. [host-platform]`,
    ],
  },
  {
    name: "a host below another tenant's",
    tenants: `
- { id: acme, name: Acme, tier: pro, domains: [acme.example] }
- { id: globex, name: Globex, tier: pro, domains: [login.acme.example] }`,
    expected: [
      `Pulumi.dev.yaml:4:56 tenant globex domains[0]: login.acme.example; lies below acme.example of tenant acme. Use a host that is in nobody else's zone. [host-zone]`,
    ],
  },
  {
    name: "a host in the zone of another tenant's id",
    tenants: `
- { id: acme, name: Acme, tier: pro }
- { id: globex, name: Globex, tier: pro, domains: [x.acme.dev.example] }`,
    expected: [
      `Pulumi.dev.yaml:4:56 tenant globex domains[0]: x.acme.dev.example; lies below acme.dev.example of tenant acme. Use a host that is in nobody else's zone. [host-zone]`,
    ],
  },
  {
    name: "hosts of the platform, and of a tenant to come, inside the environment's zone",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [admin.dev.example, umbrella.dev.example, x.login.dev.example, own.acme.dev.example]`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: admin.dev.example; lies in the environment's zone dev.example, where a tenant has acme.dev.example and what is below it. Use a host such as agents.acme.dev.example, or one in the customer's own zone. [host-platform]`,
      `Pulumi.dev.yaml:6:36 tenant acme domains[1]: umbrella.dev.example; lies in the environment's zone dev.example, where a tenant has acme.dev.example and what is below it. Use a host such as agents.acme.dev.example, or one in the customer's own zone. [host-platform]`,
      `Pulumi.dev.yaml:6:58 tenant acme domains[2]: x.login.dev.example; lies in the environment's zone dev.example, where a tenant has acme.dev.example and what is below it. Use a host such as agents.acme.dev.example, or one in the customer's own zone. [host-platform]`,
    ],
  },
  {
    name: "hosts that mean something else inside a cluster or a machine",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [kubernetes.default.svc, x.svc.cluster.local, metadata.google.internal, a.localhost, svc.acme.example]`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: kubernetes.default.svc; ends in .svc, which names Services of the cluster (Kubernetes DNS). Use a host in a zone that the customer owns in the public DNS. [host-special-use]`,
      `Pulumi.dev.yaml:6:41 tenant acme domains[1]: x.svc.cluster.local; ends in .local, which names Services of the cluster and machines of the local network (RFC 6762). Use a host in a zone that the customer owns in the public DNS. [host-special-use]`,
      `Pulumi.dev.yaml:6:62 tenant acme domains[2]: metadata.google.internal; ends in .internal, which names private machines, such as a cloud's metadata service (reserved by ICANN). Use a host in a zone that the customer owns in the public DNS. [host-special-use]`,
      `Pulumi.dev.yaml:6:88 tenant acme domains[3]: a.localhost; ends in .localhost, which names the machine itself (RFC 6761). Use a host in a zone that the customer owns in the public DNS. [host-special-use]`,
    ],
  },
  {
    name: "a host that the shared listener cannot serve",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [agents.acme.example]`,
    environment: soundEnvironment.replace("listenerSets: true", "listenerSets: false"),
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: agents.acme.example; the shared listener serves *.dev.example only. Turn on gateway.listenerSets, or remove it: each tenant has <id>.dev.example. [host-not-served]`,
    ],
  },
  {
    name: "a host that the wildcard certificate cannot cover",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [a.acme.dev.example]`,
    environment: soundEnvironment.replace("listenerSets: true", "listenerSets: false"),
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme domains[0]: a.acme.dev.example; the wildcard certificate for *.dev.example covers one label only. Turn on gateway.listenerSets, or remove it: each tenant has <id>.dev.example. [host-not-served]`,
    ],
  },
];
