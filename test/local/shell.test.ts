import { execFileSync } from "node:child_process";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { exportLines, shellQuote } from "../../local/shell.ts";

test("a plain value stays readable", () => {
  expect(shellQuote("/usr/bin:/bin")).toBe("/usr/bin:/bin");
  expect(shellQuote("")).toBe("''");
});

test("a shell gives back exactly what was quoted", () => {
  const values = fc.sample(
    fc.string({ unit: fc.constantFrom(...Array.from("ab'\"$`\\ \n!*?#~;&|(){}<>é")), maxLength: 20 }),
    200,
  );
  const variables = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
  const print = values.map((_value, index) => `printf '%s\\0' "$V${index}"`).join("\n");
  const output = execFileSync("sh", ["-c", `eval "$1"\n${print}`, "sh", exportLines(variables)], { encoding: "utf8" });
  expect(output.split("\0").slice(0, -1)).toEqual(values);
});
