import { closeSync, existsSync, openSync, readSync } from "node:fs";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** Reads a growing file of engine events, one JSON document a line. */
export class EventLog {
  readonly #path: string;
  #offset = 0;
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** Events that have been written since the last call. Half a line stays until its end is there. */
  read(): readonly EngineEvent[] {
    if (!existsSync(this.#path)) return [];
    const chunks: Buffer[] = [this.#rest];
    const file = openSync(this.#path, "r");
    try {
      for (;;) {
        const chunk = Buffer.alloc(256 * 1024);
        const length = readSync(file, chunk, 0, chunk.length, this.#offset);
        if (length === 0) break;
        this.#offset += length;
        chunks.push(chunk.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
    const text = Buffer.concat(chunks);
    const end = text.lastIndexOf(0x0a) + 1;
    this.#rest = text.subarray(end);
    return text
      .subarray(0, end)
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as EngineEvent);
  }
}
