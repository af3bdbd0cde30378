import { CommandError, exitCodes } from "../../local/command-error.ts";
import { realPodsRemedy } from "../../local/cluster/real-node/simulated-pods.ts";
import { WaitTimeout, waitFor } from "../../local/wait.ts";
import type { EnvironmentPlan, TenantPlan } from "../../tenants/model.ts";
import { objectNames } from "../../tenants/names.ts";
import { simulatedNodeAnnotation } from "../../tenants/node-annotations.ts";
import type { JsonObject } from "../attempt.ts";
import { type AttackClient, itemsOf, nameOf, textOf } from "../client.ts";
import * as requests from "../requests.ts";
import type { Workload } from "./expectations.ts";
import type { Source } from "./probe.ts";

/** A pod that runs, and where it is. */
export interface LivePod extends Source {
  readonly address: string;
}

/** One tenant's part of the cluster. */
export interface LiveTenant {
  readonly plan: TenantPlan;
  readonly pods: Readonly<Record<Workload, LivePod>>;
  /** Addresses of the Services. */
  readonly services: Readonly<Record<Workload, string>>;
}

/** Where packets go to and come from. */
export interface LiveCluster {
  readonly tenants: readonly LiveTenant[];
  readonly stranger: LivePod;
  /** Port on which the stranger listens. */
  readonly strangerPort: number;
  readonly node: string;
  /** Addresses of the API server with their ports: that of its Service, and its own. */
  readonly apiServer: readonly { readonly address: string; readonly port: number }[];
  readonly dns: { readonly service: string; readonly pod: string };
}

/** Seconds that a pod has been Ready before it is probed: a policy acts a moment after its pod starts, not before. */
const settledSeconds = 10;
const waitSeconds = 90;
const strangerPort = 8080;

/** Finds what the plan's tenants have on the cluster, and makes the stranger. Waits until all of it has settled. */
export async function readCluster(
  client: AttackClient,
  plan: EnvironmentPlan,
  tenants: readonly TenantPlan[],
  run: string,
  signal?: AbortSignal,
): Promise<LiveCluster> {
  const reader = new Reader(client);
  const image = tenants[0]?.runtime.image ?? "";
  await makeStranger(client, run, image);
  let missing = "";
  const look = async () => {
    try {
      return await reader.read(plan, tenants, strangerNamespace(run));
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      missing = error.message;
      return null;
    }
  };
  try {
    return await waitFor(look, { seconds: waitSeconds, intervalMilliseconds: 500, signal });
  } catch (error) {
    if (!(error instanceof WaitTimeout)) throw error;
    throw new CommandError(exitCodes.missing, missing, "npm run local -- status");
  }
}

/** Name of the namespace that is no tenant's. */
function strangerNamespace(run: string): string {
  return `attack-${run}-stranger`;
}

/** Something is not there that may come. */
class NotYet extends Error {}

interface PodObject {
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

class Reader {
  readonly #client: AttackClient;

  constructor(client: AttackClient) {
    this.#client = client;
  }

  async read(plan: EnvironmentPlan, tenants: readonly TenantPlan[], namespace: string): Promise<LiveCluster> {
    const stranger = await this.#pod(namespace, {}, { tenant: null, container: "stranger", name: "stranger" });
    const live: LiveTenant[] = [];
    for (const tenant of tenants) live.push(await this.#tenant(tenant));
    const { dns } = tenants[0]?.network ?? { dns: { namespace: "kube-system", podLabels: {} } };
    const resolver = await this.#pod(dns.namespace, dns.podLabels, { tenant: null, container: "", name: "dns" });
    const nodeName = await this.#nodeOf(namespace, stranger.pod);
    return {
      tenants: live,
      stranger,
      strangerPort,
      node: await this.#nodeAddress(nodeName),
      apiServer: await this.#apiServer(),
      dns: { service: await this.#serviceFor(dns.namespace, dns.podLabels, plan), pod: resolver.address },
    };
  }

  async #tenant(plan: TenantPlan): Promise<LiveTenant> {
    const workloads = [objectNames.runtime, objectNames.dashboard] as const;
    const found = async (workload: Workload) => {
      const labels = { "app.kubernetes.io/name": workload };
      const name = `${plan.id}/${workload}`;
      return await this.#pod(plan.namespace, labels, { tenant: plan.id, container: workload, name });
    };
    const address = async (name: Workload) => await this.#serviceAddress(plan.namespace, name);
    const [runtime, dashboard] = workloads;
    return {
      plan,
      pods: { runtime: await found(runtime), dashboard: await found(dashboard) },
      services: { runtime: await address(runtime), dashboard: await address(dashboard) },
    };
  }

  /** The first pod with these labels that runs on a real node and has settled there. */
  async #pod(
    namespace: string,
    labels: Readonly<Record<string, string>>,
    of: Pick<Source, "tenant" | "container" | "name">,
  ): Promise<LivePod> {
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const path = requests.pathOf("v1", namespace, "pods");
    const items = itemsOf(await this.#client.administer(requests.get("administrator", path, { labelSelector })));
    for (const item of items) {
      if ((item["metadata"] as JsonObject)["deletionTimestamp"] !== undefined) continue;
      const { spec, status } = item as unknown as PodObject;
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      if (ready?.status !== "True" || status?.podIP === undefined) continue;
      if (await this.#isSimulated(spec.nodeName ?? "")) {
        throw new CommandError(
          exitCodes.missing,
          `pod ${nameOf(item)} of ${namespace} is on ${spec.nodeName}, a simulated node: it sends no packets`,
          realPodsRemedy,
        );
      }
      const settled = Date.parse(ready.lastTransitionTime ?? "") + settledSeconds * 1000;
      if (!(settled < Date.now())) throw new NotYet(`${of.name} is Ready, but not for ${settledSeconds} s`);
      return { ...of, namespace, pod: nameOf(item), address: status.podIP };
    }
    throw new NotYet(`no pod of ${of.name} is Ready in ${namespace}`);
  }

  async #object(path: string): Promise<JsonObject> {
    const answer = await this.#client.administer(requests.get("administrator", path));
    if (answer.status !== 200) throw new NotYet(`${path}: ${answer.message}`);
    return answer.body;
  }

  async #isSimulated(node: string): Promise<boolean> {
    const { metadata } = (await this.#object(requests.pathOf("v1", null, "nodes", node))) as {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
    };
    return metadata?.annotations?.[simulatedNodeAnnotation] !== undefined;
  }

  async #nodeOf(namespace: string, pod: string): Promise<string> {
    const object = (await this.#object(requests.pathOf("v1", namespace, "pods", pod))) as unknown as PodObject;
    return object.spec.nodeName ?? "";
  }

  async #nodeAddress(name: string): Promise<string> {
    const { status } = (await this.#object(requests.pathOf("v1", null, "nodes", name))) as {
      readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
    };
    const found = status?.addresses?.find(({ type }) => type === "InternalIP");
    if (found === undefined) throw new NotYet(`node ${name} has no address`);
    return found.address;
  }

  async #serviceAddress(namespace: string, name: string): Promise<string> {
    const object = await this.#object(requests.pathOf("v1", namespace, "services", name));
    return textOf((object["spec"] as JsonObject)["clusterIP"]);
  }

  /** The Service of the resolver: the one that selects its pods. */
  async #serviceFor(
    namespace: string,
    labels: Readonly<Record<string, string>>,
    { environment }: EnvironmentPlan,
  ): Promise<string> {
    const path = requests.pathOf("v1", namespace, "services");
    for (const item of itemsOf(await this.#client.administer(requests.get("administrator", path)))) {
      const spec = item["spec"] as {
        readonly selector?: Readonly<Record<string, string>>;
        readonly clusterIP?: string;
      };
      const selector = Object.entries(spec.selector ?? {});
      if (selector.length > 0 && selector.every(([key, value]) => labels[key] === value)) return spec.clusterIP ?? "";
    }
    throw new NotYet(`no Service in ${namespace} selects the resolver that the plan of ${environment} names`);
  }

  async #apiServer(): Promise<LiveCluster["apiServer"]> {
    const service = await this.#serviceAddress("default", "kubernetes");
    const path = requests.pathOf("discovery.k8s.io/v1", "default", "endpointslices", "kubernetes");
    const slice = (await this.#object(path)) as {
      readonly endpoints?: readonly { readonly addresses: readonly string[] }[];
      readonly ports?: readonly { readonly port: number }[];
    };
    const address = slice.endpoints?.[0]?.addresses[0];
    const port = slice.ports?.[0]?.port;
    if (address === undefined || port === undefined) throw new NotYet("the API server has no endpoint");
    return [
      { address: service, port: 443 },
      { address, port },
    ];
  }
}

/** A pod of nobody's, in a namespace that no policy is for: it reaches whatever listens, and shows so that it does. */
async function makeStranger(client: AttackClient, run: string, image: string): Promise<void> {
  const namespace = strangerNamespace(run);
  const labels = { [requests.runLabel]: run };
  const make = async (path: string, body: JsonObject) => {
    const { status, message } = await client.administer(requests.post("administrator", path, body));
    if (status >= 300) throw new CommandError(exitCodes.failed, `the attack could not make what it needs: ${message}`);
  };
  await make(requests.pathOf("v1", null, "namespaces"), {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels },
  });
  await make(requests.pathOf("v1", namespace, "pods"), {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "stranger", namespace, labels },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: "stranger",
          image,
          env: [{ name: "PORT", value: String(strangerPort) }],
          readinessProbe: { httpGet: { path: "/", port: strangerPort }, periodSeconds: 1 },
        },
      ],
    },
  });
}
