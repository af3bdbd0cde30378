import type { RequestOptions } from "node:https";

/** How to reach a cluster, with and without credentials. */
export interface Credentials {
  /** Address of the API server. */
  readonly server: string;
  /** Context of the kubeconfig. */
  readonly context: string;
  readonly ours: RequestOptions;
  /** The same road for who has no credentials: neither certificate nor header. */
  readonly nobody: RequestOptions;
}
