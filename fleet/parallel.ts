import { availableParallelism, freemem } from "node:os";

import type { Operation } from "./run-context.ts";

/** Memory that one running stack takes: the CLI, the program and two plugins, 400 to 600 MiB together. */
const bytesPerStack = 700 * 1024 * 1024;

/** Stacks at once on one machine, however big it is: the API server has to keep up as well. */
const most = 16;

/**
 * Stacks at once for each processor. An update keeps more than one busy while it starts and less than one later. A removal waits most of
 * its time for a namespace to go, and none of its processes runs the program: docs/performance.md has the figures.
 */
const perProcessor: Readonly<Record<Operation, number>> = { preview: 1, up: 1, destroy: 2 };

/** How many stacks an operation works on at once: as many as the processors bear, and no more than fit into free memory. */
export function defaultParallel(
  operation: Operation,
  processors = availableParallelism(),
  freeBytes = freemem(),
): number {
  return Math.max(1, Math.min(processors * perProcessor[operation], Math.floor(freeBytes / bytesPerStack), most));
}
