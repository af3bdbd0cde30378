import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { findBrowser } from "./support/find-browser.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tenantry-browser-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const program = (name: string): string => {
  const path = join(folder, name);
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return path;
};

test("the browser that is named is taken, by path or by name", async () => {
  const path = program("some-browser");
  expect(await findBrowser({ TENANTRY_CHROMIUM: path })).toEqual({ path });
  expect(await findBrowser({ TENANTRY_CHROMIUM: "some-browser", PATH: folder })).toEqual({ path });
});

test("a browser that is named and not there is an error, not a reason to skip", async () => {
  program("chromium");
  const lookup = findBrowser({ TENANTRY_CHROMIUM: join(folder, "none"), PATH: folder });
  await expect(lookup).rejects.toThrow(/TENANTRY_CHROMIUM names .*none, which is not a program that can be run/);
});

test("else one on the PATH is taken", async () => {
  const path = program("google-chrome");
  expect(await findBrowser({ PATH: `/nowhere:${folder}` })).toEqual({ path });
});

test("where there is none and none can be installed, the reason is told", async ({ skip }) => {
  skip(process.platform === "darwin", "a Mac has its browsers elsewhere than on the PATH");
  const found = await findBrowser({ PATH: folder });
  expect(found).toEqual({
    path: null,
    reason: expect.stringMatching(/^no Chromium on the PATH, and no apt-get .* TENANTRY_CHROMIUM$/) as string,
  });
});
