import { runPreflight } from "../../../preflight/run.ts";
import type { EnvironmentPlan } from "../../../tenants/model.ts";
import type { PreflightCheckName } from "../../../tenants/preflight.ts";
import {
  type Answers,
  daemonSets,
  type FakeDaemonSet,
  fakeCluster,
  json,
  metricsText,
  planWith,
  refusal,
  soundPlugins,
} from "./fake-cluster.ts";

/** A plan that relies on everything but ClusterNetworkPolicies. */
export const plan = planWith();

/** The refusal of a right. */
export const forbidden = refusal(403, "forbidden: User cannot do that");

/** One thing that differs from the sound cluster, and what the check then says. */
export type Case = readonly [check: PreflightCheckName, verdict: string, what: string, changed: Answers];

/** Verdicts by check on a cluster that answers soundly but for what is told. */
export async function verdicts(
  changed: Answers = {},
  of: EnvironmentPlan = plan,
): Promise<Partial<Record<PreflightCheckName, string>>> {
  const report = await runPreflight(of, fakeCluster(of, changed));
  return Object.fromEntries(report.checks.map(({ check, verdict }) => [check, verdict]));
}

/** Metrics that do not name a plugin. */
export const metricsWithout = (plugin: string): Answers => ({
  "we GET /metrics": { status: 200, text: metricsText(soundPlugins.filter((name) => name !== plugin)) },
});

/** The DaemonSets of a cluster. */
export const plugins = (...sets: readonly FakeDaemonSet[]): Answers => ({
  "we GET /apis/apps/v1/daemonsets": daemonSets(...sets),
});

/** The nodes of a cluster, by their annotations. */
export const nodes = (...annotations: readonly object[]): Answers => ({
  "we GET /api/v1/nodes": json(200, { items: annotations.map((each) => ({ metadata: { annotations: each } })) }),
});

/** Annotations of a node that kwok simulates. */
export const simulated = { "kwok.x-k8s.io/node": "fake" };
