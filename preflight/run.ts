import type { EnvironmentPlan } from "../tenants/model.ts";
import { type PreflightCheckName, preflightCheckNames, type PreflightPlan } from "../tenants/preflight.ts";
import type { Check, Finding, Verdict } from "./check.ts";
import { anonymousRequests, authorization } from "./checks/access.ts";
import { admissionPolicies } from "./checks/admission-policies.ts";
import { limitRange, resourceQuota } from "./checks/admission-plugins.ts";
import { encryptionAtRest } from "./checks/encryption.ts";
import { gateway, storageClasses } from "./checks/furniture.ts";
import { autoscalingMetrics, kinds } from "./checks/kinds.ts";
import { clusterOwner } from "./checks/cluster-owner.ts";
import { clusterNetworkPolicy } from "./checks/cluster-network-policy.ts";
import { networkPolicy } from "./checks/network-policy.ts";
import { podSecurity } from "./checks/pod-security.ts";
import { serverCertificate, serverVersion } from "./checks/server.ts";
import { remedyFor } from "../connection/target.ts";
import { ClusterUnreachable } from "../connection/unreachable.ts";
import { type Cluster, wordsOf } from "./cluster.ts";
import { ClusterView } from "./view.ts";

/** Every check, in the order in which they are reported. */
export const checks: readonly Check[] = [
  serverVersion,
  serverCertificate,
  clusterOwner,
  kinds,
  storageClasses,
  gateway,
  autoscalingMetrics,
  admissionPolicies,
  podSecurity,
  resourceQuota,
  limitRange,
  authorization,
  anonymousRequests,
  networkPolicy,
  clusterNetworkPolicy,
  encryptionAtRest,
];

/**
 * What becomes of a verdict. `ok`: known to hold, or stated. `accepted`: the environment goes without, for a reason. `warned`: the
 * environment is not strict. `refused`: nothing may be created.
 */
export type Outcome = "ok" | "accepted" | "warned" | "refused";

/** A check with its answer. */
export interface CheckResult {
  readonly check: PreflightCheckName;
  readonly verdict: Verdict;
  readonly outcome: Outcome;
  readonly found: string;
  /** `null` where nothing is to be done. */
  readonly remedy: string | null;
  /** What the environment says about it, where it does; `null` otherwise. */
  readonly reason: string | null;
}

/** What a preflight found. */
export interface PreflightReport {
  readonly environment: string;
  readonly server: string;
  readonly context: string;
  readonly strict: boolean;
  /** Nothing is refused. */
  readonly passed: boolean;
  readonly checks: readonly CheckResult[];
  /** What the environment says and need not any more. */
  readonly hints: readonly string[];
}

/** Asks a cluster everything, all at once. Throws `ClusterUnreachable` where it does not answer, or not to these credentials. */
export async function runPreflight(plan: EnvironmentPlan, cluster: Cluster): Promise<PreflightReport> {
  const view = new ClusterView(cluster);
  const asked = checks.filter(({ applies }) => applies === undefined || applies(plan));
  const [first, findings] = await Promise.all([
    view.get("/version"),
    Promise.all(asked.map((check) => check.look(view, plan))),
  ]);
  if (first.status === 0 || first.status === 401) {
    const why = first.status === 401 ? `it refuses the credentials: ${wordsOf(first)}` : first.text;
    throw new ClusterUnreachable(
      `the cluster of ${plan.environment} cannot be asked: ${cluster.server} (context ${cluster.context}): ${why}`,
      remedyFor(plan),
    );
  }
  const results = asked.map((check, index) => resultOf(check, findings[index] as Finding, plan.preflight));
  return {
    environment: plan.environment,
    server: cluster.server,
    context: cluster.context,
    strict: plan.preflight.strict,
    passed: results.every(({ outcome }) => outcome !== "refused"),
    checks: results,
    hints: [
      ...findings.flatMap(({ hint }) => hint ?? []),
      ...results.flatMap(hintsOf),
      ...needlessFor(asked, plan.preflight),
    ],
  };
}

function resultOf(check: Check, finding: Finding, { strict, stated, accepted }: PreflightPlan): CheckResult {
  const { name, need } = check;
  const statement = (stated as Readonly<Partial<Record<PreflightCheckName, string | null>>>)[name] ?? null;
  const acceptance = accepted[name];
  const result = (outcome: Outcome, reason: string | null, verdict = finding.verdict): CheckResult => ({
    check: name,
    verdict,
    outcome,
    found: finding.found,
    remedy: outcome === "ok" ? null : finding.remedy,
    reason,
  });
  if (finding.verdict === "enforced") return result("ok", acceptance);
  // A statement fills a gap; it does not speak against what was seen.
  if (statement !== null && finding.verdict !== "not-enforced") return result("ok", statement, "assumed");
  if (acceptance !== null) return result("accepted", acceptance);
  // An assumption is a reason to go on where a gap is only a warning.
  if (finding.verdict === "assumed" && !strict) return result("ok", null);
  const breaksUpdate = need === "update" && finding.verdict === "not-enforced";
  return result(strict || breaksUpdate ? "refused" : "warned", null);
}

/** Acceptances of what the plan does not rely on. */
function needlessFor(asked: readonly Check[], { accepted }: PreflightPlan): readonly string[] {
  const names = preflightCheckNames.filter((name) => !asked.some((check) => check.name === name));
  return names
    .filter((name) => accepted[name] !== null)
    .map((name) => `preflight.accept.${name} is not needed: the plan does not rely on it.`);
}

function hintsOf({ check, verdict, reason }: CheckResult): readonly string[] {
  return verdict === "enforced" && reason !== null
    ? [`preflight.accept.${check} is not needed any more: the cluster enforces it.`]
    : [];
}
