import { describe, expect, it } from "vitest";

import { readRecorded } from "../../../fleet/recorded.ts";
import { resourcesOf, tenantsIn, type StateDocument } from "../../../fleet/move/deployment.ts";
import { arrive, emptied, leave, movedFingerprint, pack, type Parcel } from "../../../fleet/move/edit.ts";
import { holdingsIn } from "../../../fleet/move/holdings.ts";
import { stateWith } from "./support.ts";

const cell = { name: "prod-c001", project: "tenantry", recorded: true };
const one = stateWith("prod", { tenants: ["acme*", "globex"], recorded: false });

function packed(document: StateDocument, from: string, tenant: string): Parcel {
  const parcel = pack(document, from, tenant);
  if (parcel === null) throw new Error(`no ${tenant}`);
  return parcel;
}

const acme = packed(one, "prod", "acme");
const find = (document: StateDocument, name: string) =>
  resourcesOf(document).find(({ urn }) => urn.endsWith(`::${name}`));
const outputsOf = (document: StateDocument) => resourcesOf(document)[0]?.outputs;

describe("a tenant that arrives", () => {
  it("in a stack that has never been updated brings a root, a record and a provider along", () => {
    const empty: StateDocument = { version: 3, deployment: { resources: null } };
    const there = arrive(empty, cell, [acme]);
    expect(resourcesOf(there).map(({ urn }) => urn.split("::").at(-1))).toEqual([
      "tenantry-prod-c001",
      "update",
      "cluster",
      "acme",
      "acme-namespace",
      "acme-dashboard",
      "acme-key",
    ]);
    expect(there.deployment.secrets_providers).toEqual({ key: "prod" });
    expect(readRecorded(there)).toEqual({
      begun: movedFingerprint,
      finished: { fingerprint: movedFingerprint, resources: 5 },
      resources: 5,
      pending: 0,
      creating: [],
      tenants: ["acme"],
      protected: ["acme"],
    });
  });

  it("is what it was, but for where it is and what it depended on outside", () => {
    const there = arrive(stateWith("prod-c001", { tenants: ["initech"] }), cell, [acme]);
    expect(find(there, "acme-namespace")).toEqual({
      urn: "urn:pulumi:prod-c001::tenantry::tenantry:index:TenantStack$kubernetes:core/v1:Namespace::acme-namespace",
      custom: true,
      id: "tenant-acme",
      type: "kubernetes:core/v1:Namespace",
      parent: "urn:pulumi:prod-c001::tenantry::tenantry:index:TenantStack::acme",
      provider: "urn:pulumi:prod-c001::tenantry::pulumi:providers:kubernetes::cluster::id-of-prod-c001",
      protect: true,
      propertyDependencies: { metadata: [], spec: null },
    });
    expect(find(there, "acme-key")).toMatchObject({
      dependencies: [find(there, "acme-namespace")?.urn],
      deletedWith: find(there, "acme-namespace")?.urn,
    });
    expect(find(there, "acme")?.parent).toBe(resourcesOf(there)[0]?.urn);
    expect(holdingsIn(there).get("acme")).toEqual(holdingsIn(one).get("acme"));
    expect(there.deployment.secrets_providers).toEqual({ key: "prod-c001" });
  });

  it("is among the outputs that the removal guard reads, protected as it was", () => {
    const there = arrive(stateWith("prod-c001", { tenants: ["initech"] }), cell, [acme, packed(one, "prod", "globex")]);
    expect(outputsOf(there)).toEqual({
      tenants: {
        initech: { namespace: "tenant-initech" },
        acme: { namespace: "tenant-acme" },
        globex: { namespace: "tenant-globex" },
      },
      protectedTenants: ["acme"],
      fleet: { platform: "v1", finished: { fingerprint: movedFingerprint, resources: 14 } },
    });
  });

  it("in a single stack leaves no record where there is none", () => {
    const there = arrive(stateWith("prod", { recorded: false }), { ...cell, name: "prod", recorded: false }, [
      packed(stateWith("prod-c001", { tenants: ["acme"] }), "prod-c001", "acme"),
    ]);
    expect(readRecorded(there)).toMatchObject({ begun: null, finished: null, tenants: ["acme"] });
  });

  it("is refused where it is already, where the provider is of another cluster, and where outputs are secret", () => {
    expect(() => arrive(stateWith("prod-c001", { tenants: ["acme"] }), cell, [acme])).toThrow("already has acme");
    expect(() => arrive(stateWith("prod-c001", { cluster: "two" }), cell, [acme])).toThrow("another cluster (two)");
    const secret = stateWith("prod-c001");
    Object.assign(outputsOf(secret) ?? {}, { tenants: { "4dabf18193072939515e22adb298388d": "x" } });
    expect(() => arrive(secret, cell, [acme])).toThrow("its outputs are secret");
  });
});

describe("a tenant that leaves", () => {
  it("takes everything of its own and nothing else", () => {
    const rest = leave(one, ["acme"]);
    expect([...tenantsIn(rest).keys()]).toEqual(["globex"]);
    expect(resourcesOf(rest)).toHaveLength(resourcesOf(one).length - 4);
    expect(outputsOf(rest)).toMatchObject({ tenants: { globex: {} }, protectedTenants: [] });
    expect(outputsOf(rest)?.["tenants"]).not.toHaveProperty("acme");
    expect(tenantsIn(rest).get("globex")).toEqual(tenantsIn(one).get("globex"));
  });

  it("is not depended on any more", () => {
    const leaning = stateWith("prod", { tenants: ["acme", "globex"] });
    Object.assign(find(leaning, "globex-namespace") ?? {}, { dependencies: [find(leaning, "acme-namespace")?.urn] });
    expect(find(leave(leaning, ["acme"]), "globex-namespace")).not.toHaveProperty("dependencies");
  });

  it("leaves a record that counts what is left", () => {
    const rest = leave(stateWith("prod-c001", { tenants: ["acme", "globex"] }), ["acme"]);
    expect(readRecorded(rest)).toMatchObject({
      begun: "moved",
      finished: { fingerprint: "moved", resources: 6 },
      resources: 6,
    });
  });
});

it("what an update promised and never made stays with nobody", () => {
  const state = stateWith("prod-c001", { tenants: ["acme", "globex*"] });
  const root = resourcesOf(state)[0];
  Object.assign(root?.outputs ?? {}, {
    tenants: { acme: {}, globex: {}, promised: {} },
    protectedTenants: ["globex", "promised"],
  });
  expect(resourcesOf(leave(state, ["acme"]))[0]?.outputs).toMatchObject({
    tenants: { globex: {} },
    protectedTenants: ["globex"],
  });
  const outputs = resourcesOf(leave(state, ["acme"]))[0]?.outputs;
  expect(JSON.stringify(outputs)).not.toContain("promised");
});

it("a stack is emptied only of what is the engine's own", () => {
  const left = leave(stateWith("prod-c001", { tenants: ["acme"] }), ["acme"]);
  expect(resourcesOf(emptied(left))).toEqual([]);
  expect(() => emptied(leave(stateWith("prod", { tenants: ["acme"] }), ["acme"]))).toThrow(
    /it still holds 1 resources, such as .*::guardrail/,
  );
});
