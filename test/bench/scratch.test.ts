import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { withScratch } from "../../bench/scratch.ts";

describe("withScratch", () => {
  it("removes its folder and hands the result on", async () => {
    const directory = await withScratch((scratch) => {
      writeFileSync(join(scratch.directory, "file"), "");
      return Promise.resolve(scratch.directory);
    });
    expect(existsSync(directory)).toBe(false);
  });

  it("cleans up in the opposite order when the work fails, the folder last", async () => {
    const order: string[] = [];
    let directory = "";
    const work = withScratch(async (scratch) => {
      directory = scratch.directory;
      scratch.atEnd(() => order.push(`cluster, folder ${existsSync(directory) ? "there" : "gone"}`));
      scratch.atEnd(() => order.push("connections"));
      await Promise.reject(new Error("a peer failed"));
    });
    await expect(work).rejects.toThrow("a peer failed");
    expect(order).toEqual(["connections", "cluster, folder there"]);
    expect(existsSync(directory)).toBe(false);
  });

  it("goes on cleaning up after a step that fails, and says so", async () => {
    let directory = "";
    const work = withScratch((scratch) => {
      directory = scratch.directory;
      scratch.atEnd(() => Promise.reject(new Error("stuck")));
      return Promise.resolve();
    });
    await expect(work).rejects.toThrow("could not clean up");
    expect(existsSync(directory)).toBe(false);
  });

  it("aborts on a signal, cleans up, and leaves no handler behind", async () => {
    const before = process.listenerCount("SIGHUP");
    let cleaned = false;
    const work = withScratch(async (scratch) => {
      scratch.atEnd(() => (cleaned = true));
      process.emit("SIGHUP");
      await setTimeout(60_000, undefined, { signal: scratch.signal });
    });
    await expect(work).rejects.toMatchObject({
      exitCode: 130,
      message: expect.stringContaining("interrupted") as string,
    });
    expect(cleaned).toBe(true);
    expect(process.listenerCount("SIGHUP")).toBe(before);
  });
});
