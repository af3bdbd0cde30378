import type { RawApi } from "./api.ts";

/** What an API server says of itself since it started. */
export interface Metrics {
  /** Sum of the series of this name whose labels are wanted. 0 where there is none. */
  readonly sum: (name: string, wanted?: (labels: string) => boolean) => number;
}

/** Reads the metrics of an API server. Throws where it does not give them. */
export async function readMetrics(api: RawApi): Promise<Metrics> {
  const { status, body } = await api.send("GET", "/metrics");
  if (status !== 200) throw new Error(`GET /metrics: ${status}`);
  return parseMetrics(body);
}

/** Parses a text of metrics. */
export function parseMetrics(text: string): Metrics {
  const series = text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = /^([a-z_]+)(\{.*\})? ([0-9.eE+-]+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
  return {
    sum: (wanted, counts = () => true) =>
      series.reduce((total, { name, labels, value }) => total + (name === wanted && counts(labels) ? value : 0), 0),
  };
}
