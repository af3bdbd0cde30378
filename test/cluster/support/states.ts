/** What a file backend holds, read without Pulumi. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "vitest";

import { isOfRecord } from "../../../components/record-names.ts";
import { tenantType } from "../../../fleet/recorded.ts";
import { eventually } from "./client.ts";

/** A resource in a state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly protect?: boolean;
}

/** The states of the project in a folder. */
export class StateFiles {
  readonly #root: string;

  constructor(backendUrl: string) {
    this.#root = join(backendUrl.slice("file://".length), ".pulumi");
  }

  /** File with the state of a stack. */
  file(stack: string): string {
    return join(this.#root, "stacks", "tenantry", `${stack}.json`);
  }

  /** Folder with the locks on a stack. */
  locks(stack: string): string {
    return join(this.#root, "locks", "organization", "tenantry", stack);
  }

  /** Numbers of the processes that hold locks on a stack. */
  lockHolders(stack: string): readonly number[] {
    const folder = this.locks(stack);
    return (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.endsWith(".json"))
      .map((name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { pid: number }).pid);
  }

  /**
   * Kills who works on a stack, at a moment when its state tells of operations that run: between two of them nothing is in doubt, and the
   * next update has no reason to compare with the cluster.
   */
  async killInOperation(stack: string): Promise<void> {
    const [holder = 0] = this.lockHolders(stack);
    expect(holder).toBeGreaterThan(0);
    await eventually(`${stack} has operations that run`, async () => {
      process.kill(holder, "SIGSTOP");
      // Every thread of it has to stop before the state is read.
      await sleep(20);
      const runs = readFileSync(this.file(stack), "utf8").includes('"pending_operations"');
      process.kill(holder, runs ? "SIGKILL" : "SIGCONT");
      return runs;
    });
  }

  /** Updates of a stack so far: each, also one that fails, leaves files in the history. */
  updates(stack: string): number {
    const files = readdirSync(join(this.#root, "history", "tenantry", stack));
    return files.filter((name) => name.endsWith(".history.json")).length;
  }

  resources(stack: string): readonly StateResource[] {
    const { checkpoint } = JSON.parse(readFileSync(this.file(stack), "utf8")) as {
      checkpoint: { latest: { resources?: readonly StateResource[] } | null };
    };
    return checkpoint.latest?.resources ?? [];
  }

  /** The stacks that exist, with the tenants in each. */
  tenants(): Record<string, readonly string[]> {
    const names = readdirSync(join(this.#root, "stacks", "tenantry")).filter((name) => name.endsWith(".json"));
    return Object.fromEntries(
      names.sort().map((name) => {
        const stack = name.slice(0, -".json".length);
        const found = this.resources(stack).filter(({ type }) => type === tenantType);
        return [stack, found.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)).sort()];
      }),
    );
  }

  /** Every resource of every stack, but for what each stack has of its own, without the stack in its name. */
  all(): readonly string[] {
    return Object.keys(this.tenants())
      .flatMap((stack) => this.resources(stack))
      .filter(({ type, urn }) => !type.startsWith("pulumi:") && !isOfRecord(urn))
      .map(({ urn, id, protect }) => `${urn.slice(urn.indexOf("::"))} ${id} ${protect}`)
      .sort();
  }
}
