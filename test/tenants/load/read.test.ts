import { join } from "node:path";
import { writeFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { formatProblem } from "../../../tenants/errors.ts";
import { readText } from "../../../tenants/load/read.ts";
import { withProject } from "../support/project.ts";

/** The text of a file with these bytes, or its problem as a line. */
function read(bytes: Buffer): string {
  return withProject({}, (directory) => {
    writeFileSync(join(directory, "file.yaml"), bytes);
    const found = readText(directory, "file.yaml");
    return "text" in found ? found.text : formatProblem(found.problem);
  });
}

const refused = (line: number) =>
  `file.yaml:${line}:1 environment: bytes that are not UTF-8; other bytes would be replaced, and two different names could become one. Save the file as UTF-8. [not-utf-8]`;

describe("bytes", () => {
  it("of UTF-8 are text, with and without a byte order mark", () => {
    expect(read(Buffer.from("name: Jörg \u{1F980} \uFFFD\n"))).toBe("name: Jörg \u{1F980} \uFFFD\n");
    expect(read(Buffer.from("\uFEFFname: x\n"))).toBe("name: x\n");
  });

  it("of Latin-1 are refused at their line", () => {
    expect(read(Buffer.from("name: J\u00F6rg\n", "latin1"))).toBe(refused(1));
    expect(read(Buffer.from("a: 1\n\nname: J\u00F6rg\nb: 2\n", "latin1"))).toBe(refused(3));
    expect(read(Buffer.from("a: 1\nname: J\u00F6rg", "latin1"))).toBe(refused(2));
  });

  it("of UTF-16 with a byte order mark are refused", () => {
    expect(read(Buffer.from("\uFEFFconfig: {}\n", "utf16le"))).toBe(refused(1));
  });

  it("of half a character are refused", () => {
    expect(read(Buffer.from([0x61, 0x0a, 0xc3]))).toBe(refused(2));
  });
});
