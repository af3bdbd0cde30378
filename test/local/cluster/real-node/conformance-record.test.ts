import { join } from "node:path";

import { expect, test } from "vitest";

import { beginRecord, figuresOf, readFigures } from "../../../../local/cluster/real-node/conformance-record.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

const line = (name: string, state: string, message = "") => JSON.stringify({ name, state, seconds: 1, message });

test("a record that its end has cut off in the middle tells what was known till then", () => {
  const record = [
    JSON.stringify({ focus: null }),
    JSON.stringify({ total: 5 }),
    line("one", "passed"),
    line("two", "failed", "it could connect"),
    line("three", "panicked", "nil"),
    line("four", "interrupted"),
    line("five", "passed").slice(0, 20),
  ].join("\n");
  expect(figuresOf(record)).toEqual({
    focus: null,
    total: 5,
    passed: ["one"],
    failed: [
      { name: "two", message: "it could connect" },
      { name: "three", message: "nil" },
    ],
  });
});

test("a run that goes on counts what had passed before, and only that", () => {
  const file = join(temporaryDirectory(), "record.jsonl");
  beginRecord(file, "egress", ["one", "two"]);
  expect(readFigures(file)).toEqual({ focus: "egress", total: null, passed: ["one", "two"], failed: [] });
  const counted = `${JSON.stringify({ focus: "egress" })}\n${line("one", "passed")}\n${JSON.stringify({ total: 3 })}`;
  expect(figuresOf(counted).total).toBe(4);
});

test("without a record there are no figures", () => {
  expect(readFigures(join(temporaryDirectory(), "none"))).toBeNull();
});
