import { expect, test } from "vitest";

import { explained } from "../../cli/start.ts";
import { CommandError } from "../../local/command-error.ts";

const failing = () => Promise.reject(new Error("code: 255\n stderr: error: incorrect passphrase\n"));

test("what the Automation API throws is told in one sentence", async () => {
  const thrown: unknown = await explained(new AbortController().signal, failing).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(CommandError);
  expect(thrown).toMatchObject({ exitCode: 1, message: "the update of dev failed: incorrect passphrase" });
});

test("what it throws after Ctrl-C is an interruption", async () => {
  await expect(explained(AbortSignal.abort(), failing)).rejects.toMatchObject({ exitCode: 130 });
});

test("what it returns is handed on", async () => {
  await expect(explained(new AbortController().signal, () => Promise.resolve(7))).resolves.toBe(7);
});
