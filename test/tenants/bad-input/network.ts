import type { BadInput } from "./case.ts";
import { soundEnvironment } from "../support/project.ts";

/** See bad-input.test.ts. */
export const networkCases: readonly BadInput[] = [
  {
    name: "the metadata address",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 169.254.169.254/32, ports: [80] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: 169.254.169.254/32; lies in 169.254.0.0/16: link-local, where cloud metadata answers (RFC 3927). Name the public address; services inside the cluster go under environment.sharedServices. [egress-private]`,
    ],
  },
  {
    name: "the IPv6 metadata address",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: "fd00:ec2::254/128", ports: [80] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: fd00:ec2::254/128; lies in fc00::/7: unique local addresses, fd00:ec2::254 metadata among them (RFC 4193). Name the public address; services inside the cluster go under environment.sharedServices. [egress-private]`,
    ],
  },
  {
    name: "a private range",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 10.1.0.0/16, ports: [5432] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: 10.1.0.0/16; lies in 10.0.0.0/8: private addresses (RFC 1918). Name the public address; services inside the cluster go under environment.sharedServices. [egress-private]`,
    ],
  },
  {
    name: "carrier-grade NAT",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 100.64.0.0/16, ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: 100.64.0.0/16; lies in 100.64.0.0/10: carrier-grade NAT, used for pods and nodes by clouds (RFC 6598). Name the public address; services inside the cluster go under environment.sharedServices. [egress-private]`,
    ],
  },
  {
    name: "loopback",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 127.0.0.1/32, ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: 127.0.0.1/32; lies in 127.0.0.0/8: loopback (RFC 1122). Name the public address; services inside the cluster go under environment.sharedServices. [egress-private]`,
    ],
  },
  {
    name: "a private address behind NAT64",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: "64:ff9b::a00:0/104", ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: 64:ff9b::a00:0/104; lies in 64:ff9b::/96: NAT64, which reaches private IPv4 addresses (RFC 6052). Name the public address; services inside the cluster go under environment.sharedServices. [egress-private]`,
    ],
  },
  {
    name: "an IPv4-mapped range",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: "::ffff:a00:0/104", ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: "::ffff:a00:0/104"; must be a range as the API server accepts it, without bits beyond the prefix and without leading zeros. Write it like 203.0.113.0/24 or 2001:db8::/32. [cidr]`,
    ],
  },
  {
    name: "a range of the environment",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 198.51.100.0/28, ports: [443] }]`,
    environment: soundEnvironment.replace(
      "cluster: { identifier: test }",
      "cluster: { identifier: test, privateRanges: [198.51.100.0/24] }",
    ),
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: 198.51.100.0/28; lies in 198.51.100.0/24: listed in cluster.privateRanges. Name the public address; services inside the cluster go under environment.sharedServices. [egress-private]`,
    ],
  },
  {
    name: "bits beyond the prefix",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 203.0.113.7/24, ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: "203.0.113.7/24"; must be a range as the API server accepts it, without bits beyond the prefix and without leading zeros. Did you mean 203.0.113.0/24? [cidr]`,
    ],
  },
  {
    name: "leading zeros",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 203.000.113.0/24, ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: "203.000.113.0/24"; must be a range as the API server accepts it, without bits beyond the prefix and without leading zeros. Write it like 203.0.113.0/24 or 2001:db8::/32. [cidr]`,
    ],
  },
  {
    name: "an address without prefix",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 203.0.113.7, ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: "203.0.113.7"; must be an address range such as 203.0.113.0/24. Write address, slash and prefix length; a single address ends in /32 or /128. [malformed]`,
    ],
  },
  {
    name: "a prefix above 32",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: 203.0.113.0/33, ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: "203.0.113.0/33"; must be a range as the API server accepts it, without bits beyond the prefix and without leading zeros. Write it like 203.0.113.0/24 or 2001:db8::/32. [cidr]`,
    ],
  },
  {
    name: "a host name as a range",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  egress: [{ cidr: api.example/24, ports: [443] }]`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme egress[0].cidr: "api.example/24"; must be an address range such as 203.0.113.0/24. Write address, slash and prefix length; a single address ends in /32 or /128. [malformed]`,
    ],
  },
  {
    name: "a label key that is too long",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  labels: { aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: x }`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme labels.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; must be a label key. Write it like cost-center. [malformed]`,
    ],
  },
  {
    name: "a label prefix that no domain can be",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  labels: { a..b/team: x }`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme labels["a..b/team"]: "a..b/team"; must be a label key. Write it like cost-center. [malformed]`,
    ],
  },
  {
    name: "an unknown peer",
    tenants: `
- { id: acme, name: Acme, tier: pro, peers: [{ tenant: globx, ports: [3000] }] }
- { id: globex, name: Globex, tier: pro }`,
    expected: [
      `Pulumi.dev.yaml:3:60 tenant acme peers[0].tenant: "globx"; no tenant of this environment has this id. Did you mean "globex"? [peer-unknown]`,
    ],
  },
  {
    name: "a one-sided peer",
    tenants: `
- { id: acme, name: Acme, tier: pro, peers: [{ tenant: globex, ports: [3000] }] }
- { id: globex, name: Globex, tier: pro }`,
    expected: [
      `Pulumi.dev.yaml:3:60 tenant acme peers[0].tenant: "globex" does not list acme; an opening needs both records. Add { tenant: acme, ports: [3000] } to peers of globex (Pulumi.dev.yaml:4), or remove it here. [peer-one-sided]`,
    ],
  },
  {
    name: "peers with different ports",
    tenants: `
- { id: acme, name: Acme, tier: pro, peers: [{ tenant: globex, ports: [3000] }] }
- { id: globex, name: Globex, tier: pro, peers: [{ tenant: acme, ports: [3000, 8080] }] }`,
    expected: [
      `Pulumi.dev.yaml:3:75 tenant acme peers[0].ports: ports 3000; globex says 3000, 8080 (Pulumi.dev.yaml:4). Write the same ports in both records. [peer-ports]`,
      `Pulumi.dev.yaml:4:77 tenant globex peers[0].ports: ports 3000, 8080; acme says 3000 (Pulumi.dev.yaml:3). Write the same ports in both records. [peer-ports]`,
    ],
  },
  {
    name: "a peer of itself",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  peers: [{ tenant: acme, ports: [3000] }]`,
    expected: [
      `Pulumi.dev.yaml:6:25 tenant acme peers[0].tenant: the tenant itself; pods of one tenant reach each other already. Remove it. [peer-self]`,
    ],
  },
  {
    name: "a peer twice",
    tenants: `
- { id: acme, name: Acme, tier: pro, peers: [{ tenant: globex, ports: [3000] }, { tenant: globex, ports: [8080] }] }
- { id: globex, name: Globex, tier: pro, peers: [{ tenant: acme, ports: [3000] }] }`,
    expected: [
      `Pulumi.dev.yaml:3:95 tenant acme peers[1].tenant: "globex" again; each tenant may stand once in the list. Put all ports into one entry. [peer-repeated]`,
    ],
  },
  {
    name: "a peer whose record cannot be read",
    tenants: `
- { id: acme, name: Acme, tier: pro, peers: [{ tenant: globex, ports: [3000] }] }
- { id: globex, name: Globex, tier: gold }`,
    expected: [
      `Pulumi.dev.yaml:4:41 tenant globex tier: "gold"; must be free, pro or enterprise. Choose one of the three. [unknown-word]`,
    ],
  },
  {
    name: "an owner of Kubernetes",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  owners: [{ group: "system:authenticated" }, { user: "system:admin" }]`,
    expected: [
      `Pulumi.dev.yaml:6:25 tenant acme owners[0].group: "system:authenticated"; names that begin with system: belong to Kubernetes; everybody or the cluster itself would become owner. Name a group or user of the customer. [owner-system]`,
      `Pulumi.dev.yaml:6:59 tenant acme owners[1].user: "system:admin"; names that begin with system: belong to Kubernetes; everybody or the cluster itself would become owner. Name a group or user of the customer. [owner-system]`,
    ],
  },
  {
    name: "an owner twice",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  owners: [{ group: admins }, { group: admins }]`,
    expected: [
      `Pulumi.dev.yaml:6:44 tenant acme owners[1].group: "admins" again; each owner may stand once. Remove one. [owner-repeated]`,
    ],
  },
  {
    name: "labels that are not the tenant's to set",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  labels: { tenantry.dev/tenant: globex, pod-security.kubernetes.io/enforce: privileged, k8s-app: kube-dns }`,
    expected: [
      `Pulumi.dev.yaml:6:17 tenant acme labels["tenantry.dev/tenant"]: "tenantry.dev/tenant"; its prefix belongs to other software, which may act on it. Use a key without a prefix, such as cost-center, or one under dev.example/. [label-reserved]`,
      `Pulumi.dev.yaml:6:46 tenant acme labels["pod-security.kubernetes.io/enforce"]: "pod-security.kubernetes.io/enforce"; its prefix belongs to other software, which may act on it. Use a key without a prefix, such as cost-center, or one under dev.example/. [label-reserved]`,
      `Pulumi.dev.yaml:6:94 tenant acme labels.k8s-app: "k8s-app"; software of the platform acts on it. Use a key without a prefix, such as cost-center, or one under dev.example/. [label-reserved]`,
    ],
  },
  {
    name: "labels that switch off admission, injection or validation",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  labels:
    admission.gatekeeper.sh/ignore: no-self-managing
    cert-manager.io/disable-validation: "true"
    istio-injection: disabled
    dev.example/team: one
    eu.dev.example/team: two`,
    expected: [
      `Pulumi.dev.yaml:7:9 tenant acme labels["admission.gatekeeper.sh/ignore"]: "admission.gatekeeper.sh/ignore"; its prefix belongs to other software, which may act on it. Use a key without a prefix, such as cost-center, or one under dev.example/. [label-reserved]`,
      `Pulumi.dev.yaml:8:9 tenant acme labels["cert-manager.io/disable-validation"]: "cert-manager.io/disable-validation"; its prefix belongs to other software, which may act on it. Use a key without a prefix, such as cost-center, or one under dev.example/. [label-reserved]`,
      `Pulumi.dev.yaml:9:9 tenant acme labels.istio-injection: "istio-injection"; software of the platform acts on it. Use a key without a prefix, such as cost-center, or one under dev.example/. [label-reserved]`,
    ],
  },
];
