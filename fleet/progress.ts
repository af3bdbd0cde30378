import type { FleetEvent } from "./events.ts";
import { haveWork } from "./report.ts";

/** Counts what a run over a fleet has done, for a line that is drawn anew with every event. */
export class Progress {
  readonly #started = Date.now();
  readonly #running = new Map<string, number>();
  #stacks = 0;
  #tenants = 0;
  #done = 0;
  #failed = 0;
  #tenantsDone = 0;

  /** Takes an event in, and says which line it deserves in a log; `null` for none. */
  take(event: FleetEvent): string | null {
    switch (event.type) {
      case "begin":
        this.#stacks = event.stacks;
        this.#tenants = event.tenants;
        return `${beginning(event.verb, event.stacks, event.stacks + event.unchanged)}, ${event.parallel} at a time`;
      case "wave":
        return `wave ${event.wave}: ${event.stacks.length} ${event.stacks.length === 1 ? "stack" : "stacks"}`;
      case "pool":
        return `${event.parallel} at a time instead of ${event.was}: ${event.why}`;
      case "stack-begin":
        this.#running.set(event.stack, 0);
        return `${event.stack} ... (${event.why})`;
      case "stack-progress":
        this.#running.set(event.stack, event.changed);
        return null;
      case "stack-end": {
        const { stack, status, reason, seconds, tenants } = event.report;
        this.#running.delete(stack);
        if (status === "done") {
          this.#done += 1;
          this.#tenantsDone += Object.keys(tenants).length;
          return `${stack}: done in ${seconds.toFixed(1)} s`;
        }
        this.#failed += 1;
        return `${stack}: ${status} after ${seconds.toFixed(1)} s${status === "failed" ? `: ${reason}` : ""}`;
      }
      case "end":
        return null;
      default:
        return event satisfies never;
    }
  }

  /** Stacks done, running and failed, tenants in a second, and the time that is left at this rate. */
  line(now = Date.now()): string {
    const seconds = (now - this.#started) / 1000;
    const parts = [`${this.#done}/${this.#stacks} stacks`];
    const changed = [...this.#running.values()].reduce((sum, count) => sum + count, 0);
    if (this.#running.size > 0) parts.push(`${this.#running.size} running (${changed} changes)`);
    if (this.#failed > 0) parts.push(`${this.#failed} failed`);
    if (this.#tenantsDone > 0) {
      const rate = this.#tenantsDone / seconds;
      const left = Math.max(0, this.#tenants - this.#tenantsDone) / rate;
      parts.push(`${rate.toFixed(1)} tenants/s`, `about ${Math.ceil(left)} s left`);
    }
    return parts.join(", ");
  }
}

/** A comparison runs every stack to learn whether it has work; all others know. */
function beginning(verb: string, stacks: number, all: number): string {
  if (verb === "status") return `comparing ${stacks} of ${all} ${all === 1 ? "stack" : "stacks"}`;
  return haveWork(stacks, all);
}
