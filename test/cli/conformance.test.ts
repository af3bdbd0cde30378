import { expect, test } from "vitest";

import { coloursFor } from "../../cli/colours.ts";
import { conformanceExitCode, conformanceText } from "../../cli/conformance.ts";
import { captureCommand } from "../support/command-line.ts";

const whole = {
  focus: null,
  total: 2,
  passed: ["one", "two"],
  failed: [],
  notRun: 0,
  interrupted: false,
  log: "a.log",
};
const failing = { ...whole, passed: ["one"], failed: [{ name: "two", message: "it could connect\nand more" }] };
const cut = { ...whole, passed: ["one"], notRun: 1, interrupted: true };
const plain = coloursFor({});

test("the exit code tells whole, failing and interrupted runs apart", () => {
  expect([whole, failing, cut, { ...cut, interrupted: false }].map(conformanceExitCode)).toEqual([0, 1, 130, 1]);
});

test("figures come with reasons and with what to do next", () => {
  expect(conformanceText(whole, plain)).toMatch(/^2 passed, 0 failed, of 2; log a.log\nnext: npm run attack/);
  expect(conformanceText(failing, plain)).toMatch(
    /^failed two\n {7}it could connect\n1 passed, 1 failed, of 2; log a.log\nnext: npm run local -- conformance --resume tries/,
  );
  expect(conformanceText({ ...cut, interrupted: false }, plain)).toMatch(
    /^1 passed, 0 failed, 1 not run, of 2; log a.log\nnext: npm run local -- conformance --resume goes on\n$/,
  );
});

test("a run that was interrupted says so, also before anything was counted", () => {
  expect(conformanceText(cut, plain)).toBe(
    "interrupted, till then 1 passed, 0 failed, 1 not run, of 2; log a.log\nnext: npm run local -- conformance --resume goes on\n",
  );
  expect(conformanceText({ ...cut, total: 0, passed: [], notRun: 0 }, plain)).toBe(
    "interrupted, till then 0 passed, 0 failed; log a.log\nnext: npm run local -- conformance --resume goes on\n",
  );
});

test("help has the options and examples", async () => {
  const { stdout, exitCode } = await captureCommand("local", "conformance", "--help");
  expect(exitCode).toBe(0);
  for (const word of ["--focus", "--resume", "--json", "Examples:", "Exit code 0"]) expect(stdout).toContain(word);
});
