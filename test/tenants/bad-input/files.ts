import type { BadInput } from "./case.ts";
import { soundEnvironment } from "../support/project.ts";

/** See bad-input.test.ts. */
export const filesCases: readonly BadInput[] = [
  {
    name: "a YAML syntax error",
    tenants: "- { id: acme, name: Acme, tier: pro",
    expected: [
      `Pulumi.dev.yaml:4:3 environment: not valid YAML; the indentation does not fit, or a bracket or brace is not closed. Mend the syntax; nothing else in this file was checked. [yaml-syntax]`,
    ],
  },
  {
    name: "an opening of two brackets, of which the parser tells twice",
    tenants: "- { id: [acme",
    expected: [
      `Pulumi.dev.yaml:4:3 environment: not valid YAML; the indentation does not fit, or a bracket or brace is not closed. Mend the syntax; nothing else in this file was checked. [yaml-syntax]`,
    ],
  },
  {
    name: "the same key twice",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  tier: free`,
    expected: [
      `Pulumi.dev.yaml:6:7 environment: the same key twice in one map; each key may stand once. Keep one of the two; which of them would win is not defined. [duplicate-key]`,
    ],
  },
  {
    name: "tenants that are no list",
    tenants: "id: acme",
    expected: [
      `Pulumi.dev.yaml:3:5 environment tenantry:tenants: a map; must be a list of tenants. Begin each tenant with a dash: \`- id: acme\`. [wrong-type]`,
    ],
  },
  {
    name: "a tenant that is no map",
    tenants: "- acme",
    expected: [
      `Pulumi.dev.yaml:3:7 tenant (no id): "acme"; must be a map of keys and values. Write one \`key: value\` per line below it. [wrong-type]`,
    ],
  },
  {
    name: "an unknown key under tenantry:",
    config: "tenantry:tenant: []",
    expected: [
      `Pulumi.dev.yaml:13:3 environment tenantry:tenant: unknown key "tenantry:tenant"; allowed here: tenantry:environment, tenantry:tenants, tenantry:tenantFiles, tenantry:tenantSecrets, tenantry:cells, tenantry:canaries and tenantry:history. Did you mean "tenantry:tenants"? [unknown-key]`,
    ],
  },
  {
    name: "a key of a later version",
    config: "tenantry:replicas: 4",
    expected: [
      `Pulumi.dev.yaml:13:3 environment tenantry:replicas: unknown key "tenantry:replicas"; allowed here: tenantry:environment, tenantry:tenants, tenantry:tenantFiles, tenantry:tenantSecrets, tenantry:cells, tenantry:canaries and tenantry:history. Remove it. [unknown-key]`,
    ],
  },
  {
    name: "no environment at all",
    environment: soundEnvironment.replace(/[\s\S]*/, ""),
    expected: [
      `Pulumi.dev.yaml:4:24 environment: nothing; must be a map of keys and values. Write one \`key: value\` per line below it. [wrong-type]`,
    ],
  },
  {
    name: "a stack file that is a list",
    files: { "Pulumi.dev.yaml": "- config: {}\n" },
    expected: [
      `Pulumi.dev.yaml:1:1 environment: a list; must be a map of keys and values. Begin the file with \`config:\`, and write each key below it like \`tenantry:environment:\`. [wrong-type]`,
    ],
  },
  {
    name: "a stack file that is one value",
    files: { "Pulumi.dev.yaml": "\n  hunter2-very-secret\n" },
    expected: [
      `Pulumi.dev.yaml:2:3 environment: a single value; must be a map of keys and values. Begin the file with \`config:\`, and write each key below it like \`tenantry:environment:\`. [wrong-type]`,
    ],
  },
  {
    name: "config that is no map",
    files: { "Pulumi.dev.yaml": "config: [tenantry:environment]\n" },
    expected: [
      `Pulumi.dev.yaml:1:9 environment config: a list; must be a map of keys and values. Begin the file with \`config:\`, and write each key below it like \`tenantry:environment:\`. [wrong-type]`,
    ],
  },
  {
    name: "tenantFiles that is no list",
    config: "tenantry:tenantFiles: tenants/*.yaml",
    expected: [
      `Pulumi.dev.yaml:13:25 environment tenantry:tenantFiles: "tenants/*.yaml"; must be a list of globs. Write it like ["tenants/prod/*.yaml"]. [wrong-type]`,
    ],
  },
  {
    name: "a glob that matches nothing",
    config: "tenantry:tenantFiles: [more/*.yaml]",
    expected: [
      `Pulumi.dev.yaml:13:26 environment tenantry:tenantFiles[0]: "more/*.yaml"; matches no file. Mend the glob, or remove it. [tenant-files]`,
    ],
  },
  {
    name: "a glob that leaves the project",
    config: "tenantry:tenantFiles: [../*.yaml]",
    expected: [
      `Pulumi.dev.yaml:13:26 environment tenantry:tenantFiles[0]: "../*.yaml"; must stay inside the project. Move the files below the folder of Pulumi.yaml. [tenant-files]`,
    ],
  },
  {
    name: "an absolute glob",
    config: "tenantry:tenantFiles: [/etc/*.yaml]",
    expected: [
      `Pulumi.dev.yaml:13:26 environment tenantry:tenantFiles[0]: "/etc/*.yaml"; must stay inside the project. Move the files below the folder of Pulumi.yaml. [tenant-files]`,
    ],
  },
  {
    name: "a glob that is no text",
    config: "tenantry:tenantFiles: [7]",
    expected: [
      `Pulumi.dev.yaml:13:26 environment tenantry:tenantFiles[0]: 7; must be a glob. Write it like tenants/prod/*.yaml. [tenant-files]`,
    ],
  },
  {
    name: "a tenant file that is no list",
    config: "tenantry:tenantFiles: [more/*.yaml]",
    files: { "more/a.yaml": "id: globex\n" },
    expected: [
      `more/a.yaml:1:1 environment: a map; must be a list of tenants. Begin each tenant with a dash: \`- id: acme\`. [wrong-type]`,
    ],
  },
  {
    name: "a syntax error in a tenant file",
    config: "tenantry:tenantFiles: [more/*.yaml]",
    files: { "more/a.yaml": "- id: [\n" },
    expected: [
      `more/a.yaml:2:1 environment: not valid YAML; the indentation does not fit, or a bracket or brace is not closed. Mend the syntax; nothing else in this file was checked. [yaml-syntax]`,
    ],
  },
  {
    name: "a duplicate id across files",
    config: "tenantry:tenantFiles: [more/*.yaml]",
    files: { "more/a.yaml": "- id: acme\n  name: Other\n  tier: free\n" },
    expected: [
      `more/a.yaml:1:7 tenant acme id: "acme" again; must be unique; first used in Pulumi.dev.yaml:3. Rename the newer one, or remove it. [duplicate-id]`,
    ],
  },
  {
    name: "an alias without an anchor",
    tenants: `
- { id: acme, name: Acme, tier: *usual }`,
    expected: [
      `Pulumi.dev.yaml:3:37 environment: an alias without an anchor; the anchor must stand before it in the same file. Define the anchor, or put the text in quotes if it is none. [yaml-alias]`,
    ],
  },
  {
    name: "a tag that nobody knows",
    tenants: `
- { id: acme, name: !customer Acme, tier: pro }`,
    expected: [
      `Pulumi.dev.yaml:3:25 environment: not valid YAML; a tag that is unknown here. Mend the syntax; nothing else in this file was checked. [yaml-syntax]`,
    ],
  },
  {
    name: "a label whose key JavaScript keeps for itself",
    tenants: `
- { id: acme, name: Acme, tier: pro, labels: { __proto__: x } }`,
    expected: [
      `Pulumi.dev.yaml:3:52 environment: "__proto__"; is no name that a key can have: it would be lost without a word. Choose another key. [reserved-key]`,
    ],
  },
  {
    name: "aliases that expand without bound",
    tenants: `
- &a [x, x, x, x, x, x, x, x, x, x]
- &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
- &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
- &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]`,
    expected: [
      `Pulumi.dev.yaml:1:1 environment: aliases that expand without bound; aliases may repeat little. Write the values out. [yaml-syntax]`,
    ],
  },
];
