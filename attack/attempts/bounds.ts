import { type Draft, guardrail, type JsonObject, type Pair, type Reason } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";
import { podRows, type Row } from "./pod-rows.ts";

/** Pods that cost nothing or too much, or that take no end. */
export function boundsDrafts(pair: Pair): readonly Draft[] {
  const { attacker, mirror } = pair;
  const resources = "containers.0.resources";
  const amounts = { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" };
  const huge = { requests: amounts, limits: { ...amounts, memory: "1000Gi" } };
  const rows: readonly Row[] = [
    [
      "too-small",
      "less than a container's least",
      "capsule#49",
      `${resources}.requests.cpu`,
      "1m",
      { kind: "limit-range" },
    ],
    ["too-large", "more than a container's most", "capsule#49", resources, huge, { kind: "limit-range" }],
  ];
  const days = 864_000;
  const endless: readonly Row[] = [
    [
      "endless-termination",
      "days to end in",
      "k/k#60807",
      "terminationGracePeriodSeconds",
      days,
      guardrail("termination"),
    ],
    [
      "endless-probe",
      "days to end in when it is unwell",
      "k/k#60807",
      "containers.0.livenessProbe",
      { httpGet: { port: 8080 }, terminationGracePeriodSeconds: days },
      guardrail("termination"),
    ],
  ];
  const devices: readonly Row[] = [
    [
      "device-plugin",
      "a device of the node",
      "device plugins",
      `${resources}.limits`,
      { ...amounts, "attack.invalid/gpu": "1" },
      guardrail("resources"),
    ],
    [
      "resource-claim",
      "a claim of a device",
      "KEP-4381",
      "resourceClaims",
      [{ name: "device", resourceClaimTemplateName: "attack" }],
      guardrail("resources"),
    ],
  ];
  const free = requests.post("helper", requests.pathOf("v1", mirror, "pods"), objects.pod(pair));
  return [
    ...podRows(pair, [...rows, ...endless], "pod"),
    ...podRows(pair, [...endless, ...devices], "template"),
    ...podRows(pair, devices, "pod"),
    {
      id: "pod-without-limits",
      title: "a pod without limits, where the limit range is gone",
      source: "capsule#49",
      twin: free,
      change: { field: "body", at: `spec.${resources}`, value: undefined },
      expected: guardrail("resources"),
    },
    {
      id: "second-quota",
      title: "a quota of its own",
      source: "capsule#49",
      twin: requests.post("administrator", requests.pathOf("v1", mirror, "resourcequotas"), quota(pair)),
      change: { field: "actor", value: "owner" },
      expected: { kind: "rbac" },
    },
    ...(["resourcequotas", "limitranges"] as const).flatMap((plural) => {
      const path = requests.pathOf("v1", attacker.namespace, plural, "tenant");
      const relax = requests.patch("administrator", path, { metadata: { labels: { team: "attack" } } });
      return (["owner", "helper"] as const).flatMap((actor): readonly Draft[] => {
        const expected: Reason = actor === "owner" ? { kind: "rbac" } : guardrail("platform-objects");
        const change = { field: "actor", value: actor } as const;
        const source = "capsule#49, CVE-2025-55205";
        return [
          {
            id: `${plural}-patch-${actor}`,
            title: `change the platform's ${plural}`,
            source,
            twin: relax,
            change,
            expected,
          },
          {
            id: `${plural}-delete-${actor}`,
            title: `delete the platform's ${plural}`,
            source,
            twin: requests.remove("administrator", path),
            change,
            expected,
          },
        ];
      });
    }),
  ];
}

function quota(pair: Pair): JsonObject {
  return objects.object(pair, "v1", "ResourceQuota", { spec: { hard: { pods: "1000" } } });
}
