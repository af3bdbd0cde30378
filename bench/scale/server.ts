import type { RawApi } from "../api.ts";
import { type Metrics, readMetrics } from "../metrics.ts";

/** What the API server says of itself. */
export interface ServerFigures {
  /** Requests since it started. */
  readonly requests: number;
  readonly writes: number;
  readonly etcdBytes: number;
}

const writing = /verb="(POST|PUT|PATCH|APPLY|DELETE|DELETECOLLECTION)"/;

/** Reads the API server's metrics. */
export async function readServer(api: RawApi): Promise<ServerFigures> {
  return serverFigures(await readMetrics(api));
}

/** Sums up the series that matter. */
export function serverFigures({ sum }: Metrics): ServerFigures {
  return {
    requests: sum("apiserver_request_total"),
    writes: sum("apiserver_request_total", (labels) => writing.test(labels)),
    etcdBytes: sum("apiserver_storage_size_bytes"),
  };
}
