import type { Cluster, ClusterAnswer, ClusterRequest } from "./cluster.ts";
import { type Discovery, readDiscovery } from "./discovery.ts";
import { type ServerMetrics, readMetrics } from "./metrics.ts";

/** What several checks look at is asked for once. */
export class ClusterView {
  readonly #cluster: Cluster;
  readonly #asked = new Map<string, Promise<ClusterAnswer>>();
  #discovery: Promise<Discovery | null> | undefined;
  #metrics: Promise<ServerMetrics | null> | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** See `Cluster.isVerified`. */
  get isVerified(): boolean {
    return this.#cluster.isVerified;
  }

  /** Asks, the same GET only once. */
  ask(request: ClusterRequest): Promise<ClusterAnswer> {
    if (request.method !== "GET") return this.#cluster.ask(request);
    const key = JSON.stringify(request);
    const known = this.#asked.get(key) ?? this.#cluster.ask(request);
    this.#asked.set(key, known);
    return known;
  }

  /** GET with the credentials of the kubeconfig. */
  get(path: string): Promise<ClusterAnswer> {
    return this.ask({ method: "GET", path });
  }

  /** What the server serves; `null` where it does not say. */
  discovery(): Promise<Discovery | null> {
    this.#discovery ??= readDiscovery(this);
    return this.#discovery;
  }

  /** What the server tells about itself; `null` where it may not be read. */
  metrics(): Promise<ServerMetrics | null> {
    this.#metrics ??= readMetrics(this);
    return this.#metrics;
  }
}
