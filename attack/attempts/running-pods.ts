import { type Draft, guardrail, type Pair } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

/** Pods that run already: the attacker's and the neighbour's. Nothing where one of them is suspended: there are no pods then. */
export function runningPodDrafts(pair: Pair): readonly Draft[] {
  const { attacker, target } = pair;
  if (attacker.status !== "active" || target.status !== "active") return [];
  const running = requests.pathOf("v1", attacker.namespace, "pods", "runtime-0");
  const theirs = requests.inNamespace(running, target.namespace);
  const rbac = { kind: "rbac" } as const;
  const debug = requests.patch("helper", `${running}/ephemeralcontainers`, {
    spec: { ephemeralContainers: [{ ...objects.container(pair), name: "attack", resources: {}, volumeMounts: [] }] },
  });
  const command = { command: "id", stdout: "true" };
  return [
    ...(["owner", "helper"] as const).map((actor): Draft => ({
      id: `ephemeral-container-${actor}`,
      title: "add a container to a running pod",
      source: "CVE-2023-2727, CVE-2023-2728, CVE-2024-3177",
      twin: { ...debug, actor: "administrator" },
      change: { field: "actor", value: actor },
      expected: actor === "owner" ? rbac : guardrail("ephemeral-containers"),
    })),
    ...(["exec", "portforward"] as const).map((sub): Draft => ({
      id: `neighbour-${sub}`,
      title: `${sub} into the neighbour's pod`,
      source: "k/k#83465",
      twin: requests.get("owner", `${running}/${sub}`, sub === "exec" ? command : { ports: "80" }),
      change: { field: "path", value: `${theirs}/${sub}` },
      expected: rbac,
      twinAccepts: "reached",
    })),
    ...(["attach", "proxy"] as const).map((sub): Draft => ({
      id: `neighbour-${sub}`,
      title: `${sub} to the neighbour's pod`,
      source: "k/k#83465",
      twin: requests.get("administrator", `${theirs}/${sub}`, sub === "attach" ? { stdout: "true" } : {}),
      change: { field: "actor", value: "owner" },
      expected: rbac,
      twinAccepts: "reached",
    })),
    {
      id: "neighbour-service-proxy",
      title: "reach the neighbour's Service through the API server",
      source: "CVE-2020-8562",
      twin: requests.get(
        "administrator",
        `${requests.pathOf("v1", target.namespace, "services", "runtime:http", "proxy")}/`,
      ),
      change: { field: "actor", value: "owner" },
      expected: rbac,
      twinAccepts: "reached",
    },
    {
      id: "neighbour-log",
      title: "read the neighbour's log",
      source: "capsule#18",
      twin: requests.get("owner", `${running}/log`),
      change: { field: "path", value: `${theirs}/log` },
      expected: rbac,
      twinAccepts: "reached",
    },
    {
      id: "endless-delete",
      title: "delete a pod that may take days to end",
      source: "k/k#60807",
      twin: requests.remove("owner", running, { gracePeriodSeconds: "30" }),
      change: { field: "query", name: "gracePeriodSeconds", value: "864000" },
      expected: guardrail("pod-deletion"),
    },
    {
      id: "neighbour-delete",
      title: "delete the neighbour's pod",
      source: "k/k#83465",
      twin: requests.remove("owner", running),
      change: { field: "path", value: theirs },
      expected: rbac,
    },
    {
      id: "bind-to-node",
      title: "bind a pod to a node by hand",
      source: "karpenter-provider-aws#9467",
      twin: requests.post("administrator", `${running}/binding`, {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name: "runtime-0" },
        target: { apiVersion: "v1", kind: "Node", name: pair.node },
      }),
      change: { field: "actor", value: "owner" },
      expected: rbac,
      twinAccepts: "reached",
    },
    {
      id: "pod-in-neighbour",
      title: "run a pod in the neighbour's namespace",
      source: "k/k#83465",
      twin: requests.post("owner", requests.pathOf("v1", attacker.namespace, "pods"), objects.pod(pair)),
      change: { field: "path", value: requests.pathOf("v1", target.namespace, "pods") },
      expected: rbac,
    },
  ];
}
