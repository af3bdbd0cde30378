import type { KubernetesObject } from "../objects.ts";

/** A tenant that is onboarded for one measurement and then removed. */
export interface FreshTenant {
  readonly id: string;
  readonly namespace: string;
  readonly objects: readonly KubernetesObject[];
}

/** One way to bring a tenant into the cluster. */
export interface Peer {
  /** Stable name, used in the results file. */
  readonly name: string;
  /** What is run, for people. */
  readonly command: string;
  /** Whether `onboard` returns only after the tenant's pods are Ready. */
  readonly waits: boolean;
  /** Everything that a person would have done before: writing the record, the chart or the manifest. Not timed. */
  readonly prepare: (tenant: FreshTenant) => unknown;
  /** The measured work. */
  readonly onboard: (tenant: FreshTenant) => Promise<void>;
  /** Takes the tenant away again. Not timed. */
  readonly remove: (tenant: FreshTenant) => Promise<unknown>;
}
