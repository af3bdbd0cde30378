import type { Backend } from "./backend.ts";
import type { ProgramHosts } from "./host/program-hosts.ts";
import type { PulumiCli, PulumiLocation } from "./pulumi-cli.ts";

/** What Pulumi does to a stack. */
export type Operation = "preview" | "up" | "destroy";

/** Requests to stop: the first lets running operations finish, the second drops them. */
export interface Stops {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
}

/** What every stack of a run shares. */
export interface RunContext {
  readonly location: PulumiLocation;
  readonly backend: Backend;
  /** Name of the Pulumi project. */
  readonly project: string;
  readonly cli: () => Promise<PulumiCli>;
  readonly programs: Pick<ProgramHosts, "run">;
  /** Folder for logs, readable by its owner only. */
  readonly logs: string;
  readonly operation: Operation;
  /** Compare with the cluster first. */
  readonly refresh: boolean;
  readonly stops: Stops;
  /** How long to wait for somebody else's lock, in seconds. */
  readonly lockSeconds: number;
  /** Told of how many resources have changed so far. */
  readonly onProgress: (stack: string, changed: number) => void;
  /** Told of each request that was refused as one too many. */
  readonly onRefusal: () => void;
}
