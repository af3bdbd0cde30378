import { afterEach, expect, test, vi } from "vitest";

import { coloursFor } from "../../cli/colours.ts";

afterEach(() => vi.unstubAllEnvs());

test.each(["CI", "FORCE_COLOR"])("a pipe is never painted, though %s is set", (name) => {
  vi.stubEnv("NO_COLOR", undefined);
  vi.stubEnv(name, "true");
  expect(coloursFor({}).red("x")).toBe("x");
});

test("a terminal is painted", () => {
  vi.stubEnv("NO_COLOR", undefined);
  expect(coloursFor({ isTTY: true }).red("x")).not.toBe("x");
});

test("a terminal is not painted where NO_COLOR is set", () => {
  vi.stubEnv("NO_COLOR", "1");
  expect(coloursFor({ isTTY: true }).red("x")).toBe("x");
});
