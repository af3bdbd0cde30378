import type { BadInput } from "./case.ts";

/** See bad-input.test.ts. */
export const secretsCases: readonly BadInput[] = [
  {
    name: "a secret that breaks the syntax",
    config: `
tenantry:tenantSecrets:
  acme:
    MODEL_TOKEN: | hunter2-very-secret`,
    expected: [
      `Pulumi.dev.yaml:15:22 environment: not valid YAML; something stands here that does not belong here. Mend the syntax; nothing else in this file was checked. [yaml-syntax]`,
    ],
  },
  {
    name: "a secret that the parser takes for a tag",
    config: `
tenantry:tenantSecrets:
  acme:
    MODEL_TOKEN: !hunter2-very-secret x`,
    expected: [
      `Pulumi.dev.yaml:15:20 environment: not valid YAML; a tag that is unknown here. Mend the syntax; nothing else in this file was checked. [yaml-syntax]`,
    ],
  },
  {
    name: "a secret in the clear",
    config: `
tenantry:tenantSecrets:
  acme:
    MODEL_TOKEN: hunter2-very-secret`,
    expected: [
      `Pulumi.dev.yaml:15:7 tenant acme tenantry:tenantSecrets.acme.MODEL_TOKEN: a value that is not encrypted; must be encrypted by Pulumi. Change the secret where it comes from, for it has been exposed; then run: pulumi config set --secret --path 'tenantry:tenantSecrets.acme.MODEL_TOKEN' [secret-in-the-clear]`,
    ],
  },
  {
    name: "a secret with something beside its ciphertext",
    config: `
tenantry:tenantSecrets:
  acme:
    MODEL_TOKEN: { secure: v1:abc, note: hunter2-very-secret }`,
    expected: [
      `Pulumi.dev.yaml:15:7 tenant acme tenantry:tenantSecrets.acme.MODEL_TOKEN: a value that is not encrypted; must be encrypted by Pulumi. Change the secret where it comes from, for it has been exposed; then run: pulumi config set --secret --path 'tenantry:tenantSecrets.acme.MODEL_TOKEN' [secret-in-the-clear]`,
    ],
  },
  {
    name: "all secrets of a tenant as one value",
    config: `
tenantry:tenantSecrets:
  acme: { secure: v1:abc }`,
    expected: [
      `Pulumi.dev.yaml:14:11 tenant acme tenantry:tenantSecrets.acme: not a map of names to encrypted values; names must be readable, each value encrypted by itself. Remove it and set each secret by path: pulumi config set --secret --path 'tenantry:tenantSecrets.acme.<NAME>' [secret-names-unreadable]`,
    ],
  },
  {
    name: "all secrets as one value",
    config: "tenantry:tenantSecrets: { secure: v1:abc }",
    expected: [
      `Pulumi.dev.yaml:13:27 environment tenantry:tenantSecrets: not a map of names to encrypted values; names must be readable, each value encrypted by itself. Remove it and set each secret by path: pulumi config set --secret --path 'tenantry:tenantSecrets.<id>.<NAME>' [secret-names-unreadable]`,
    ],
  },
  {
    name: "a secret of an unknown tenant",
    config: `
tenantry:tenantSecrets:
  acmee:
    MODEL_TOKEN: { secure: v1:abc }`,
    expected: [
      `Pulumi.dev.yaml:15:7 tenant acmee tenantry:tenantSecrets.acmee.MODEL_TOKEN: a secret of "acmee"; no tenant of this environment has this id. Did you mean "acme"? [secret-tenant]`,
    ],
  },
  {
    name: "a secret with a name that no variable can have",
    config: `
tenantry:tenantSecrets:
  acme:
    model-token: { secure: v1:abc }`,
    expected: [
      `Pulumi.dev.yaml:15:7 tenant acme tenantry:tenantSecrets.acme.<NAME>: a key that is not shown; must be the name of an environment variable: capitals, digits and underscores, at most 63. Set it again under a name such as MODEL_TOKEN; if the key is itself a secret, change it at its source. [secret-name]`,
    ],
  },
  {
    name: "secrets that were pasted as keys",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  secrets: { sk-live-hunter2: 1 }`,
    config: `
tenantry:tenantSecrets:
  acme:
    sk-live-hunter2: x
  sk_live_hunter2:
    MODEL_TOKEN: { secure: v1:abc }
  sk_live/hunter2: x`,
    expected: [
      `Pulumi.dev.yaml:18:7 tenant acme tenantry:tenantSecrets.acme.<NAME>: a value that is not encrypted; must be encrypted by Pulumi. Change the secret where it comes from, for it has been exposed; then run: pulumi config set --secret --path 'tenantry:tenantSecrets.acme.<NAME>' [secret-in-the-clear]`,
      `Pulumi.dev.yaml:21:22 environment tenantry:tenantSecrets.<id>: not a map of names to encrypted values; names must be readable, each value encrypted by itself. Remove it and set each secret by path: pulumi config set --secret --path 'tenantry:tenantSecrets.<id>.<NAME>' [secret-names-unreadable]`,
      `Pulumi.dev.yaml:6:18 tenant acme secrets: a key that is not shown; allowed here: rotation. Remove it. [unknown-key]`,
      `Pulumi.dev.yaml:18:7 tenant acme tenantry:tenantSecrets.acme.<NAME>: a key that is not shown; must be the name of an environment variable: capitals, digits and underscores, at most 63. Set it again under a name such as MODEL_TOKEN; if the key is itself a secret, change it at its source. [secret-name]`,
      `Pulumi.dev.yaml:20:7 environment tenantry:tenantSecrets.<id>.MODEL_TOKEN: a secret of a tenant whose key is not shown; no tenant of this environment has this id. Remove it with pulumi config rm --path, or add the tenant. [secret-tenant]`,
    ],
  },
  {
    name: "a secret that hides a generated one",
    config: `
tenantry:tenantSecrets:
  acme:
    SESSION_KEY: { secure: v1:abc }`,
    expected: [
      `Pulumi.dev.yaml:15:7 tenant acme tenantry:tenantSecrets.acme.SESSION_KEY: "SESSION_KEY"; is set by Tenantry itself. Choose another name. [secret-name]`,
    ],
  },
  {
    name: "a secret that hides a setting",
    config: `
tenantry:tenantSecrets:
  acme:
    TENANT_ID: { secure: v1:abc }`,
    expected: [
      `Pulumi.dev.yaml:15:7 tenant acme tenantry:tenantSecrets.acme.TENANT_ID: "TENANT_ID"; is set by Tenantry itself. Choose another name. [secret-name]`,
    ],
  },
  {
    name: "a secret inside a record",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  secrets: { MODEL_TOKEN: hunter2-very-secret }`,
    expected: [
      `Pulumi.dev.yaml:6:18 tenant acme secrets.MODEL_TOKEN: unknown key "MODEL_TOKEN"; allowed here: rotation. Remove it. [unknown-key]`,
    ],
  },
  {
    name: "a secret where a map belongs",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  secrets: hunter2-very-secret`,
    expected: [
      `Pulumi.dev.yaml:6:16 tenant acme secrets: text that is not shown; must be a map of keys and values. Write one \`key: value\` per line below it. [wrong-type]`,
    ],
  },
];
