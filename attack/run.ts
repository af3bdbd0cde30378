import type { TenantPlan } from "../tenants/model.ts";
import { ownersOf } from "./actors.ts";
import type { Attempt, Pair, Plane } from "./attempt.ts";
import { attemptsOf } from "./catalogue.ts";
import { type Between, isAccepted, judge, type Result } from "./judge.ts";
import { raceIds, runRaces } from "./race.ts";
import * as requests from "./requests.ts";
import type { Stage } from "./stage.ts";

/** What to try. */
export interface Selection {
  /** Only these planes; empty is all. */
  readonly planes: readonly Plane[];
  /** Only attempts that these guardrails have to refuse; empty is all. */
  readonly guardrails: readonly string[];
}

/** An attempt that the cluster gives no occasion for. */
export interface Skipped extends Between {
  readonly id: string;
  readonly why: string;
}

/** All results of a run. */
export interface Outcome {
  readonly results: readonly Result[];
  readonly skipped: readonly Skipped[];
}

/** Requests on their way at once: enough to be quick, few enough to leave a shared API server to others. */
const atOnce = 6;

/** Whether a selection has an attempt. */
export function isSelected(
  { planes, guardrails }: Selection,
  { plane, expected }: Pick<Attempt, "plane" | "expected">,
): boolean {
  if (planes.length > 0 && !planes.includes(plane)) return false;
  return guardrails.length === 0 || (expected.kind === "guardrail" && guardrails.includes(expected.name));
}

/** Whether a selection has the races against the quota. */
export function selectsRaces(selection: Selection): boolean {
  return isSelected(selection, { plane: "compute", expected: { kind: "quota", name: "tenant" } });
}

/** Every ordered pair of different tenants. */
export function pairsOf(tenants: readonly TenantPlan[]): readonly (readonly [TenantPlan, TenantPlan])[] {
  return tenants.flatMap((attacker) =>
    tenants.filter((target) => target.id !== attacker.id).map((target) => [attacker, target] as const),
  );
}

/** Tries everything that is selected on every pair. */
export async function runAttempts(
  stage: Stage,
  pairs: readonly (readonly [TenantPlan, TenantPlan])[],
  selection: Selection,
  progress: (detail: string) => void = () => undefined,
  signal?: AbortSignal,
): Promise<Outcome> {
  const results: Result[] = [];
  const skipped: Skipped[] = [];
  const kinds = new Map<string, Promise<boolean>>();
  const todo = pairs.flatMap(([attacker, target]) => {
    const pair = stage.pair(attacker, target);
    return attemptsOf(pair)
      .filter((attempt) => isSelected(selection, attempt))
      .flatMap((attempt) => {
        const owners = ownersOf(stage.run, attacker);
        // Everything that an owner tries, an owner of each kind tries; what others try needs an owner for its twin at most.
        const isOwners = attempt.request.actor === "owner";
        const senders = isOwners ? owners : [owners[0]];
        return senders.map((owner) => ({ pair, attempt, owner, subject: isOwners ? owner.subject : null }));
      });
  });
  const isRaced = selectsRaces(selection);
  const total = todo.length + (isRaced ? pairs.length * raceIds.length : 0);
  // What is skipped is no result, so the last line of progress has the number that the report has.
  const tell = (): void => progress(`${results.length} of ${total - skipped.length}`);
  const abort = signal === undefined ? {} : { signal };
  await eachAtOnce(todo, atOnce, async ({ pair, attempt, owner, subject }) => {
    signal?.throwIfAborted();
    const between = { attacker: pair.attacker.id, target: pair.target.id, subject };
    if (!(await isServed(stage, pair, attempt, kinds))) {
      skipped.push({ id: attempt.id, ...between, why: "the cluster does not serve the kind" });
      tell();
      return;
    }
    const answer = await stage.send(pair, attempt.request, { owner, ...abort });
    const twin = await stage.send(pair, attempt.twin, { owner, ...abort });
    results.push(judge(attempt, between, answer, twin));
    tell();
  });
  // Alone and last: a race fills the quota that the twins of other attempts need.
  if (isRaced) {
    for (const attacker of new Set(pairs.map(([first]) => first))) {
      signal?.throwIfAborted();
      const raced = await runRaces(stage, stage.pair(attacker, attacker), signal);
      for (const [, target] of pairs.filter(([first]) => first.id === attacker.id)) {
        results.push(...raced.map((result) => ({ ...result, target: target.id })));
      }
      tell();
    }
  }
  return { results: results.sort(inOrder(todo.map(({ attempt }) => attempt.id))), skipped };
}

/** Whether the kind that an attempt is about exists here, such as the routes of the Gateway API's experimental channel. */
function isServed(stage: Stage, pair: Pair, { twin }: Attempt, kinds: Map<string, Promise<boolean>>): Promise<boolean> {
  const match = /^\/apis\/([^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?([^/]+)/.exec(twin.path);
  const [, version = "", plural = ""] = match ?? [];
  // The core group is always there.
  if (match === null) return Promise.resolve(true);
  const known = kinds.get(`${version}/${plural}`);
  if (known !== undefined) return known;
  const asked = stage.send(pair, requests.get("administrator", `/apis/${version}`)).then((answer) => {
    const resources = answer.body["resources"];
    return isAccepted(answer) && Array.isArray(resources) && resources.some((resource) => isNamed(resource, plural));
  });
  kinds.set(`${version}/${plural}`, asked);
  return asked;
}

function isNamed(resource: unknown, name: string): boolean {
  return typeof resource === "object" && resource !== null && "name" in resource && resource.name === name;
}

function inOrder(ids: readonly string[]): (left: Result, right: Result) => number {
  const order = new Map([...new Set(ids)].map((id, index) => [id, index]));
  const place = ({ id }: Result): number => order.get(id) ?? order.size;
  const compare = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1);
  return (left, right) =>
    compare(left.attacker, right.attacker) ||
    compare(left.target, right.target) ||
    place(left) - place(right) ||
    compare(left.subject ?? "", right.subject ?? "");
}

/** Works through a list, so many at once; the first failure ends it. */
async function eachAtOnce<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: limit }, worker));
  // All workers have come to rest before anybody cleans up behind them.
  const failed = ended.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
