import type { BadInput } from "./case.ts";
import { soundEnvironment } from "../support/project.ts";

/** See bad-input.test.ts. */
export const numbersCases: readonly BadInput[] = [
  {
    name: "min above max",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { replicas: { min: 3, max: 2 } }`,
    expected: [
      `Pulumi.dev.yaml:6:35 tenant acme runtime.replicas.min: min 3 is above max 2; min must be at most max. Lower runtime.replicas.min to 2, or raise max to 3. [replicas-min-max]`,
    ],
  },
  {
    name: "min above the tier's max",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  dashboard: { replicas: { min: 5 } }`,
    expected: [
      `Pulumi.dev.yaml:6:37 tenant acme dashboard.replicas.min: min 5 is above max 4 (from tier pro); min must be at most max. Lower dashboard.replicas.min to 4, or raise max to 5. [replicas-min-max]`,
    ],
  },
  {
    name: "more runtimes than the quota has claims and limits for",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { replicas: { max: 30 } }`,
    expected: [
      `Pulumi.dev.yaml:6:35 tenant acme runtime.replicas.max: 30 runtime pods x 256Mi + 5 dashboard pods (4 + 1 while rolling) x 128Mi = 8320Mi; the quota's requests.memory is 8Gi. Lower runtime.replicas.max to 29, or raise quota requests.memory to 8320Mi. [quota-fits-maximum]`,
      `Pulumi.dev.yaml:6:35 tenant acme runtime.replicas.max: 30 runtime pods x 500m + 5 dashboard pods (4 + 1 while rolling) x 250m = 16250m; the quota's limits.cpu is 10. Lower runtime.replicas.max to 17, or raise quota limits.cpu to 16250m. [quota-fits-maximum]`,
      `Pulumi.dev.yaml:6:35 tenant acme runtime.replicas.max: 30 runtime pods x 1Gi + 5 dashboard pods (4 + 1 while rolling) x 256Mi = 32000Mi; the quota's limits.ephemeral-storage is 16Gi. Lower runtime.replicas.max to 14, or raise quota limits.ephemeral-storage to 32000Mi. [quota-fits-maximum]`,
      `Pulumi.dev.yaml:6:35 tenant acme runtime.replicas.max: 30 runtime pods + 5 dashboard pods (4 + 1 while rolling) = 35; the quota's pods is 25. Lower runtime.replicas.max to 20, or raise quota pods to 35. [quota-fits-maximum]`,
      `Pulumi.dev.yaml:6:35 tenant acme runtime.replicas.max: 30 runtime volumes; the quota's persistentvolumeclaims is 4. Lower runtime.replicas.max to 4, or raise quota persistentvolumeclaims to 30. [quota-fits-maximum]`,
    ],
  },
  {
    name: "more dashboards than the quota has limits for",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  dashboard: { replicas: { max: 40 } }
  quota: { pods: 60 }`,
    expected: [
      `Pulumi.dev.yaml:6:37 tenant acme dashboard.replicas.max: 3 runtime pods x 100m + 41 dashboard pods (40 + 1 while rolling) x 100m = 4400m; the quota's requests.cpu is 4. Lower dashboard.replicas.max to 36, or raise quota requests.cpu to 4400m. [quota-fits-maximum]`,
      `Pulumi.dev.yaml:6:37 tenant acme dashboard.replicas.max: 3 runtime pods x 500m + 41 dashboard pods (40 + 1 while rolling) x 250m = 11750m; the quota's limits.cpu is 10. Lower dashboard.replicas.max to 33, or raise quota limits.cpu to 11750m. [quota-fits-maximum]`,
    ],
  },
  {
    name: "volumes above the storage quota",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { storage: 20Gi }`,
    expected: [
      `Pulumi.dev.yaml:6:27 tenant acme runtime.storage: 3 runtime volumes x 20Gi = 60Gi; the quota's requests.storage is 50Gi. Lower runtime.replicas.max to 2, or raise quota requests.storage to 60Gi. [quota-fits-maximum]`,
    ],
  },
  {
    name: "a lowered quota that the maximum does not fit",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  quota: { limits.cpu: 2 }`,
    expected: [
      `Pulumi.dev.yaml:6:28 tenant acme quota["limits.cpu"]: 3 runtime pods x 500m + 5 dashboard pods (4 + 1 while rolling) x 250m = 2750m; the quota's limits.cpu is 2. Lower runtime.replicas.max to 1, or raise quota limits.cpu to 2750m. [quota-fits-maximum]`,
    ],
  },
  {
    name: "too few pods for the surge",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  quota: { pods: 7 }`,
    expected: [
      `Pulumi.dev.yaml:6:22 tenant acme quota.pods: 3 runtime pods + 5 dashboard pods (4 + 1 while rolling) = 8; the quota's pods is 7. Lower runtime.replicas.max to 2, or raise quota pods to 8. [quota-fits-maximum]`,
    ],
  },
  {
    name: "scratch disk above the quota",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { resources: { limits: { ephemeralStorage: 6Gi } } }`,
    expected: [
      `Pulumi.dev.yaml:6:39 tenant acme runtime.resources.limits: 3 runtime pods x 6Gi + 5 dashboard pods (4 + 1 while rolling) x 256Mi = 19712Mi; the quota's limits.ephemeral-storage is 16Gi. Lower runtime.replicas.max to 2, or raise quota limits.ephemeral-storage to 19712Mi. [quota-fits-maximum]`,
    ],
  },
  {
    name: "a suspended tenant that could not resume",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  status: suspended
  quota: { pods: 3 }`,
    expected: [
      `Pulumi.dev.yaml:7:22 tenant acme quota.pods: 3 runtime pods + 5 dashboard pods (4 + 1 while rolling) = 8; the quota's pods is 3. Raise quota pods to 8, or choose smaller pods, volumes or maxima. [quota-fits-maximum]`,
    ],
  },
  {
    name: "too few Services",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  quota: { services: 1 }`,
    expected: [
      `Pulumi.dev.yaml:6:26 tenant acme quota.services: 3 Services of runtime and dashboard; the quota's services is 1. Raise quota services to 3. [quota-fits-maximum]`,
    ],
  },
  {
    name: "more certificates than secrets allow",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  domains: [a.acme.example, b.acme.example]
  quota: { secrets: 6 }`,
    environment: soundEnvironment.replace(
      "listenerSets: true",
      "listenerSets: true, issuer: { kind: ClusterIssuer, name: ca }",
    ),
    expected: [
      `Pulumi.dev.yaml:7:25 tenant acme quota.secrets: 1 Secret of the tenant + 3 certificates + 3 temporary private keys while issuing = 7; the quota's secrets is 6. Raise quota secrets to 7. [quota-fits-maximum]`,
    ],
  },
  {
    name: "more certificates than the tier's secrets allow, at the domains that ask for them",
    tenants: `
- id: acme
  name: Acme
  tier: free
  dashboard: { replicas: { max: 2 } }
  domains: [a.acme.example, b.acme.example, c.acme.example, d.acme.example]`,
    environment: soundEnvironment.replace(
      "listenerSets: true",
      "listenerSets: true, issuer: { kind: ClusterIssuer, name: ca }",
    ),
    expected: [
      `Pulumi.dev.yaml:7:16 tenant acme domains: 1 Secret of the tenant + 5 certificates + 5 temporary private keys while issuing = 11; the quota's secrets is 10. Raise quota secrets to 11. [quota-fits-maximum]`,
    ],
  },
  {
    name: "requests above limits",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { resources: { requests: { cpu: 600m } } }`,
    expected: [
      `Pulumi.dev.yaml:6:48 tenant acme runtime.resources.requests.cpu: runtime requests 600m cpu; its limit is 500m. Raise runtime.resources.limits.cpu, or lower the request. [requests-within-limits]`,
    ],
  },
  {
    name: "a limit below the request of the size",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  dashboard: { resources: { limits: { cpu: 150m }, requests: { cpu: 200m } } }`,
    expected: [
      `Pulumi.dev.yaml:6:73 tenant acme dashboard.resources.requests.cpu: dashboard requests 200m cpu; its limit is 150m. Raise dashboard.resources.limits.cpu, or lower the request. [requests-within-limits]`,
    ],
  },
  {
    name: "requests below the limit range",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  dashboard: { resources: { requests: { cpu: 50m, memory: 64Mi } } }`,
    expected: [
      `Pulumi.dev.yaml:6:50 tenant acme dashboard.resources.requests.cpu: dashboard requests cpu 50m; the limit range of tier pro is 100m to 4. Raise it to at least 100m. [limit-range]`,
      `Pulumi.dev.yaml:6:63 tenant acme dashboard.resources.requests.memory: dashboard requests memory 64Mi; the limit range of tier pro is 128Mi to 8Gi. Raise it to at least 128Mi. [limit-range]`,
    ],
  },
  {
    name: "limits above the limit range",
    tenants: `
- id: acme
  name: Acme
  tier: free
  runtime: { resources: { limits: { memory: 6Gi } } }`,
    expected: [
      `Pulumi.dev.yaml:6:49 tenant acme runtime.resources.limits.memory: runtime limits memory 6Gi; the limit range of tier free is 128Mi to 4Gi. Lower it to at most 4Gi, or choose a larger tier. [limit-range]`,
    ],
  },
  {
    name: "a volume below the limit range",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { storage: 512Mi }`,
    expected: [
      `Pulumi.dev.yaml:6:27 tenant acme runtime.storage: a volume of 512Mi; the smallest volume is 1Gi. Raise runtime.storage to at least 1Gi. [limit-range]`,
    ],
  },
  {
    name: "quotas above the environment's cpu and memory",
    tenants: `
- { id: acme, name: Acme, tier: pro }
- { id: globex, name: Globex, tier: free, status: suspended }`,
    environment: soundEnvironment.replace("cpu: 90, memory: 360Gi", "cpu: 3, memory: 7Gi"),
    expected: [
      `Pulumi.dev.yaml:10:22 environment capacity.cpu: quotas of 2 tenants promise requests.cpu 5 (largest: acme 4, globex 1); the environment has 3. Lower quotas by 2, move tenants to another environment, or add nodes and raise capacity.cpu. [capacity]`,
      `Pulumi.dev.yaml:10:33 environment capacity.memory: quotas of 2 tenants promise requests.memory 10Gi (largest: acme 8Gi, globex 2Gi); the environment has 7Gi. Lower quotas by 3Gi, move tenants to another environment, or add nodes and raise capacity.memory. [capacity]`,
    ],
  },
  {
    name: "quotas above the environment's pods and volumes",
    environment: soundEnvironment.replace("pods: 600, volumes: 100", "pods: 20, volumes: 3"),
    expected: [
      `Pulumi.dev.yaml:9:86 environment capacity.pods: quotas of 1 tenant promise pods 25 (largest: acme 25); the environment has 20. Lower quotas by 5, move tenants to another environment, or add nodes and raise capacity.pods. [capacity]`,
      `Pulumi.dev.yaml:9:99 environment capacity.volumes: quotas of 1 tenant promise persistentvolumeclaims 4 (largest: acme 4); the environment has 3. Lower quotas by 1, move tenants to another environment, or add nodes and raise capacity.volumes. [capacity]`,
    ],
  },
];
