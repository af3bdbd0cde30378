import type { BadInput } from "./case.ts";

/** See bad-input.test.ts. */
export const identityCases: readonly BadInput[] = [
  {
    name: "the name of an environment as an id",
    tenants: "- { id: staging, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant staging id: "staging"; is reserved: it means something to Kubernetes, Pulumi, DNS or Tenantry. Choose another id, such as the customer's name. [reserved-id]`,
    ],
  },
  {
    name: "an id with capitals",
    tenants: "- { id: Acme, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant Acme id: "Acme"; must match [a-z][a-z0-9-]{1,29} and not end in a dash. Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter. [malformed]`,
    ],
  },
  {
    name: "an id that ends in a dash",
    tenants: "- { id: acme-, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant acme- id: "acme-"; must match [a-z][a-z0-9-]{1,29} and not end in a dash. Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter. [malformed]`,
    ],
  },
  {
    name: "an id of one letter",
    tenants: "- { id: a, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant a id: "a"; must match [a-z][a-z0-9-]{1,29} and not end in a dash. Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter. [malformed]`,
    ],
  },
  {
    name: "an id of 31 letters",
    tenants: "- { id: abcdefghijklmnopqrstuvwxyzabcde, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant abcdefghijklmnopqrstuvwxyzabcde id: "abcdefghijklmnopqrstuvwxyzabcde"; must match [a-z][a-z0-9-]{1,29} and not end in a dash. Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter. [malformed]`,
    ],
  },
  {
    name: "an id that is a number",
    tenants: "- { id: 42, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant (no id) id: 42; must match [a-z][a-z0-9-]{1,29} and not end in a dash. Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter. [wrong-type]`,
    ],
  },
  {
    name: "a duplicate id",
    tenants: `
- { id: acme, name: Acme, tier: pro }
- { id: acme, name: Acme Two, tier: free }`,
    expected: [
      `Pulumi.dev.yaml:4:13 tenant acme id: "acme" again; must be unique; first used in Pulumi.dev.yaml:3. Rename the newer one, or remove it. [duplicate-id]`,
    ],
  },
  {
    name: "a duplicate of a record that is itself wrong",
    tenants: `
- { id: acme, name: Acme, tier: gold }
- { id: acme, name: Acme Two, tier: free }`,
    expected: [
      `Pulumi.dev.yaml:3:37 tenant acme tier: "gold"; must be free, pro or enterprise. Choose one of the three. [unknown-word]`,
      `Pulumi.dev.yaml:4:13 tenant acme id: "acme" again; must be unique; first used in Pulumi.dev.yaml:3. Rename the newer one, or remove it. [duplicate-id]`,
    ],
  },
  {
    name: "a reserved id",
    tenants: "- { id: platform, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant platform id: "platform"; is reserved: it means something to Kubernetes, Pulumi, DNS or Tenantry. Choose another id, such as the customer's name. [reserved-id]`,
    ],
  },
  {
    name: "the id that reads as an encrypted value",
    tenants: "- { id: secure, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant secure id: "secure"; is reserved: it means something to Kubernetes, Pulumi, DNS or Tenantry. Choose another id, such as the customer's name. [reserved-id]`,
    ],
  },
  {
    name: "a reserved beginning",
    tenants: "- { id: kube-acme, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant kube-acme id: "kube-acme"; must not begin with kube-. Choose another id; it can never be changed later. [reserved-id]`,
    ],
  },
  {
    name: "an id that ends in a role",
    tenants: "- { id: acme-runtime, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant acme-runtime id: "acme-runtime" ends in -runtime; is how the resources of another tenant are named. Choose another id; it can never be changed later. [reserved-id]`,
    ],
  },
  {
    name: "an id that ends in the beginning of a role",
    tenants: "- { id: acme-allow-same, name: Acme, tier: pro }",
    expected: [
      `Pulumi.dev.yaml:3:13 tenant acme-allow-same id: "acme-allow-same" ends in -allow-same; is how the resources of another tenant are named. Choose another id; it can never be changed later. [reserved-id]`,
    ],
  },
  {
    name: "ids that differ by dashes only",
    tenants: `
- { id: acme-corp, name: Acme, tier: pro }
- { id: acmecorp, name: Acme Two, tier: free }`,
    expected: [
      `Pulumi.dev.yaml:4:13 tenant acmecorp id: "acmecorp" and "acme-corp" (Pulumi.dev.yaml:3); both become "acmecorp" in systems that drop or fold dashes. Choose an id that differs by more than dashes. [id-collision]`,
    ],
  },
];
