import { selectorLabels } from "../../components/manifests/metadata.ts";
import { type Draft, guardrail, type Json, type JsonObject, type Pair } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

/** Orders to controllers: what stands in a template is made by them, whom no guardrail on tenants judges. */
export function templateDrafts(pair: Pair): readonly Draft[] {
  const inTemplate = requests.post(
    "owner",
    requests.pathOf("batch/v1", pair.attacker.namespace, "cronjobs"),
    objects.cronJob(pair),
  );
  // In the mirror, because the quota of a small tenant has no room for one more.
  const withClaims = requests.post("helper", requests.pathOf("apps/v1", pair.mirror, "statefulsets"), stateful(pair));
  const metadata = "spec.jobTemplate.spec.template.metadata";
  const claim = "spec.volumeClaimTemplates.0.metadata";
  const rows: readonly (readonly [string, string, string, Draft["twin"], string, Json])[] = [
    ["finalizers", "pods that never go", "k/k#60807", inTemplate, metadata, { finalizers: ["attack.invalid/never"] }],
    [
      "claim-finalizers",
      "claims that never go",
      "k/k#60807",
      withClaims,
      `${claim}.finalizers`,
      ["attack.invalid/never"],
    ],
    [
      "job-platform",
      "a Job that claims to be the platform's",
      "CVE-2025-55205",
      inTemplate,
      "spec.jobTemplate.metadata.labels",
      { "app.kubernetes.io/managed-by": "tenantry" },
    ],
    [
      "claim-platform",
      "a claim that claims to be the platform's",
      "CVE-2025-55205",
      withClaims,
      `${claim}.labels`,
      { "app.kubernetes.io/managed-by": "tenantry" },
    ],
    [
      "claim-class",
      "a claim of a class that is not the tenant's, by an annotation",
      "k/k#47326",
      withClaims,
      `${claim}.annotations`,
      { "volume.beta.kubernetes.io/storage-class": "attack-foreign" },
    ],
  ];
  return rows.map(([id, what, source, twin, at, value]) => ({
    id: `template-${id}`,
    title: `a template of ${what}`,
    source,
    twin,
    change: { field: "body", at, value },
    expected: guardrail("templates"),
  }));
}

/** Labels by which the platform's selectors find its own pods: its Services lead there, and its budgets count them. */
export function podLabelDrafts(pair: Pair): readonly Draft[] {
  const { attacker, run } = pair;
  const value = { [requests.runLabel]: run, ...selectorLabels(attacker.id, "dashboard") };
  const twins = [
    ["pod", requests.post("owner", requests.pathOf("v1", attacker.namespace, "pods"), objects.pod(pair)), "metadata"],
    [
      "template",
      requests.post("owner", requests.pathOf("batch/v1", attacker.namespace, "cronjobs"), objects.cronJob(pair)),
      "spec.jobTemplate.spec.template.metadata",
    ],
  ] as const;
  return twins.map(([where, twin, at]) => ({
    id: `${where}-platform-labels`,
    title: `a ${where} that stands in for the platform's dashboard`,
    source: "selectors match labels, whoever wrote them",
    twin,
    change: { field: "body", at: `${at}.labels`, value },
    expected: guardrail("pod-labels"),
  }));
}

/** A StatefulSet without pods, whose claims a controller would make. */
function stateful(pair: Pair): JsonObject {
  const labels = { [requests.runLabel]: pair.run };
  const { spec = {} } = objects.claim(pair);
  return objects.object(pair, "apps/v1", "StatefulSet", {
    spec: {
      replicas: 0,
      serviceName: requests.runName(pair.run),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: objects.podSpec(pair) },
      volumeClaimTemplates: [{ metadata: { name: "state" }, spec }],
    },
  });
}
