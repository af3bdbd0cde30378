import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { FileStore } from "../../fleet/backends/file-store.ts";

// A file that goes between two looks: the first still finds it.
vi.mock(import("node:fs"), async (original) => ({ ...(await original()), existsSync: () => true }));

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tenantry-files-"))));
afterEach(() => rmSync(folder, { recursive: true }));

it("an object that goes while it is looked at is none, as a lock that is released", async () => {
  const store = new FileStore(folder);
  expect(await store.read("locks/one.json")).toBeNull();
  writeFileSync(join(folder, "one.json"), "{}");
  expect(Buffer.from((await store.read("one.json")) ?? "").toString()).toBe("{}");
  // What cannot be read for another reason is not missing.
  expect(() => store.read("")).toThrow("EISDIR");
});
