import { readdirSync, readFileSync } from "node:fs";

const pageBytes = 4096;

/** Milliseconds between two looks at the processes: a stack's processes live for seconds. */
const intervalMilliseconds = 200;

/** A process as far as memory goes. */
export interface ProcessMemory {
  readonly parent: number;
  readonly bytes: number;
}

/** Sum of the resident memory of a process and everything that it started; shared pages count once for each. */
export function treeBytes(processes: ReadonlyMap<number, ProcessMemory>, root: number): number {
  const within = (pid: number): boolean => {
    const seen = new Set<number>();
    for (let step = pid; !seen.has(step); step = processes.get(step)?.parent ?? step) {
      if (step === root) return true;
      seen.add(step);
    }
    return false;
  };
  return [...processes].reduce((sum, [pid, { bytes }]) => sum + (within(pid) ? bytes : 0), 0);
}

/** Every process of this machine; empty where there is no `/proc`. */
function processesNow(): ReadonlyMap<number, ProcessMemory> {
  const found = new Map<number, ProcessMemory>();
  for (const name of readable(() => readdirSync("/proc")) ?? []) {
    if (!/^[0-9]+$/.test(name)) continue;
    const stat = readable(() => readFileSync(`/proc/${name}/stat`, "latin1"));
    // The name of the program, in brackets, may hold anything.
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
    const [parent, pages] = [Number(fields[1]), Number(fields[21])];
    if (Number.isInteger(parent) && Number.isInteger(pages))
      found.set(Number(name), { parent, bytes: pages * pageBytes });
  }
  return found;
}

/** A process may end between two looks at it. */
function readable<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Watches a process and its descendants. `stop` returns the largest sum that was seen, `null` where nothing can be seen. */
export function watchMemory(root: number): { readonly stop: () => number | null } {
  let peak = 0;
  const look = (): void => void (peak = Math.max(peak, treeBytes(processesNow(), root)));
  const timer = setInterval(look, intervalMilliseconds);
  look();
  return {
    stop: () => {
      clearInterval(timer);
      return peak === 0 ? null : peak;
    },
  };
}
