import { type Draft, type Json, type Pair, type Reason } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

/** One change of a pod: its place is below the pod's spec. */
export type Row = readonly [
  id: string,
  what: string,
  source: string,
  at: string,
  value: Json | undefined,
  expected: Reason,
];

/** One field of an accepted pod, in a pod or in a template. */
export function podRows(pair: Pair, rows: readonly Row[], where: "pod" | "template"): readonly Draft[] {
  const { attacker } = pair;
  const twin =
    where === "pod"
      ? requests.post("owner", requests.pathOf("v1", attacker.namespace, "pods"), objects.pod(pair))
      : requests.post("owner", requests.pathOf("batch/v1", attacker.namespace, "cronjobs"), objects.cronJob(pair));
  const root = where === "pod" ? "spec" : objects.inCronJob;
  return rows.map(([id, what, source, at, value, expected]) => ({
    id: `${where}-${id}`,
    title: `a ${where} with ${what}`,
    source,
    twin,
    change: { field: "body", at: `${root}.${at}`, value },
    expected,
  }));
}
