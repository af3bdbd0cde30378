import type { BadInput } from "./case.ts";

/** See bad-input.test.ts. */
export const valuesCases: readonly BadInput[] = [
  {
    name: "replicas in quotes",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { replicas: { max: "3" } }`,
    expected: [
      `Pulumi.dev.yaml:6:35 tenant acme runtime.replicas.max: "3"; must be a whole number of pods from 1 to 200. Write it without quotes or a unit. [wrong-type]`,
    ],
  },
  {
    name: "zero replicas",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  dashboard: { replicas: { min: 0 } }`,
    expected: [
      `Pulumi.dev.yaml:6:37 tenant acme dashboard.replicas.min: 0; must be a whole number of pods from 1 to 200. Raise it to 1 or more. [out-of-range]`,
    ],
  },
  {
    name: "half a replica",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { replicas: { max: 2.5 } }`,
    expected: [
      `Pulumi.dev.yaml:6:35 tenant acme runtime.replicas.max: 2.5; must be a whole number of pods from 1 to 200. Write a whole number. [wrong-type]`,
    ],
  },
  {
    name: "a malformed cpu amount",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { resources: { limits: { cpu: 500mm } } }`,
    expected: [
      `Pulumi.dev.yaml:6:46 tenant acme runtime.resources.limits.cpu: "500mm"; must be a cpu amount. Write millicores such as 250m, or cores such as 2 or 0.5. [malformed]`,
    ],
  },
  {
    name: "a malformed memory amount",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { resources: { limits: { memory: 512MB } } }`,
    expected: [
      `Pulumi.dev.yaml:6:49 tenant acme runtime.resources.limits.memory: "512MB"; must be an amount of bytes. Write a number and a unit, such as 512Mi or 20Gi. [malformed]`,
    ],
  },
  {
    name: "cpu below a millicore",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  quota: { limits.cpu: 0.0001 }`,
    expected: [
      `Pulumi.dev.yaml:6:28 tenant acme quota["limits.cpu"]: 0.0001; must be a cpu amount. Write millicores such as 250m, or cores such as 2 or 0.5. [malformed]`,
    ],
  },
  {
    name: "a negative amount",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  quota: { requests.memory: -1Gi }`,
    expected: [
      `Pulumi.dev.yaml:6:33 tenant acme quota["requests.memory"]: "-1Gi"; must be an amount of bytes. Write a number and a unit, such as 512Mi or 20Gi. [malformed]`,
    ],
  },
  {
    name: "a quota that cannot be opened",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  quota: { services.loadbalancers: 1 }`,
    expected: [
      `Pulumi.dev.yaml:6:16 tenant acme quota["services.loadbalancers"]: unknown key "services.loadbalancers"; allowed here: requests.cpu, requests.memory, requests.ephemeral-storage, limits.cpu, limits.memory, limits.ephemeral-storage, requests.storage, persistentvolumeclaims, pods, services, configmaps, secrets, count/deployments.apps, count/statefulsets.apps, count/jobs.batch and count/cronjobs.batch. Remove it. [unknown-key]`,
    ],
  },
  {
    name: "a boolean in quotes",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  protect: "no"`,
    expected: [
      `Pulumi.dev.yaml:6:16 tenant acme protect: "no"; must be true or false. Write it without quotes. [wrong-type]`,
    ],
  },
  {
    name: "an owner with both",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  owners: [{ group: admins, user: jo@acme.example }]`,
    expected: [
      `Pulumi.dev.yaml:6:16 tenant acme owners[0]: a map; must have either group or user. Keep exactly one of the two. [malformed]`,
    ],
  },
  {
    name: "an owner with neither",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  owners: [{}]`,
    expected: [
      `Pulumi.dev.yaml:6:16 tenant acme owners[0]: a map; must have either group or user. Keep exactly one of the two. [malformed]`,
    ],
  },
  {
    name: "owners that is no list",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  owners: { group: admins }`,
    expected: [
      `Pulumi.dev.yaml:6:15 tenant acme owners: a map; must be a list. Begin each entry with a dash. [wrong-type]`,
    ],
  },
  {
    name: "a port that is none",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 203.0.113.0/24, ports: [70000] }]`,
    expected: [
      `Pulumi.dev.yaml:6:48 tenant acme egress[0].ports[0]: 70000; must be a port from 1 to 65535. Lower it to 65535 or less. [out-of-range]`,
    ],
  },
  {
    name: "a protocol that is none",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 203.0.113.0/24, ports: [{ port: 53, protocol: udp }] }]`,
    expected: [
      `Pulumi.dev.yaml:6:70 tenant acme egress[0].ports[0].protocol: "udp"; must be TCP or UDP. Write it in capitals. [unknown-word]`,
    ],
  },
  {
    name: "egress without ports",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 203.0.113.0/24, ports: [] }]`,
    expected: [
      `Pulumi.dev.yaml:6:47 tenant acme egress[0].ports: a list; at least 1 entry. Add one, or leave the key out. [out-of-range]`,
    ],
  },
  {
    name: "a label value that is a number",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  labels: { cost-center: 17 }`,
    expected: [
      `Pulumi.dev.yaml:6:30 tenant acme labels.cost-center: 17; must be a label value, in quotes where it looks like a number. Use at most 63 letters, digits, dots, dashes and underscores. [wrong-type]`,
    ],
  },
  {
    name: "a label key with a blank",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  labels: { "cost center": cc-17 }`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme labels["cost center"]: "cost center"; must be a label key. Write it like cost-center. [malformed]`,
    ],
  },
  {
    name: "a rotation of zero",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  secrets: { rotation: 0 }`,
    expected: [
      `Pulumi.dev.yaml:6:28 tenant acme secrets.rotation: 0; must be a whole number of rotations from 1 to 1000000. Raise it to 1 or more. [out-of-range]`,
    ],
  },
  {
    name: "an image with capitals",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { image: registry.example/Runtime:1 }`,
    expected: [
      `Pulumi.dev.yaml:6:25 tenant acme runtime.image: "registry.example/Runtime:1"; must be an image reference. Write it like registry.example/runtime:1.4.2 or registry.example/runtime@sha256:<64 hexadecimal digits>. [malformed]`,
    ],
  },
  {
    name: "an image with a password in it",
    tenants: `
- { id: acme, name: Acme, tier: pro, runtime: { image: "https://user:hunter2@very/secret@registry.example/x" } }
- { id: globex, name: Globex, tier: pro, runtime: { image: "user:hunter2/secret@registry.example/x:1@sha256:abc" } }
- { id: "https://user:hunter2@x", name: Initech, tier: pro, labels: { "//hunter2@x": z } }`,
    expected: [
      `Pulumi.dev.yaml:3:60 tenant acme runtime.image: "https://...@registry.example/x"; must be an image reference. Write it like registry.example/runtime:1.4.2 or registry.example/runtime@sha256:<64 hexadecimal digits>. [malformed]`,
      `Pulumi.dev.yaml:4:64 tenant globex runtime.image: "...@registry.example/x:1@sha256:abc"; must be an image reference. Write it like registry.example/runtime:1.4.2 or registry.example/runtime@sha256:<64 hexadecimal digits>. [malformed]`,
      `Pulumi.dev.yaml:5:13 tenant https://...@x id: "https://...@x"; must match [a-z][a-z0-9-]{1,29} and not end in a dash. Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter. [malformed]`,
      `Pulumi.dev.yaml:5:75 tenant https://...@x labels["//...@x"]: "//...@x"; must be a label key. Write it like cost-center. [malformed]`,
    ],
  },
  {
    name: "a short digest",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { image: registry.example/runtime@sha256:abc }`,
    expected: [
      `Pulumi.dev.yaml:6:25 tenant acme runtime.image: "registry.example/runtime@sha256:abc"; must be an image reference. Write it like registry.example/runtime:1.4.2 or registry.example/runtime@sha256:<64 hexadecimal digits>. [malformed]`,
    ],
  },
  {
    name: "nothing where a map belongs",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime:`,
    expected: [
      `Pulumi.dev.yaml:6:15 tenant acme runtime: nothing; must be a map of keys and values. Write one \`key: value\` per line below it. [wrong-type]`,
    ],
  },
];
