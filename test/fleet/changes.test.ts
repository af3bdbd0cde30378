import { expect, test } from "vitest";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

import { ChangeLog } from "../../fleet/changes.ts";
import { partUrn, step, tenantUrn, urnOf } from "./support.ts";

function summary(...events: readonly (readonly EngineEvent[])[]) {
  const log = new ChangeLog();
  for (const event of events.flat()) log.add(event);
  return { ...log.summary(), changed: log.changed };
}

test("tenants by what happened to them: made, gone, changed in a part, or the same", () => {
  const dashboard = urnOf("tenantry:index:TenantStack$tenantry:index:Dashboard", "hooli-dashboard");
  const { tenants, operations, changed } = summary(
    step("create", tenantUrn("acme")),
    step("create", partUrn("acme", "config"), tenantUrn("acme")),
    step("same", tenantUrn("globex")),
    step("update", partUrn("globex", "config"), tenantUrn("globex")),
    step("same", tenantUrn("initech")),
    step("same", partUrn("initech", "config"), tenantUrn("initech")),
    // The change is two levels below the tenant.
    step("same", tenantUrn("hooli")),
    step("same", dashboard, tenantUrn("hooli")),
    step("update", `${dashboard}-service`, dashboard),
    // Removals come with the children first, and the parent is known only later.
    step("delete", partUrn("umbrella", "config"), tenantUrn("umbrella")),
    step("delete", tenantUrn("umbrella")),
  );
  expect(tenants).toEqual({
    acme: "created",
    globex: "updated",
    hooli: "updated",
    initech: "unchanged",
    umbrella: "deleted",
  });
  expect(operations).toEqual({ create: 2, update: 2, delete: 2 });
  expect(changed).toBe(6);
});

test("ids are told apart by parents, not by the beginnings of names", () => {
  const { tenants } = summary(
    step("same", tenantUrn("acme")),
    step("same", tenantUrn("acme-corp")),
    step("update", partUrn("acme-corp", "config"), tenantUrn("acme-corp")),
  );
  expect(tenants).toEqual({ acme: "unchanged", "acme-corp": "updated" });
});

test("a component that the engine tells of twice counts once, a refresh, what is read and the record of the update not at all", () => {
  const { operations, tenants } = summary(
    step("create", tenantUrn("acme")),
    step("create", tenantUrn("acme")),
    step("refresh", partUrn("acme", "config"), tenantUrn("acme")),
    step("update", urnOf("tenantry:index:Update", "update")),
    step("replace", urnOf("random:index/randomPassword:RandomPassword", "update.finished")),
    step("read", urnOf("pulumi:pulumi:StackReference", "last-update")),
  );
  expect(operations).toEqual({ create: 1 });
  expect(tenants).toEqual({ acme: "created" });
});

test("a change after a refresh of the same resource is a change", () => {
  const part = partUrn("acme", "config");
  const { tenants } = summary(
    step("same", tenantUrn("acme")),
    step("refresh", part, tenantUrn("acme")),
    step("update", part, tenantUrn("acme")),
  );
  expect(tenants).toEqual({ acme: "updated" });
});

test("a tenant that was being made when the update failed was made", () => {
  const [begun] = step("create", tenantUrn("acme"));
  const { tenants } = summary(
    begun === undefined ? [] : [begun],
    step("create", partUrn("acme", "config"), tenantUrn("acme")),
  );
  expect(tenants).toEqual({ acme: "created" });
});

test("errors are kept in their order, other messages are not", () => {
  const message = (severity: string, text: string) =>
    [{ diagnosticEvent: { severity, message: text } }] as unknown as EngineEvent[];
  expect(
    summary(message("warning", "careful"), message("error", "first\n"), message("error", "second")).errors,
  ).toEqual(["first", "second"]);
});

test("providers that nobody has written come and go by themselves; one that somebody has written counts", () => {
  const { operations } = summary(
    step("create", urnOf("pulumi:providers:pulumi", "default")),
    step("delete", urnOf("pulumi:providers:random", "default_4_21_2")),
    step("update", urnOf("pulumi:providers:kubernetes", "cluster")),
    step("create", urnOf("kubernetes:core/v1:ConfigMap", "default")),
  );
  expect(operations).toEqual({ create: 1, update: 1 });
});
