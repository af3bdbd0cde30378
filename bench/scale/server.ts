import type { RawApi } from "../api.ts";

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
  const { status, body } = await api.send("GET", "/metrics");
  if (status !== 200) throw new Error(`GET /metrics: ${status}`);
  return readMetrics(body);
}

/** Sums up the series that matter in a text of metrics. */
export function readMetrics(text: string): ServerFigures {
  const series = text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = /^([a-z_]+)(\{.*\})? ([0-9.eE+-]+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
  const sum = (wanted: string, counts: (labels: string) => boolean = () => true): number =>
    series.reduce((total, { name, labels, value }) => total + (name === wanted && counts(labels) ? value : 0), 0);
  return {
    requests: sum("apiserver_request_total"),
    writes: sum("apiserver_request_total", (labels) => writing.test(labels)),
    etcdBytes: sum("apiserver_storage_size_bytes"),
  };
}
