import { CommandError, exitCodes } from "../../local/command-error.ts";
import type { Backend } from "../backend.ts";
import { lockOf, type LockHolder, type StackLock } from "../locks.ts";
import type { ReadingCache } from "../reading-cache.ts";
import { readRecorded } from "../recorded.ts";
import type { Reading } from "../verdict.ts";
import { locksPrefix, parseState, stackOfState, statesPrefix } from "./layout.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";
import { firstLine, unreadable } from "./reasons.ts";

/** An object store that also keeps something beside its objects, which may be cut off. */
interface Mendable {
  mend(key: string): void;
}

/** A self-managed backend whose objects are read directly, without starting Pulumi. */
export class StoreBackend implements Backend {
  readonly store: ObjectStore & Partial<Mendable>;
  readonly #project: string;
  readonly #cache: ReadingCache;
  readonly #isOurs: (holder: LockHolder, stack: string) => boolean;
  /** States as they were listed, each good for one look: whoever looks again wants to know what is there by then. */
  readonly #listed = new Map<string, StoredObject>();

  constructor(
    store: ObjectStore & Partial<Mendable>,
    project: string,
    cache: ReadingCache,
    isOurs: (holder: LockHolder, stack: string) => boolean,
  ) {
    this.store = store;
    this.#project = project;
    this.#cache = cache;
    this.#isOurs = isOurs;
  }

  async list(): Promise<ReadonlySet<string>> {
    try {
      this.#listed.clear();
      for (const [stack, object] of await this.#states("")) this.#listed.set(stack, object);
      return new Set(this.#listed.keys());
    } catch (error) {
      const message = `the stacks in ${this.store.name} cannot be listed: ${firstLine(error)}`;
      throw new CommandError(exitCodes.failed, message, "docs/backends.md says what a backend needs");
    }
  }

  async read(stack: string): Promise<Reading> {
    try {
      const object = this.#listed.get(stack) ?? (await this.#states(stack)).get(stack);
      this.#listed.delete(stack);
      if (object === undefined) return null;
      const entry = `${this.store.name}/${object.key}`;
      const known = this.#cache.known(entry, object.stamp);
      if (known !== null) return known;
      const bytes = await this.store.read(object.key);
      if (bytes === null) return null;
      const recorded = readRecorded(parseState(object.key, bytes));
      this.#cache.remember(entry, object.stamp, recorded);
      return recorded;
    } catch (error) {
      return unreadable(error);
    }
  }

  async locks(stack: string): Promise<readonly StackLock[]> {
    const found = await this.store.list(locksPrefix(this.#project, stack));
    const locks = found
      .filter(({ key }) => key.endsWith(".json"))
      .map(async ({ key }): Promise<readonly StackLock[]> => {
        const bytes = await this.store.read(key);
        // Gone in between: its holder is done.
        if (bytes === null) return [];
        return [lockOf(key, Buffer.from(bytes).toString("utf8"), (holder) => this.#isOurs(holder, stack))];
      });
    return (await Promise.all(locks)).flat();
  }

  async removeDeadLocks(locks: readonly StackLock[]): Promise<number> {
    const dead = locks.filter(({ alive }) => !alive).map(({ file }) => file);
    if (dead.length > 0) await this.store.remove(dead);
    return dead.length;
  }

  mend(stack: string): void {
    this.store.mend?.(`${statesPrefix(this.#project, stack)}.json`);
    this.store.mend?.(`${statesPrefix(this.#project, stack)}.json.gz`);
    this.store.mend?.(`${statesPrefix(this.#project, stack)}.json.zst`);
  }

  /** States whose names begin like this; of one that is there in two forms the newer, as Pulumi does it. */
  async #states(stack: string): Promise<ReadonlyMap<string, StoredObject>> {
    const states = new Map<string, StoredObject>();
    for (const object of await this.store.list(statesPrefix(this.#project, stack))) {
      const name = stackOfState(this.#project, object.key);
      if (name === null) continue;
      const other = states.get(name);
      if (other === undefined || object.written >= other.written) states.set(name, object);
    }
    return states;
  }
}
