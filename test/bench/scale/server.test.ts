import { expect, it } from "vitest";

import { parseMetrics } from "../../../bench/metrics.ts";
import { serverFigures } from "../../../bench/scale/server.ts";

const text = `# HELP apiserver_request_total [STABLE] Counter of requests
# TYPE apiserver_request_total counter
apiserver_request_total{code="200",verb="GET"} 10
apiserver_request_total{code="201",verb="POST"} 3
apiserver_request_total{code="200",verb="APPLY"} 1.5e+01
apiserver_request_terminations_total{verb="POST"} 99
apiserver_resource_objects{group="",resource="pods"} 40
apiserver_storage_size_bytes{storage_cluster_id="etcd-0"} 1.048576e+06
process_start_time_seconds 1.7e+09
`;

it("sums up requests, those that write, the size of etcd", () => {
  expect(serverFigures(parseMetrics(text))).toEqual({ requests: 28, writes: 18, etcdBytes: 2 ** 20 });
});

it("counts nothing where nothing is said", () => {
  expect(serverFigures(parseMetrics(""))).toEqual({ requests: 0, writes: 0, etcdBytes: 0 });
});
