import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { createFleetFiles, filling } from "../../../bench/fleet/files.ts";
import { copyProgram } from "../../../bench/onboard/workspace.ts";
import { planFleet } from "../../../fleet/inventory.ts";

it("fills cells one after the other", () => {
  expect(filling("t", 5, 2, 7).map(({ id, cell }) => `${id} ${cell}`)).toEqual([
    "t-00000 7",
    "t-00001 7",
    "t-00002 8",
    "t-00003 8",
    "t-00004 9",
  ]);
});

it("writes an environment that plans, with each tenant in its cell, and keeps the stacks' salt", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-bench-files-"));
  try {
    const program = copyProgram(join(import.meta.dirname, "..", "..", ".."), join(folder, "program"));
    const { set } = createFleetFiles(program, "bench");
    const file = join(program, "Pulumi.bench.yaml");
    set([], 4);
    writeFileSync(file, `encryptionsalt: v1:salt\n${readFileSync(file, "utf8")}`);
    set([...filling("t", 3, 2, 1), { id: "named", cell: 3, name: "A name" }], 4);
    const { plan, stacks } = planFleet(program, "bench");
    expect(stacks.map(({ name, tenants }) => `${name} ${tenants.join(" ")}`.trim())).toEqual([
      "bench",
      "bench-c000",
      "bench-c001 t-00000 t-00001",
      "bench-c002 t-00002",
      "bench-c003 named",
    ]);
    expect(plan.tenants.find(({ id }) => id === "named")?.name).toBe("A name");
    expect(readFileSync(file, "utf8")).toMatch(/^encryptionsalt: v1:salt$/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
