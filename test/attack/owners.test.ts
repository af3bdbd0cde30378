import { describe, expect, test } from "vitest";

import { ownersOf } from "../../attack/actors.ts";
import type { AttackRequest } from "../../attack/attempt.ts";
import { attemptsOf } from "../../attack/catalogue.ts";
import { runAttempts } from "../../attack/run.ts";
import type { Stage } from "../../attack/stage.ts";
import type { OwnerPlan, TenantId } from "../../tenants/model.ts";
import { barePlan } from "../support/plans.ts";

const record: readonly OwnerPlan[] = [
  { kind: "Group", name: "acme-admins" },
  { kind: "User", name: "jo@acme.example" },
  { kind: "Group", name: "acme-readers" },
];
const tenant = { ...barePlan, id: "acme" as TenantId, namespace: "tenant-acme", owners: record };
const account = "system:serviceaccount:tenant-acme:owner";

describe("the owners of a tenant", () => {
  test("are one of each kind in its record, and its account", () => {
    expect(ownersOf("run", tenant).map(({ subject, identity }) => [subject, identity.user, identity.groups])).toEqual([
      ["Group acme-admins", "attack-run-acme-member", ["acme-admins", "system:authenticated"]],
      ["User jo@acme.example", "jo@acme.example", ["system:authenticated"]],
      [
        "ServiceAccount owner",
        account,
        ["system:serviceaccounts", "system:serviceaccounts:tenant-acme", "system:authenticated"],
      ],
    ]);
  });

  test("are the account alone where the record names nobody", () => {
    expect(ownersOf("run", { ...tenant, owners: [] }).map(({ subject }) => subject)).toEqual(["ServiceAccount owner"]);
  });
});

test("everything that an owner tries, each kind of owner tries, and so does its twin", async () => {
  const pair = { run: "run", attacker: tenant, target: barePlan, scratch: "scratch", mirror: "mirror", node: "node" };
  const attempts = attemptsOf(pair).filter(({ plane }) => plane === "identity");
  const sent: (readonly [string | undefined, AttackRequest])[] = [];
  const resources = attempts.flatMap(({ twin }) => twin.path.split("/").map((name) => ({ name })));
  const stage: Stage = {
    run: "run",
    tenants: [tenant, barePlan],
    pair: () => pair,
    send: (_pair, request, options) => {
      sent.push([options?.owner?.subject, request]);
      return Promise.resolve({ status: 200, message: "", body: { resources } });
    },
    close: () => Promise.resolve(),
  };
  const { results, skipped } = await runAttempts(stage, [[tenant, barePlan]], { planes: ["identity"], guardrails: [] });
  expect(skipped).toEqual([]);
  const owners = ["Group acme-admins", "ServiceAccount owner", "User jo@acme.example"];
  expect(results.map(({ id, subject }) => `${id} ${subject ?? "nobody"}`).sort()).toEqual(
    attempts
      .flatMap(({ id, request }) =>
        (request.actor === "owner" ? owners : ["nobody"]).map((subject) => `${id} ${subject}`),
      )
      .sort(),
  );
  const twins = new Set(attempts.filter(({ request }) => request.actor === "owner").map(({ twin }) => twin.path));
  for (const path of twins) {
    const subjects = sent.filter(([, request]) => request.path === path).map(([subject]) => subject);
    expect(new Set(subjects)).toEqual(new Set(owners));
  }
});
