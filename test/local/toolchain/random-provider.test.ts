import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { goEnvironment, requireGo } from "../../../local/toolchain/go.ts";
import { recipeDirectory } from "../../../local/toolchain/recipe-hash.ts";

test("the stand-in for the random provider passes its own tests", { timeout: 600_000 }, async () => {
  const go = await requireGo(["pulumi-resource-random"], process.env);
  const { stdout } = await promisify(execFile)(go, ["test", "./..."], {
    cwd: recipeDirectory({ name: "pulumi-resource-random" }),
    env: goEnvironment(process.env),
  });
  expect(stdout).toMatch(/^ok\s/m);
});
