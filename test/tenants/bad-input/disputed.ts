import type { BadInput } from "./case.ts";
import { soundEnvironment } from "../support/project.ts";

const bound = (takenFor: string): string =>
  `some readers of YAML take it for ${takenFor}, so what is checked might not be what is made`;

/** See bad-input.test.ts. Texts without quotes that Pulumi's reader and others take for different things. */
export const disputedCases: readonly BadInput[] = [
  {
    name: "a label that is a date without quotes",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  labels: { trial-ends: 2027-01-31 }`,
    expected: [
      `Pulumi.dev.yaml:6:29 tenant acme labels.trial-ends: "2027-01-31" without quotes; ${bound("a date")}. Put it in quotes. [disputed-scalar]`,
    ],
  },
  {
    name: "a number with a leading zero",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  quota: { pods: 017 }`,
    expected: [
      `Pulumi.dev.yaml:6:22 tenant acme quota.pods: "017" without quotes; ${bound("an octal number")}. Put it in quotes, or write the number in plain decimal digits. [disputed-scalar]`,
    ],
  },
  {
    name: "a label with an underscore between digits",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  labels: { seats: 1_000 }`,
    expected: [
      `Pulumi.dev.yaml:6:24 tenant acme labels.seats: "1_000" without quotes; ${bound("a number with its underscores dropped")}. Put it in quotes, or write the number in plain decimal digits. [disputed-scalar]`,
    ],
  },
  {
    name: "a label that says no, in a tenant file",
    config: "tenantry:tenantFiles: [more/*.yaml]",
    files: { "more/a.yaml": "- id: globex\n  name: Globex\n  tier: free\n  labels: { beta: no, on: x }\n" },
    expected: [
      `more/a.yaml:4:19 tenant globex labels.beta: "no" without quotes; ${bound("true or false")}. Put it in quotes, or write true or false. [disputed-scalar]`,
      `more/a.yaml:4:23 tenant globex labels.on: "on" without quotes; ${bound("true or false")}. Put it in quotes, or write true or false. [disputed-scalar]`,
    ],
  },
  {
    name: "a name in base sixty, and one that is infinite",
    tenants: `
- { id: acme, name: 1:30, tier: pro }
- { id: globex, name: -.Inf, tier: pro, labels: { flags: 0b101 } }`,
    expected: [
      `Pulumi.dev.yaml:3:25 tenant acme name: "1:30" without quotes; ${bound("a number in base sixty")}. Put it in quotes. [disputed-scalar]`,
      `Pulumi.dev.yaml:4:27 tenant globex name: "-.Inf" without quotes; ${bound("infinity or no number at all")}. Put it in quotes, or write a number. [disputed-scalar]`,
      `Pulumi.dev.yaml:4:62 tenant globex labels.flags: "0b101" without quotes; ${bound("a binary, octal or hexadecimal number")}. Put it in quotes, or write the number in plain decimal digits. [disputed-scalar]`,
      `Pulumi.dev.yaml:4:27 tenant globex name: null; must be 1 to 100 printable characters without blanks at the ends. Write the customer's name; invisible characters are refused, because two names could then look the same. [wrong-type]`,
    ],
  },
  {
    name: "a setting of the environment with a leading zero",
    environment: soundEnvironment.replace("pods: 600", "pods: 0600"),
    expected: [
      `Pulumi.dev.yaml:9:86 environment capacity.pods: "0600" without quotes; ${bound("an octal number")}. Put it in quotes, or write the number in plain decimal digits. [disputed-scalar]`,
    ],
  },
];
