import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { attributesOf, removeCutAttributes } from "../locks.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";

/** A folder as object store: the keys are paths, and each file has its content type in a file beside it. */
export class FileStore implements ObjectStore {
  readonly name: string;

  constructor(folder: string) {
    this.name = folder;
  }

  list(prefix: string): Promise<readonly StoredObject[]> {
    const end = prefix.lastIndexOf("/") + 1;
    const [folder, begin] = [prefix.slice(0, end), prefix.slice(end)];
    return Promise.resolve(
      entriesOf(join(this.name, folder))
        .filter((entry) => entry.startsWith(begin) && !entry.endsWith(attributesOf("")))
        .flatMap((entry) => {
          const status = statSync(join(this.name, folder, entry), { bigint: true, throwIfNoEntry: false });
          if (status?.isFile() !== true) return [];
          const { mtimeNs, mtimeMs, size, ino } = status;
          const stamp = `${mtimeNs}:${size}:${ino}`;
          return [{ key: folder + entry, size: Number(size), stamp, written: Number(mtimeMs) }];
        }),
    );
  }

  read(key: string): Promise<Uint8Array | null> {
    return Promise.resolve(contentOf(join(this.name, key)));
  }

  create(key: string, content: string): boolean {
    const path = join(this.name, key);
    const temporary = `${path}.${process.pid}.tmp`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, content, { mode: 0o600 });
    try {
      linkSync(temporary, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      rmSync(temporary);
    }
  }

  remove(keys: readonly string[]): Promise<void> {
    for (const path of keys.map((key) => join(this.name, key))) {
      rmSync(path, { force: true });
      rmSync(attributesOf(path), { force: true });
    }
    return Promise.resolve();
  }

  /** Removes what a killed `pulumi` leaves beside an object that it was writing; see `removeCutAttributes`. */
  mend(key: string): void {
    removeCutAttributes(join(this.name, key));
  }
}

/** What is in a file; `null` where there is none, also where it goes at this moment, as a lock does that is released. */
function contentOf(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // A backend has no folder for what it never had.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
