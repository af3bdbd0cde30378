import { attempt, type Attempt, type Draft, type Json, type JsonObject, type Pair, type Reason } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

const guardrail = (name: string): Reason => ({ kind: "guardrail", name });
const podSecurity = (field: string): Reason => ({ kind: "pod-security", field });

/** Pods that reach the node, choose their place, push others away or cost nothing. */
export function computeAttempts(pair: Pair): readonly Attempt[] {
  return [...hardened(pair), ...placed(pair), ...bounded(pair), ...platformWorkloads(pair), ...inRunningPods(pair)].map(
    (draft) => attempt("compute", draft),
  );
}

type Row = readonly [id: string, what: string, source: string, at: string, value: Json | undefined, expected: Reason];

/** One field of an accepted pod, in a pod and in a template. */
function podRows(pair: Pair, rows: readonly Row[], where: "pod" | "template"): readonly Draft[] {
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

/** Pod Security `restricted`, field by field. */
function hardened(pair: Pair): readonly Draft[] {
  const security = "containers.0.securityContext";
  const rows: readonly Row[] = [
    // The API server itself refuses privileged beside allowPrivilegeEscalation: false, so the field is the whole context.
    [
      "privileged",
      "all rights on its node",
      "k3k#1082",
      security,
      { privileged: true, capabilities: { drop: ["ALL"] } },
      podSecurity("privileged"),
    ],
    [
      "escalation",
      "rights that grow",
      "k3k#1082",
      `${security}.allowPrivilegeEscalation`,
      true,
      podSecurity("allowPrivilegeEscalation != false"),
    ],
    [
      "capabilities",
      "a capability",
      "k3k#1082",
      `${security}.capabilities.add`,
      ["SYS_ADMIN"],
      podSecurity("capabilities"),
    ],
    ["root", "user 0", "isolation.md 19", "securityContext.runAsUser", 0, podSecurity("runAsUser=0")],
    [
      "not-non-root",
      "any user",
      "isolation.md 19",
      "securityContext.runAsNonRoot",
      false,
      podSecurity("runAsNonRoot != true"),
    ],
    [
      "unconfined",
      "no seccomp",
      "CVE-2022-0185",
      "securityContext.seccompProfile.type",
      "Unconfined",
      podSecurity("seccompProfile"),
    ],
    [
      "apparmor",
      "no AppArmor",
      "isolation.md 19",
      "securityContext.appArmorProfile",
      { type: "Unconfined" },
      podSecurity("AppArmor profile"),
    ],
    [
      "selinux",
      "a type of SELinux",
      "isolation.md 19",
      "securityContext.seLinuxOptions",
      { type: "spc_t" },
      podSecurity("seLinuxOptions"),
    ],
    [
      "sysctl",
      "a setting of the kernel",
      "CVE-2022-0811",
      "securityContext.sysctls",
      [{ name: "kernel.core_pattern", value: "|/bin/sh" }],
      podSecurity("sysctls"),
    ],
    ["host-network", "the node's network", "isolation.md 5", "hostNetwork", true, podSecurity("host namespaces")],
    ["host-pid", "the node's processes", "k3k#1082", "hostPID", true, podSecurity("host namespaces")],
    ["host-ipc", "the node's shared memory", "k3k#1082", "hostIPC", true, podSecurity("host namespaces")],
    [
      "host-port",
      "a port of the node",
      "isolation.md 6",
      "containers.0.ports",
      [{ containerPort: 8080, hostPort: 8080 }],
      podSecurity("hostPort"),
    ],
    [
      "host-probe",
      "probes that the node sends elsewhere",
      "k/k#99425",
      "containers.0.livenessProbe",
      { httpGet: { host: "169.254.169.254", port: 80 } },
      podSecurity("probe or lifecycle host"),
    ],
  ];
  const unmasked: Draft = {
    id: "pod-proc-mount",
    title: "a pod with an unmasked /proc",
    source: "isolation.md 19",
    // The API server takes it only together with hostUsers: false, so the twin has that too.
    twin: requests.post("owner", requests.pathOf("v1", pair.attacker.namespace, "pods"), {
      ...objects.pod(pair),
      spec: { ...objects.podSpec(pair), hostUsers: false },
    }),
    change: { field: "body", at: `spec.${security}.procMount`, value: "Unmasked" },
    expected: podSecurity("procMount"),
  };
  return [...podRows(pair, rows, "pod"), unmasked];
}

/** Where pods run, from what, and as whom. */
function placed(pair: Pair): readonly Draft[] {
  const { node, target } = pair;
  const placement = guardrail("placement");
  const nodes = {
    nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }],
  };
  const near = (selects: JsonObject): JsonObject => ({
    requiredDuringSchedulingIgnoredDuringExecution: [
      {
        labelSelector: { matchLabels: { "app.kubernetes.io/name": "runtime" } },
        topologyKey: "kubernetes.io/hostname",
        ...selects,
      },
    ],
  });
  const rows: readonly Row[] = [
    ["node-name", "a node of its choice", "karpenter-provider-aws#9467", "nodeName", node, placement],
    [
      "node-selector",
      "nodes of the control plane",
      "karpenter-provider-aws#9467",
      "nodeSelector",
      { "node-role.kubernetes.io/control-plane": "" },
      placement,
    ],
    [
      "toleration",
      "a toleration of every taint",
      "karpenter-provider-aws#9467",
      "tolerations",
      [{ operator: "Exists" }],
      placement,
    ],
    [
      "toleration-dedicated",
      "a toleration of dedicated nodes",
      "karpenter-provider-aws#9467",
      "tolerations",
      [{ key: "tenantry.dev/dedicated", operator: "Exists" }],
      placement,
    ],
    [
      "node-affinity",
      "a node by affinity",
      "isolation.md 20",
      "affinity",
      { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: nodes } },
      placement,
    ],
    [
      "beside-neighbour",
      "a place beside the neighbour",
      "isolation.md 20",
      "affinity",
      { podAffinity: near({ namespaces: [target.namespace] }) },
      placement,
    ],
    [
      "away-from-all",
      "a node that nobody else may use",
      "isolation.md 20",
      "affinity",
      { podAntiAffinity: near({ namespaceSelector: {} }) },
      placement,
    ],
    ["scheduler", "a scheduler of its own", "isolation.md 20", "schedulerName", "attack", placement],
    [
      "default-account",
      "the account that is nobody's",
      "isolation.md 17",
      "serviceAccountName",
      "default",
      guardrail("pod-identity"),
    ],
  ];
  const cached: readonly Row[] =
    pair.attacker.guardrails.pulls === "any"
      ? []
      : [
          [
            "cached-image",
            "a neighbour's image from the node's cache",
            "AlwaysPullImages",
            "containers.0.imagePullPolicy",
            "Never",
            guardrail("images"),
          ],
        ];
  const foreign: readonly Row[] =
    pair.attacker.guardrails.registries === "any"
      ? []
      : [
          [
            "foreign-image",
            "an image from anywhere",
            "isolation.md 7",
            "containers.0.image",
            `attack.invalid/image@sha256:${"a".repeat(64)}`,
            guardrail("images"),
          ],
        ];
  const classes: readonly Row[] = [
    [
      "system-priority",
      "the priority of the control plane",
      "capsule#257, k/k#65557",
      "priorityClassName",
      "system-node-critical",
      guardrail("classes"),
    ],
    [
      "foreign-priority",
      "a priority that is not the tenant's",
      "capsule#257",
      "priorityClassName",
      "attack-foreign",
      guardrail("classes"),
    ],
    [
      "foreign-sandbox",
      "a sandbox that is not the tenant's",
      "isolation.md 19",
      "runtimeClassName",
      "attack-foreign",
      guardrail("classes"),
    ],
  ];
  // A digest is pulled by what it is; the rule on pulls is for tags alone.
  const pulls =
    pair.attacker.runtime.image.includes("@sha256:") && pair.attacker.guardrails.pulls === "always-for-tags"
      ? []
      : cached;
  return [
    ...podRows(pair, [...rows, ...pulls, ...foreign], "pod"),
    ...podRows(pair, [...rows, ...pulls, ...foreign, ...classes], "template"),
  ];
}

/** Pods that cost nothing or too much. */
function bounded(pair: Pair): readonly Draft[] {
  const { attacker, mirror } = pair;
  const resources = "containers.0.resources";
  const amounts = { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" };
  const huge = { requests: amounts, limits: { ...amounts, memory: "1000Gi" } };
  const rows: readonly Row[] = [
    [
      "too-small",
      "less than a container's least",
      "isolation.md 23",
      `${resources}.requests.cpu`,
      "1m",
      { kind: "limit-range" },
    ],
    ["too-large", "more than a container's most", "isolation.md 23", resources, huge, { kind: "limit-range" }],
  ];
  const free = requests.post("helper", requests.pathOf("v1", mirror, "pods"), objects.pod(pair));
  return [
    ...podRows(pair, rows, "pod"),
    {
      id: "pod-without-limits",
      title: "a pod without limits, where the limit range is gone",
      source: "isolation.md 23",
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

/** The platform's own workloads and what keeps them in bounds. */
function platformWorkloads(pair: Pair): readonly Draft[] {
  const { attacker, target, run } = pair;
  const stateful = requests.pathOf("apps/v1", attacker.namespace, "statefulsets");
  const mine = `${stateful}/${requests.runName(run)}`;
  const to = (path: string) => ({ field: "path", value: path }) as const;
  const budgets = requests.pathOf("policy/v1", attacker.namespace, "poddisruptionbudgets");
  const budget = objects.object(pair, "policy/v1", "PodDisruptionBudget", {
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: { "app.kubernetes.io/name": requests.runName(run) } },
    },
  });
  const scaler = objects.object(pair, "autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: requests.runName(run) },
      maxReplicas: 2,
    },
  });
  const scalers = requests.pathOf("autoscaling/v2", attacker.namespace, "horizontalpodautoscalers");
  const bodyRow = (
    id: string,
    title: string,
    source: string,
    twin: Draft["twin"],
    at: string,
    value: Json,
    name: string,
  ): Draft => ({
    id,
    title,
    source,
    twin,
    change: { field: "body", at, value },
    expected: guardrail(name),
  });
  const newBudget = requests.post("owner", budgets, budget);
  return [
    {
      id: "scale-runtime",
      title: "scale the runtime past its autoscaler",
      source: "isolation.md 24",
      twin: requests.patch("owner", `${mine}/scale`, { spec: { replicas: 0 } }),
      change: to(`${stateful}/runtime/scale`),
      expected: guardrail("platform-scale"),
    },
    {
      id: "change-runtime",
      title: "change the runtime's template",
      source: "capsule#649",
      twin: requests.patch("owner", mine, { spec: { template: { metadata: { annotations: { changed: "attack" } } } } }),
      change: to(`${stateful}/runtime`),
      expected: guardrail("platform-objects"),
    },
    {
      id: "delete-runtime",
      title: "delete the runtime",
      source: "capsule#649",
      twin: requests.remove("owner", mine),
      change: to(`${stateful}/runtime`),
      expected: guardrail("platform-objects"),
    },
    {
      id: "neighbour-scale",
      title: "scale the neighbour's workload to nothing",
      source: "isolation.md 16",
      twin: requests.patch("owner", `${mine}/scale`, { spec: { replicas: 0 } }),
      change: to(requests.inNamespace(`${mine}/scale`, target.namespace)),
      expected: { kind: "rbac" },
    },
    bodyRow(
      "scaler-on-runtime",
      "an autoscaler of its own on the runtime",
      "isolation.md 24",
      requests.post("owner", scalers, scaler),
      "spec.scaleTargetRef.name",
      "runtime",
      "autoscalers",
    ),
    bodyRow(
      "budget-of-none",
      "a budget that lets no pod go",
      "isolation.md 24: blocked drains",
      newBudget,
      "spec.maxUnavailable",
      0,
      "disruption-budgets",
    ),
    bodyRow(
      "budget-on-runtime",
      "a second budget on the runtime",
      "isolation.md 24: blocked drains",
      newBudget,
      "spec.selector.matchLabels",
      { "app.kubernetes.io/name": "runtime" },
      "disruption-budgets",
    ),
    bodyRow(
      "budget-on-all",
      "a budget on every pod",
      "isolation.md 24: blocked drains",
      newBudget,
      "spec.selector",
      {},
      "disruption-budgets",
    ),
  ];
}

/** Pods that run already: the attacker's and the neighbour's. */
function inRunningPods(pair: Pair): readonly Draft[] {
  const { attacker, target } = pair;
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
      id: "neighbour-delete",
      title: "delete the neighbour's pod",
      source: "isolation.md 16",
      twin: requests.remove("owner", running),
      change: { field: "path", value: theirs },
      expected: rbac,
    },
    {
      id: "bind-to-node",
      title: "bind a pod to a node by hand",
      source: "isolation.md 20",
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
      source: "isolation.md 16",
      twin: requests.post("owner", requests.pathOf("v1", attacker.namespace, "pods"), objects.pod(pair)),
      change: { field: "path", value: requests.pathOf("v1", target.namespace, "pods") },
      expected: rbac,
    },
  ];
}
