import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { writePage } from "../../../cli/html/write.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tenantry-page-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const isOurs = (text: string) => text.startsWith("ours");
const write = (file: string, text = "ours, new") => writePage(file, "default.html", text, isOurs);

it("writes into a folder under the default name, and replaces a page of its own", () => {
  expect(write(folder)).toBe(join(folder, "default.html"));
  write(folder, "ours, newer");
  expect(readFileSync(join(folder, "default.html"), "utf8")).toBe("ours, newer");
  expect(readdirSync(folder)).toEqual(["default.html"]);
});

it("takes an empty file, such as mktemp makes", () => {
  const path = join(folder, "empty");
  writeFileSync(path, "");
  write(path);
  expect(readFileSync(path, "utf8")).toBe("ours, new");
});

it("leaves any other file alone", () => {
  const path = join(folder, "Pulumi.prod.yaml");
  writeFileSync(path, "config: {}");
  expect(() => write(path)).toThrow(/exists and is no page of this command/);
  expect(readFileSync(path, "utf8")).toBe("config: {}");
});

it("writes through a link, and never replaces a device", () => {
  const path = join(folder, "page.html");
  const link = join(folder, "link.html");
  writeFileSync(path, "ours, old");
  symlinkSync(path, link);
  write(link);
  expect(readFileSync(path, "utf8")).toBe("ours, new");
  expect(() => write("/dev/null")).toThrow(/is no file that could be replaced/);
});

it("says which folder is missing", () => {
  expect(() => write(join(folder, "none", "page.html"))).toThrow(/there is no folder .*none/);
  expect(() => write(join(folder, "none/"))).toThrow(/there is no folder .*none/);
});

it("leaves the old page as it was where writing fails", () => {
  const path = join(folder, "page.html");
  writeFileSync(path, "ours, old");
  // What a name of this process's temporary file is taken by stops the write for root as well.
  mkdirSync(join(folder, `.page.html.${process.pid}.tmp`));
  expect(() => write(path)).toThrow(/cannot be written/);
  expect(readFileSync(path, "utf8")).toBe("ours, old");
});

it("is for its owner alone, whatever the umask, and keeps the mode that somebody has given it", () => {
  const path = join(folder, "page.html");
  const mode = () => statSync(path).mode & 0o777;
  const before = process.umask(0);
  try {
    write(path);
    expect(mode()).toBe(0o600);
    chmodSync(path, 0o644);
    write(path, "ours, newer");
    expect(mode()).toBe(0o644);
  } finally {
    process.umask(before);
  }
});
