import { availableParallelism, freemem } from "node:os";

/** Memory that one running stack takes: the CLI, the program and two plugins, 400 to 600 MiB together. */
const bytesPerStack = 700 * 1024 * 1024;

/** Stacks at once on one machine, however big it is: the API server has to keep up as well. */
const most = 16;

/**
 * How many stacks run at once: one per processor, since each keeps more than one busy while it starts and less than one later, and no
 * more than fit into free memory.
 */
export function defaultParallel(processors = availableParallelism(), freeBytes = freemem()): number {
  return Math.max(1, Math.min(processors, Math.floor(freeBytes / bytesPerStack), most));
}
