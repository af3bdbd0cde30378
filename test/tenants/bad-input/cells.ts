import type { BadInput } from "./case.ts";

const pinned = "- { id: acme, name: Acme, tier: pro, cell: 4 }";

/** See bad-input.test.ts. */
export const cellsCases: readonly BadInput[] = [
  {
    name: "a tenant pinned to a cell that does not exist",
    tenants: pinned,
    config: "tenantry:cells: 4",
    expected: [
      `Pulumi.dev.yaml:3:48 tenant acme cell: cell 4; cells are 0 to 3. Lower it, leave it out, or raise tenantry:cells to 5. [cell-exists]`,
    ],
  },
  {
    name: "a tenant pinned where the environment is one stack",
    tenants: pinned,
    expected: [
      `Pulumi.dev.yaml:3:48 tenant acme cell: cell 4; the environment has one stack, so only cell 0. Lower it, leave it out, or raise tenantry:cells to 5. [cell-exists]`,
    ],
  },
  {
    name: "a pin that is no number",
    tenants: pinned.replace("cell: 4", "cell: c004"),
    config: "tenantry:cells: 5",
    expected: [
      `Pulumi.dev.yaml:3:48 tenant acme cell: "c004"; must be the number of a cell, 0 to 9999. Count cells from 0, and write the number without quotes. [wrong-type]`,
    ],
  },
  {
    name: "no cells at all",
    config: "tenantry:cells: 0",
    expected: [
      `Pulumi.dev.yaml:13:19 environment cells: 0; must be a whole number of cells from 1 to 10000. Raise it to 1 or more. [out-of-range]`,
    ],
  },
  {
    name: "canaries that do not exist, and one twice",
    config: "tenantry:cells: 4\ntenantry:canaries: [0, 4, 0]",
    expected: [
      `Pulumi.dev.yaml:14:26 environment canaries[1]: cell 4; cells are 0 to 3. Name a cell that exists. [cell-exists]`,
      `Pulumi.dev.yaml:14:29 environment canaries[2]: cell 0 again; each canary may stand once. Remove one of the two. [cell-exists]`,
    ],
  },
  {
    name: "history of which nothing is kept, and a key that is none",
    config: "tenantry:history: { keep: 0, days: 3 }",
    expected: [
      `Pulumi.dev.yaml:13:29 environment history.keep: 0; must be a whole number of updates from 1 to 100000. Raise it to 1 or more. [out-of-range]`,
      `Pulumi.dev.yaml:13:32 environment history.days: unknown key "days"; allowed here: keep. Remove it. [unknown-key]`,
    ],
  },
  {
    name: "a number of cells that readers of YAML disagree on",
    config: "tenantry:cells: 010",
    expected: [
      `Pulumi.dev.yaml:13:19 environment tenantry:cells: "010" without quotes; some readers of YAML take it for an octal number, so what is checked might not be what is made. Put it in quotes, or write the number in plain decimal digits. [disputed-scalar]`,
    ],
  },
];
