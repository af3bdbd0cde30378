import { setTimeout as sleep } from "node:timers/promises";

import { ownersOf } from "./actors.ts";
import type { JsonObject, Pair } from "./attempt.ts";
import { isAccepted, isExpected, type Result } from "./judge.ts";
import * as objects from "./objects.ts";
import * as requests from "./requests.ts";
import type { Stage } from "./stage.ts";

/** Kinds that are counted, cost nothing, and of which every tier has room for some. */
const kinds = [
  {
    plural: "roles",
    version: "rbac.authorization.k8s.io/v1",
    counted: "count/roles.rbac.authorization.k8s.io",
    body: (run: string): JsonObject => objects.role({ run }),
  },
  {
    plural: "serviceaccounts",
    version: "v1",
    counted: "count/serviceaccounts",
    body: (run: string): JsonObject =>
      objects.object({ run }, "v1", "ServiceAccount", { automountServiceAccountToken: false }),
  },
] as const;

/** Racers at once, and the most room they find. */
const racers = 10;
const room = 5;

/** Ids of the results that each race gives. */
export const raceIds: readonly string[] = kinds.flatMap(({ plural }) => [
  `compute.race-${plural}`,
  `compute.flood-${plural}`,
]);

type Outcome = Pick<Result, "id" | "title" | "outcome" | "reason" | "asExpected" | "twin" | "twinReason">;

/**
 * Races against the quota: ten requests at once where five have room, really stored, then one more. The twins are the five that had
 * room, and the same one while there was room. They are run once for each attacker, because a race is about nobody but the attacker, and
 * the results stand for all its pairs.
 */
export async function runRaces(
  stage: Stage,
  pair: Pair,
  signal?: AbortSignal,
): Promise<readonly Omit<Result, "target">[]> {
  const outcomes: Outcome[] = [];
  for (const kind of kinds) outcomes.push(...(await race(stage, pair, kind, signal)));
  return outcomes.map((outcome) => ({
    ...outcome,
    plane: "compute",
    source: "capsule#49, k/k#73698",
    actor: "owner",
    // The first: a quota does not ask who.
    subject: ownersOf(pair.run, pair.attacker)[0].subject,
    attacker: pair.attacker.id,
    expected: "quota tenant",
  }));
}

async function race(
  stage: Stage,
  pair: Pair,
  kind: (typeof kinds)[number],
  signal?: AbortSignal,
): Promise<readonly Outcome[]> {
  const { namespace } = pair.attacker;
  const path = requests.pathOf(kind.version, namespace, kind.plural);
  const abort = signal === undefined ? {} : { signal };
  const labels = { [requests.runLabel]: pair.run, [`${requests.runLabel}-race`]: kind.plural };
  const create = (suffix: string, store: boolean) => {
    const metadata = { name: `${requests.runName(pair.run)}-${suffix}`, labels };
    return stage.send(pair, requests.post("owner", path, { ...kind.body(pair.run), metadata }), { store, ...abort });
  };
  try {
    const free = await roomFor(stage, pair, kind.counted);
    const before = await create("flood", false);
    for (let filler = 0; filler < free - room; filler++) await create(`filler-${filler}`, true);
    const places = Math.min(room, free);
    const answers = await Promise.all(Array.from({ length: racers }, (_, racer) => create(`racer-${racer}`, true)));
    const after = await create("flood", false);
    const accepted = answers.filter(isAccepted).length;
    const refusal = answers.find((answer) => !isAccepted(answer));
    const expected = { kind: "quota", name: "tenant" } as const;
    return [
      {
        id: `compute.race-${kind.plural}`,
        title: `${racers} ${kind.plural} at once where ${places} have room`,
        outcome: accepted > places ? "allowed" : "denied",
        reason:
          refusal === undefined
            ? "accepted"
            : `${accepted} of ${racers} accepted; then ${refusal.status}: ${refusal.message}`,
        asExpected: accepted > places || (refusal !== undefined && isExpected(expected, refusal)),
        twin: accepted >= places && places > 0 ? "accepted" : "refused",
        twinReason: accepted >= places && places > 0 ? "accepted" : `${accepted} accepted where ${places} had room`,
      },
      {
        id: `compute.flood-${kind.plural}`,
        title: `one of ${kind.plural} more than the count allows`,
        outcome: isAccepted(after) ? "allowed" : "denied",
        reason: isAccepted(after) ? "accepted" : `${after.status}: ${after.message}`,
        asExpected: isAccepted(after) || isExpected(expected, after),
        twin: isAccepted(before) ? "accepted" : "refused",
        twinReason: isAccepted(before) ? "accepted" : `${before.status}: ${before.message}`,
      },
    ];
  } finally {
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    await stage.send(pair, requests.remove("administrator", path, { labelSelector }), { store: true });
  }
}

/** What is free of a count, once the quota's controller has counted what the stage has made. */
async function roomFor(stage: Stage, pair: Pair, counted: string): Promise<number> {
  const path = requests.pathOf("v1", pair.attacker.namespace, "resourcequotas", "tenant");
  let free = 0;
  for (let look = 0; look < 50; look++) {
    const { body } = await stage.send(pair, requests.get("administrator", path));
    const status = body["status"] as
      | { readonly hard?: Readonly<Record<string, string>>; readonly used?: Readonly<Record<string, string>> }
      | undefined;
    free = Number(status?.hard?.[counted] ?? 0) - Number(status?.used?.[counted] ?? 0);
    if (free >= room) return free;
    await sleep(200);
  }
  return free;
}
