import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createFleetFile } from "../../../bench/onboard/fleet-file.ts";
import { objectKey, tenantObjects, type KubernetesObject } from "../../../bench/onboard/objects.ts";
import { copyProgram } from "../../../bench/onboard/workspace.ts";

const project = join(import.meta.dirname, "..", "..", "..");

describe("tenantObjects", () => {
  let directory = "";
  let objects: ReadonlyMap<string, readonly KubernetesObject[]> = new Map();
  beforeAll(async () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "tenantry-objects-")));
    copyProgram(project, join(directory, "program"));
    const fleet = createFleetFile(join(directory, "program"), "bench");
    fleet.set(["fresh-1-0-0"]);
    fleet.add("fresh-25-3-2");
    fleet.add("fresh-25-3-3");
    fleet.remove("fresh-25-3-3");
    objects = await tenantObjects(join(directory, "program"), "bench");
    // It copies the program and runs it, which a busy machine is slow at.
  }, 60_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("gives the objects of exactly the tenants in the list", () => {
    expect([...objects.keys()]).toEqual(["fresh-1-0-0", "fresh-25-3-2"]);
  });

  it("gives each tenant the same kinds and names, with the namespace first", () => {
    const [left, right] = [...objects.values()].map((list) =>
      list.map(objectKey).map((key) => key.replace(/fresh-[0-9-]+/, "<id>")),
    );
    expect(left?.[0]).toBe("Namespace/tenant-<id>");
    expect([...(left ?? [])].sort()).toEqual([...(right ?? [])].sort());
    expect(left).toContain("StatefulSet/runtime");
    expect(left).toContain("ClusterNetworkPolicy/tenantry-tenant-<id>");
    expect(left).toContain("RoleBinding/owner");
  });

  it("unwraps secrets to placeholders, so that the Secret can be posted as it is", () => {
    const secret = objects.get("fresh-1-0-0")?.find(({ kind }) => kind === "Secret");
    const values = Object.values((secret?.["data"] ?? {}) as Record<string, unknown>);
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(Buffer.from(String(value), "base64").toString()).toMatch(/^x+$/);
  });
});
