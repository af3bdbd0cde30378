/** One real node beside the simulated ones: kubelet, containerd and an enforcer of network policies, on Linux as root. */
export { hasNodeOnMachine, realNodeDown } from "./down.ts";
export { type NodePartName, type NodeTools, nodePartNames } from "./parts.ts";
export { findObstacle, installCommand, requireRealNode } from "./prerequisites.ts";
export { hasRealNode } from "./state.ts";
export { isRealNodeRunning } from "./processes.ts";
export { type ConformanceResult, runConformance } from "./conformance.ts";
export { type NodePartStatus, realNodeStatus } from "./status.ts";
export { realNodeUp } from "./up.ts";
