import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { type AttackRequest, type Attempt, type Json, type Pair, planes } from "../../attack/attempt.ts";
import { attemptsOf } from "../../attack/catalogue.ts";
import { raceIds } from "../../attack/race.ts";
import { isSelected, pairsOf } from "../../attack/run.ts";
import { guardrails } from "../../components/manifests/admission/index.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import type { EnvironmentPlan, TenantPlan } from "../../tenants/model.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { barePlan, suspendedPlan } from "../support/plans.ts";

const directory = join(import.meta.dirname, "..", "..");

function planOf(environment: string): EnvironmentPlan {
  return planEnvironment(loadEnvironment({ directory, environment }));
}

function pairOf(attacker: TenantPlan, target: TenantPlan): Pair {
  return { run: "run", attacker, target, scratch: "attack-run-scratch", mirror: "attack-run-mirror", node: "node-1" };
}

const dev = pairsOf(planOf("dev").tenants).map(([attacker, target]) => pairOf(attacker, target));
const prod = pairsOf(planOf("prod").tenants).map(([attacker, target]) => pairOf(attacker, target));
const [pair = pairOf(barePlan, barePlan)] = dev;
const attempts = attemptsOf(pair);

/** Places of a body in which two differ, an object or list that only one has being one place. */
function differences(left: Json | undefined, right: Json | undefined, at = ""): readonly string[] {
  if (JSON.stringify(left) === JSON.stringify(right)) return [];
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return [at];
  if (Array.isArray(left) !== Array.isArray(right)) return [at];
  const [one, other] = [left, right] as unknown as readonly Readonly<Record<string, Json>>[];
  const keys = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  return [...keys].flatMap((key) => differences(one?.[key], other?.[key], `${at}.${key.replaceAll(".", "~")}`));
}

/** Everything in which an attempt and its twin differ, worked out from the requests alone. */
function apart(request: AttackRequest, twin: AttackRequest): readonly string[] {
  const segments = request.path.split("/");
  const others = twin.path.split("/");
  const inPath =
    segments.length === others.length
      ? segments.filter((segment, index) => segment !== others[index]).map((segment) => `path ${segment}`)
      : [`path ${request.path}`];
  return [
    ...(request.actor === twin.actor ? [] : ["actor"]),
    ...(request.method === twin.method ? [] : ["method"]),
    ...inPath,
    ...differences(request.query, twin.query, "query"),
    ...differences(request.headers, twin.headers, "headers"),
    ...differences(request.body, twin.body, "body"),
  ];
}

describe("the attempts", () => {
  test("are at least 80 for every pair of dev and prod, each once", () => {
    for (const each of [...dev, ...prod]) {
      const ids = attemptsOf(each).map(({ id }) => id);
      expect(ids.length).toBeGreaterThanOrEqual(80);
      expect([...ids, ...raceIds].filter((id, index, all) => all.indexOf(id) !== index)).toEqual([]);
    }
  });

  test("reach for every plane, as owners, as the runtime and with real tokens", () => {
    expect(new Set(attempts.map(({ plane }) => plane))).toEqual(new Set(planes));
    expect([...new Set(attempts.map(({ request }) => request.actor))].sort()).toEqual([
      "anonymous",
      "helper",
      "owner",
      "runtime",
      "runtime-token",
    ]);
  });

  test.each(attempts.map((attempt) => [attempt.id, attempt] as const))(
    "%s says what it is, and differs from its twin in exactly one field",
    (_id, { title, source, plane, id, request, twin, change }) => {
      expect(title).not.toBe("");
      expect(source).not.toBe("");
      expect(id.startsWith(`${plane}.`)).toBe(true);
      const places = apart(request, twin);
      expect(places.length).toBeGreaterThan(0);
      if (change.field === "body") {
        // One field may hold more than one value: all differences lie in it.
        const root = `body.${change.at}`;
        expect(
          places.filter((place) => place !== root && !place.startsWith(`${root}.`) && !root.startsWith(`${place}.`)),
        ).toEqual([]);
      } else {
        expect(places).toHaveLength(1);
        expect(places[0]).toMatch(new RegExp(`^${change.field}`));
      }
    },
  );

  test("are never made by who administers, and their twins never by the runtime unless the header is the field", () => {
    for (const { id, request, twin, change } of attempts) {
      expect([id, request.actor]).not.toEqual([id, "administrator"]);
      if (twin.actor === "runtime-token") expect([id, change.field]).toEqual([id, "headers"]);
    }
  });

  test.each(guardrails.map(({ name }) => name))("name the guardrail %s at least once", (name) => {
    const naming = (each: Pair): readonly Attempt[] =>
      attemptsOf(each).filter((attempt) => isSelected({ planes: [], guardrails: [name] }, attempt));
    for (const each of dev) expect(naming(each)).not.toEqual([]);
  });

  test("ask for registries where the environment names some", () => {
    const ids = new Set(prod.flatMap(attemptsOf).map(({ id }) => id));
    expect(ids).toContain("compute.pod-foreign-image");
    expect(new Set(attempts.map(({ id }) => id))).not.toContain("compute.pod-foreign-image");
  });

  test("leave running pods out where a tenant is suspended", () => {
    const pods = (each: Pair): readonly string[] =>
      attemptsOf(each).flatMap(({ id, twin }) => (/\/(runtime-0|data-runtime-0)(\/|$)/.test(twin.path) ? [id] : []));
    expect(pods(pairOf(barePlan, barePlan))).toContain("compute.neighbour-exec");
    expect(pods(pairOf(barePlan, suspendedPlan))).toEqual([]);
    expect(pods(pairOf(suspendedPlan, barePlan))).toEqual(["storage.claim-neighbour-delete"]);
  });

  test("leave hosts out where there is no gateway", () => {
    const bare = attemptsOf(pairOf(barePlan, barePlan));
    expect(bare.filter(({ plane }) => plane === "hosts")).toEqual([]);
    expect(bare.length).toBeGreaterThanOrEqual(80);
  });
});

test("every ordered pair of different tenants is attacked", () => {
  const names = pairsOf(planOf("dev").tenants).map(([attacker, target]) => `${attacker.id}>${target.id}`);
  expect(names.sort()).toEqual([
    "acme>globex",
    "acme>initech",
    "globex>acme",
    "globex>initech",
    "initech>acme",
    "initech>globex",
  ]);
});
