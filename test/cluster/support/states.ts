/** What a file backend holds, read without Pulumi. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { tenantType } from "../../../fleet/recorded.ts";

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
      .filter(({ type }) => !type.startsWith("pulumi:") && type !== "tenantry:index:Update")
      .map(({ urn, id, protect }) => `${urn.slice(urn.indexOf("::"))} ${id} ${protect}`)
      .sort();
  }
}
