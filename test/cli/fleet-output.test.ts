import { expect, test, vi } from "vitest";

import { retryOf, tellAsJson } from "../../cli/fleet-output.ts";

test("the command that goes on has every flag that chose the stacks", () => {
  const flags = { tenant: ["acme"], changedSince: "main", all: true, refresh: true, parallel: 3 };
  expect(retryOf("up", "prod", flags)).toBe(
    "npm run fleet -- up prod --tenant acme --changed-since main --all --refresh --parallel 3",
  );
  expect(retryOf("destroy", "prod", { tenant: ["acme"], yes: true })).toBe(
    "npm run fleet -- destroy prod --tenant acme --yes",
  );
  expect(retryOf("up", "prod", {})).toBe("npm run fleet -- up prod");
  expect(retryOf("move", "prod", { tenant: ["acme", "a b"], parallel: 2 })).toBe(
    "npm run fleet -- move prod --tenant acme 'a b' --parallel 2",
  );
});

test("an event is one line of JSON on standard error", () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  tellAsJson({ type: "wave", stacks: ["prod"] });
  const written = write.mock.calls;
  write.mockRestore();
  expect(written).toEqual([['{"type":"wave","stacks":["prod"]}\n']]);
});
