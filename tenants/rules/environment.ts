import type { Problem } from "../errors.ts";
import { namespaceName } from "../names.ts";
import { sizeTable } from "../tiers.ts";
import { environmentProblem, placeOf, type Finding, type Fleet } from "./fleet.ts";

/** Settings of the environment agree with each other and with its tenants. */
export function environmentProblems(fleet: Fleet): readonly Problem[] {
  return [
    ...clientProblems(fleet),
    ...gatewayProblems(fleet),
    ...terminationProblems(fleet),
    ...platformProblems(fleet),
    ...sharedServiceProblems(fleet),
  ];
}

function clientProblems({ environment, settings }: Fleet): readonly Problem[] {
  const { queriesPerSecond, burst } = environment.spec.cluster;
  if (burst >= queriesPerSecond) return [];
  return [
    environmentProblem(settings, ["cluster", "burst"], {
      rule: "client-burst",
      value: `burst ${burst}`,
      bound: `must be at least queriesPerSecond, which is ${queriesPerSecond}`,
      remedy: `Raise it to ${queriesPerSecond * 2}.`,
    }),
  ];
}

function gatewayProblems({ environment, settings }: Fleet): readonly Problem[] {
  const { gateway } = environment.spec;
  if (gateway === undefined) return [];
  const at = (key: string, finding: Finding): Problem => environmentProblem(settings, ["gateway", key], finding);
  const problems: Problem[] = [];
  if (gateway.issuer !== undefined && !gateway.listenerSets) {
    problems.push(
      at("issuer", {
        rule: "gateway-tls",
        value: "an issuer without listenerSets",
        bound: "a certificate per tenant needs a listener per tenant",
        remedy: "Turn on gateway.listenerSets, or use gateway.tlsSecret with a wildcard certificate.",
      }),
    );
  }
  if (gateway.tlsSecret !== undefined && gateway.listenerSets && gateway.issuer === undefined) {
    problems.push(
      at("tlsSecret", {
        rule: "gateway-tls",
        value: "listenerSets and tlsSecret without an issuer",
        bound: "tenants' own listeners would be plain HTTP beside an encrypted Gateway",
        remedy: "Name gateway.issuer, or turn off gateway.listenerSets.",
      }),
    );
  }
  return problems;
}

function terminationProblems({ environment, settings }: Fleet): readonly Problem[] {
  const { termination, sizes } = environment.spec;
  const { preStopSeconds, graceSeconds } = termination ?? sizeTable[sizes].termination;
  if (preStopSeconds < graceSeconds) return [];
  return [
    environmentProblem(settings, ["termination", "preStopSeconds"], {
      rule: "termination",
      value: `preStopSeconds ${preStopSeconds}`,
      bound: `must be below graceSeconds, which is ${graceSeconds}: SIGKILL would come before SIGTERM`,
      remedy: `Lower it, or raise graceSeconds above ${preStopSeconds}.`,
    }),
  ];
}

/** A platform rule that named a tenant's namespace would open that tenant to all the others, today or when it comes. */
function platformProblems({ environment, settings, records }: Fleet): readonly Problem[] {
  const tenants = new Map(records.flatMap(({ id }) => (id === null ? [] : [[namespaceName(id), id] as const])));
  const { cluster, gateway, monitoring, sharedServices } = environment.spec;
  const named: readonly (readonly [readonly (string | number)[], string | undefined])[] = [
    [["cluster", "dns", "namespace"], cluster.dns.namespace],
    [["gateway", "namespace"], gateway?.namespace],
    [["gateway", "dataPlaneNamespace"], gateway?.dataPlaneNamespace],
    [["monitoring", "namespace"], monitoring?.namespace],
    ...sharedServices.map(({ namespace }, index) => [["sharedServices", index, "namespace"], namespace] as const),
  ];
  const made = gateway?.create === true ? gateway.namespace : null;
  const kubernetesOwn = made !== null && (made === "default" || made.startsWith("kube-"));
  return [
    ...named.flatMap(([path, namespace]) => {
      if (namespace?.startsWith(namespaceName("")) !== true) return [];
      const owner = tenants.get(namespace);
      const bound =
        owner === undefined
          ? `begins with ${namespaceName("")}, as the namespaces of tenants do; a tenant to come would take it`
          : `is the namespace of tenant ${owner}; every other tenant would reach it`;
      const remedy = "Name a namespace of the platform; tenants open to each other by peers.";
      return [
        environmentProblem(settings, path, { rule: "platform-namespace", value: `"${namespace}"`, bound, remedy }),
      ];
    }),
    ...(kubernetesOwn
      ? [
          environmentProblem(settings, ["gateway", "namespace"], {
            rule: "platform-namespace",
            value: `"${made}"`,
            bound: "belongs to Kubernetes, and gateway.create would manage it and delete it with the environment",
            remedy: "Name a namespace for the Gateway alone.",
          }),
        ]
      : []),
  ];
}

/** Two services of one name would be one setting of the tenants, and the later one would silently win. */
function sharedServiceProblems({ environment, settings }: Fleet): readonly Problem[] {
  const firstByName = new Map<string, number>();
  return environment.spec.sharedServices.flatMap(({ name }, index) => {
    const first = firstByName.get(name);
    if (first === undefined) {
      firstByName.set(name, index);
      return [];
    }
    return [
      environmentProblem(settings, ["sharedServices", index, "name"], {
        rule: "shared-service-repeated",
        value: `"${name}" again`,
        bound: `each name may stand once; first used in ${placeOf(settings, ["sharedServices", first, "name"])}`,
        remedy: "Put all ports into one entry, or give one of the Services another name.",
      }),
    ];
  });
}
