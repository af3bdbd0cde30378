import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { EventLog } from "../../fleet/event-log.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tenantry-fleet-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("EventLog", () => {
  it("gives each event once, and half a line only when its end is there", () => {
    const path = join(folder, "events");
    const log = new EventLog(path);
    expect(log.read()).toEqual([]);
    writeFileSync(path, '{"sequence":1}\n{"sequ');
    expect(log.read()).toEqual([{ sequence: 1 }]);
    expect(log.read()).toEqual([]);
    appendFileSync(path, 'ence":2}\n{"sequence":3}\n');
    expect(log.read()).toEqual([{ sequence: 2 }, { sequence: 3 }]);
  });

  it("does not cut a character that is written in two pieces", () => {
    const path = join(folder, "events");
    const log = new EventLog(path);
    const bytes = Buffer.from('{"name":"Möbius"}\n');
    const middle = bytes.indexOf(0xb6);
    writeFileSync(path, bytes.subarray(0, middle));
    expect(log.read()).toEqual([]);
    appendFileSync(path, bytes.subarray(middle));
    expect(log.read()).toEqual([{ name: "Möbius" }]);
  });
});
