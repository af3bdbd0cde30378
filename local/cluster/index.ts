/** The embedded cluster of one checkout: upstream control plane, kwok and metrics-server as plain processes. */
export { type ClusterUpOptions, type ClusterUpResult, clusterUp } from "./up.ts";
export { type ClusterDownOptions, clusterDown } from "./down.ts";
export { type ClusterStatus, type PartStatus, clusterStatus } from "./status.ts";
export {
  type ConformanceResult,
  hasRealNode,
  type NodePartName,
  requireRealNode,
  runConformance,
} from "./real-node/index.ts";
export { type PartName, partNames } from "./parts.ts";
export { nodeNames, zones } from "./furniture.ts";
