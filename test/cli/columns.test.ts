import { expect, it } from "vitest";

import { columns } from "../../cli/columns.ts";

it("aligns columns by what is seen, line by line, without blanks at the ends", () => {
  const rows = [
    ["name", "hosts", "cpu"],
    ["\u001b[1mlonger name\u001b[22m", "a.example\nlonger.example", "1"],
    ["b", "none", ""],
  ];
  expect(columns(rows)).toBe(
    [
      "name         hosts           cpu",
      "\u001b[1mlonger name\u001b[22m  a.example       1",
      "             longer.example",
      "b            none",
    ].join("\n"),
  );
});
