import type { BadInput } from "./case.ts";
import { soundEnvironment } from "../support/project.ts";

/** See bad-input.test.ts. */
export const schemaCases: readonly BadInput[] = [
  {
    name: "an unknown key with a near one",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { replica: { max: 2 } }`,
    expected: [
      `Pulumi.dev.yaml:6:18 tenant acme runtime.replica: unknown key "replica"; allowed here: image, replicas, resources, storage and storageClass. Did you mean "replicas"? [unknown-key]`,
    ],
  },
  {
    name: "an unknown key with none near",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  colour: blue`,
    expected: [
      `Pulumi.dev.yaml:6:7 tenant acme colour: unknown key "colour"; allowed here: id, name, tier, isolation, status, cell, protect, owners, domains, runtime, dashboard, quota, egress, peers, labels and secrets. Remove it. [unknown-key]`,
    ],
  },
  {
    name: "unknown keys beside what the rules find in the same record",
    tenants: `
- id: platform
  name: Acme
  tier: pro
  colour: blue
  domains: [dev.example]
  runtime: { replica: { max: 2 }, replicas: { min: 3, max: 2 } }
  egress: [{ cidr: 203.0.113.0/24, ports: [{ port: 443, proto: TCP }] }]`,
    expected: [
      `Pulumi.dev.yaml:8:18 tenant platform runtime.replica: unknown key "replica"; allowed here: image, replicas, resources, storage and storageClass. Did you mean "replicas"? [unknown-key]`,
      `Pulumi.dev.yaml:9:61 tenant platform egress[0].ports[0].proto: unknown key "proto"; allowed here: port and protocol. Remove it. [unknown-key]`,
      `Pulumi.dev.yaml:6:7 tenant platform colour: unknown key "colour"; allowed here: id, name, tier, isolation, status, cell, protect, owners, domains, runtime, dashboard, quota, egress, peers, labels and secrets. Remove it. [unknown-key]`,
      `Pulumi.dev.yaml:3:11 tenant platform id: "platform"; is reserved: it means something to Kubernetes, Pulumi, DNS or Tenantry. Choose another id, such as the customer's name. [reserved-id]`,
      `Pulumi.dev.yaml:7:17 tenant platform domains[0]: dev.example; is the environment's own zone. Give the tenant a host of its own. [host-platform]`,
      `Pulumi.dev.yaml:8:56 tenant platform runtime.replicas.min: min 3 is above max 2; min must be at most max. Lower runtime.replicas.min to 2, or raise max to 3. [replicas-min-max]`,
    ],
  },
  {
    name: "an unknown key of the environment beside what the rules find in a record",
    tenants: "- { id: platform, name: Acme, tier: pro, domains: [dev.example] }",
    environment: `${soundEnvironment}\ncolour: blue`,
    expected: [
      `Pulumi.dev.yaml:13:5 environment colour: unknown key "colour"; allowed here: sizes, domain, protect, cluster, preflight, capacity, storage, classes, gateway, monitoring, images, metrics, sharedServices, autoscaling and termination. Remove it. [unknown-key]`,
      `Pulumi.dev.yaml:3:13 tenant platform id: "platform"; is reserved: it means something to Kubernetes, Pulumi, DNS or Tenantry. Choose another id, such as the customer's name. [reserved-id]`,
      `Pulumi.dev.yaml:3:56 tenant platform domains[0]: dev.example; is the environment's own zone. Give the tenant a host of its own. [host-platform]`,
    ],
  },
  {
    name: "an unknown key of 900 characters",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  ${"k".repeat(900)}: blue`,
    expected: [
      `Pulumi.dev.yaml:6:7 tenant acme ["${"k".repeat(76)}..."]: unknown key "${"k".repeat(76)}..."; allowed here: id, name, tier, isolation, status, cell, protect, owners, domains, runtime, dashboard, quota, egress, peers, labels and secrets. Remove it. [unknown-key]`,
    ],
  },
  {
    name: "a missing id",
    tenants: `
- name: Acme
  tier: pro`,
    expected: [
      `Pulumi.dev.yaml:3:7 tenant (no id) id: missing; required; must match [a-z][a-z0-9-]{1,29} and not end in a dash. Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter. [required]`,
    ],
  },
  {
    name: "a missing name and tier",
    tenants: "- id: acme",
    expected: [
      `Pulumi.dev.yaml:3:7 tenant acme name: missing; required; must be 1 to 100 printable characters without blanks at the ends. Write the customer's name; invisible characters are refused, because two names could then look the same. [required]`,
      `Pulumi.dev.yaml:3:7 tenant acme tier: missing; required; must be free, pro or enterprise. Choose one of the three. [required]`,
    ],
  },
  {
    name: "a misspelt tier",
    tenants: `
- id: acme
  name: Acme
  tier: entreprise`,
    expected: [
      `Pulumi.dev.yaml:5:13 tenant acme tier: "entreprise"; must be free, pro or enterprise. Did you mean "enterprise"? [unknown-word]`,
    ],
  },
  {
    name: "a tier in capitals",
    tenants: `
- id: acme
  name: Acme
  tier: Pro`,
    expected: [
      `Pulumi.dev.yaml:5:13 tenant acme tier: "Pro"; must be free, pro or enterprise. Did you mean "pro"? [unknown-word]`,
    ],
  },
  {
    name: "a status that comes later",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  status: archived`,
    expected: [
      `Pulumi.dev.yaml:6:15 tenant acme status: "archived"; must be a status that exists: active, suspended. "archived" is planned and does not exist yet. Write active or suspended. [unknown-word]`,
    ],
  },
  {
    name: "an unknown status",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  status: paused`,
    expected: [
      `Pulumi.dev.yaml:6:15 tenant acme status: "paused"; must be a status that exists: active, suspended. Write active or suspended. [unknown-word]`,
    ],
  },
  {
    name: "an isolation level that comes later",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  isolation: control-plane`,
    expected: [
      `Pulumi.dev.yaml:6:18 tenant acme isolation: "control-plane"; must be a level that exists: namespace. "control-plane" is planned and does not exist yet. Write namespace, or leave it out. [unknown-word]`,
    ],
  },
  {
    name: "an unknown isolation level",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  isolation: namespaces`,
    expected: [
      `Pulumi.dev.yaml:6:18 tenant acme isolation: "namespaces"; must be a level that exists: namespace. Did you mean "namespace"? [unknown-word]`,
    ],
  },
  {
    name: "a later level in a map of parts",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  isolation: { runtime: nodes, data: cluster }`,
    expected: [
      `Pulumi.dev.yaml:6:29 tenant acme isolation.runtime: "nodes"; must be a level that exists: namespace. "nodes" is planned and does not exist yet. Write namespace, or leave it out. [unknown-word]`,
      `Pulumi.dev.yaml:6:42 tenant acme isolation.data: "cluster"; must be a level that exists: namespace. "cluster" is planned and does not exist yet. Write namespace, or leave it out. [unknown-word]`,
    ],
  },
  {
    name: "an unknown part",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  isolation: { databse: namespace }`,
    expected: [
      `Pulumi.dev.yaml:6:20 tenant acme isolation.databse: unknown key "databse"; allowed here: runtime, dashboard and data. Remove it. [unknown-key]`,
    ],
  },
  {
    name: "isolation that is a list",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  isolation: [namespace]`,
    expected: [
      `Pulumi.dev.yaml:6:18 tenant acme isolation: a list; must be a level that exists: namespace. Write namespace, or leave it out. [unknown-word]`,
    ],
  },
];
