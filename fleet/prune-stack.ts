import type { Backend } from "./backend.ts";
import { backupsPrefix, historyPrefix } from "./backends/layout.ts";
import { firstLine } from "./backends/reasons.ts";
import { divideHistory } from "./history.ts";

/** What was done to the history of one stack, or would be. */
export interface PrunedStack {
  readonly stack: string;
  /** `left`: somebody works on it, or the command was interrupted before. */
  readonly status: "done" | "left" | "failed";
  /** Why it was left, or failed; empty otherwise. */
  readonly reason: string;
  /** Updates whose history is there by now, or would be. */
  readonly updates: number;
  /** Objects that were removed, or would be, and their size. */
  readonly removed: number;
  readonly bytes: number;
}

/**
 * Removes old history of one stack. Its state, the backup beside that and its locks are never touched, and of a stack that somebody
 * works on nothing is. Failures are in the answer.
 */
export async function pruneStack(
  backend: Pick<Backend, "store" | "locks">,
  project: string,
  stack: string,
  { keep, dryRun }: { readonly keep: number; readonly dryRun: boolean },
): Promise<PrunedStack> {
  const { store } = backend;
  if (store === null) return unpruned(stack, "left", "its backend keeps its history by itself");
  try {
    const [history, backups] = await Promise.all([
      store.list(historyPrefix(project, stack)),
      store.list(backupsPrefix(project, stack)),
    ]);
    const { updates, kept, superseded } = divideHistory(stack, history, backups, keep);
    // Looked at last, for an update may have begun by now.
    const [lock] = await backend.locks(stack);
    if (lock !== undefined) {
      const left = unpruned(stack, "left", `locked by process ${lock.pid} on ${lock.host ?? "some machine"}`);
      return { ...left, updates };
    }
    if (!dryRun && superseded.length > 0) await store.remove(superseded.map(({ key }) => key));
    const bytes = superseded.reduce((sum, { size }) => sum + size, 0);
    return { stack, status: "done", reason: "", updates: kept, removed: superseded.length, bytes };
  } catch (error) {
    return unpruned(stack, "failed", `its history cannot be pruned: ${firstLine(error)}`);
  }
}

/** A stack of which nothing was removed. */
export function unpruned(stack: string, status: PrunedStack["status"], reason: string): PrunedStack {
  return { stack, status, reason, updates: 0, removed: 0, bytes: 0 };
}
