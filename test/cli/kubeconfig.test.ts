import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";

import { parseDuration } from "../../cli/kubeconfig-command.ts";
import { ownerKubeconfig } from "../../cli/kubeconfig.ts";
import { repository } from "../cluster/support/workspace.ts";

describe("the life of a token", () => {
  test.each([
    ["10m", 600],
    ["600s", 600],
    ["1h", 3600],
    ["24h", 86_400],
  ])("%s is %i seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(["599s", "25h", "1d", "1", "", "-1h", "1h30m", "1e9s", "constructor"])("%s is refused", (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError);
  });
});

test("a tenant that is not in the list is wrong input, with the one that was meant", async () => {
  await expect(ownerKubeconfig(repository, { environment: "dev", tenant: "acne", seconds: 600 })).rejects.toMatchObject(
    {
      exitCode: 2,
      message: 'dev has no tenant "acne"',
      hint: expect.stringContaining("acme") as string,
    },
  );
});
