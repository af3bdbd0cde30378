import { attempt, type Attempt, type AttackRequest, type Draft, type Pair } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

const rbac = { kind: "rbac" } as const;

/** Reading and changing what the neighbour keeps, and what an agent that was talked into it can read. */
export function secretAttempts(pair: Pair): readonly Attempt[] {
  return [...byOwner(pair), ...byRuntime(pair), ...secretsThatMint(pair)].map((draft) => attempt("secrets", draft));
}

interface Reading {
  readonly id: string;
  readonly title: string;
  readonly send: (namespace: string) => AttackRequest;
}

function readings({ run }: Pair): readonly Reading[] {
  const name = requests.runName(run);
  const at = (namespace: string, plural: string, ...rest: readonly string[]): string =>
    requests.pathOf("v1", namespace, plural, ...rest);
  return [
    {
      id: "get-secret",
      title: "read a Secret",
      send: (namespace) => requests.get("owner", at(namespace, "secrets", name)),
    },
    {
      id: "get-platform-secret",
      title: "read the Secret that the platform made",
      send: (namespace) => requests.get("owner", at(namespace, "secrets", "secrets")),
    },
    ...["secrets", "configmaps", "pods", "services", "events"].map((plural): Reading => ({
      id: `list-${plural}`,
      title: `list ${plural}`,
      send: (namespace) => requests.get("owner", at(namespace, plural), { limit: "1" }),
    })),
    {
      id: "watch-secrets",
      title: "watch Secrets",
      send: (namespace) => requests.watch("owner", at(namespace, "secrets")),
    },
  ];
}

/** An owner in the neighbour's namespace; the twin is the same request in the owner's own. */
function byOwner(pair: Pair): readonly Draft[] {
  const { run, attacker, target } = pair;
  const secrets = requests.pathOf("v1", attacker.namespace, "secrets");
  const mine = `${secrets}/${requests.runName(run)}`;
  const changes: readonly Reading[] = [
    {
      id: "change-secret",
      title: "change a Secret",
      send: (namespace) =>
        requests.patch("owner", requests.inNamespace(mine, namespace), { stringData: { KEY: "attack" } }),
    },
    {
      id: "delete-secret",
      title: "delete a Secret",
      send: (namespace) => requests.remove("owner", requests.inNamespace(mine, namespace)),
    },
    {
      id: "delete-all-secrets",
      title: "delete all Secrets",
      send: (namespace) =>
        requests.remove("owner", requests.pathOf("v1", namespace, "secrets"), {
          labelSelector: `${requests.runLabel}=${run}`,
        }),
    },
    {
      id: "create-configmap",
      title: "make a ConfigMap",
      send: (namespace) =>
        requests.post("owner", requests.pathOf("v1", namespace, "configmaps"), {
          ...objects.configMap(pair),
          metadata: { name: "attack-new" },
        }),
    },
  ];
  return [...readings(pair), ...changes].map(({ id, title, send }) => ({
    id: `neighbour-${id}`,
    title: `${title} of the neighbour`,
    source: "capsule#18, GHSA-fcxq-v2r3-cc8h",
    twin: send(attacker.namespace),
    change: { field: "path", value: send(target.namespace).path },
    expected: rbac,
  }));
}

/** The runtime's account may read nothing, neither the neighbour's nor its own tenant's; the twin is who may. */
function byRuntime(pair: Pair): readonly Draft[] {
  const { attacker, target } = pair;
  const sides = [
    { side: "neighbour", namespace: target.namespace, reader: "target-owner" },
    { side: "own", namespace: attacker.namespace, reader: "owner" },
  ] as const;
  return (["runtime", "runtime-token"] as const).flatMap((actor) =>
    sides.flatMap(({ side, namespace, reader }) =>
      readings(pair).map(({ id, title, send }): Draft => ({
        id: `${side}-${id}-${actor}`,
        title: `${title} of ${side === "own" ? "its own tenant" : "the neighbour"}`,
        source: "a prompt-injected agent",
        twin: { ...send(namespace), actor: reader },
        change: { field: "actor", value: actor },
        expected: rbac,
      })),
    ),
  );
}

function secretsThatMint({ run, attacker }: Pair): readonly Draft[] {
  const secret = objects.object({ run }, "v1", "Secret", {
    metadata: {
      name: "attack-new",
      labels: { [requests.runLabel]: run },
      annotations: { "kubernetes.io/service-account.name": "runtime" },
    },
    type: "Opaque",
  });
  const types = [
    ["token", "kubernetes.io/service-account-token", "a token that never ends"],
    ["bootstrap", "bootstrap.kubernetes.io/token", "a token that joins nodes"],
  ] as const;
  const twin = requests.post("owner", requests.pathOf("v1", attacker.namespace, "secrets"), secret);
  return types.map(([id, type, what]) => ({
    id: `mint-${id}`,
    title: `mint ${what} by a Secret`,
    source: "CVE-2023-2728, tokens without end",
    twin,
    change: { field: "body", at: "type", value: type },
    expected: { kind: "guardrail", name: "token-secrets" },
  }));
}
