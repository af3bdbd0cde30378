import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { stackConfiguration } from "../../fleet/stack-files.ts";
import { stackOf } from "./support.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tenantry-fleet-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("a cell's configuration", () => {
  const location = () => ({ directory: folder, environment: "prod", variables: {}, pulumiRoot: null });

  it("is a copy of the environment's file that goes again, for Pulumi may write into it", () => {
    writeFileSync(join(folder, "Pulumi.prod.yaml"), "config: {}\n");
    const { flags, remove } = stackConfiguration(location(), stackOf(7), folder);
    expect(flags[0]).toBe("--config-file");
    expect(readFileSync(flags[1] ?? "", "utf8")).toBe("config: {}\n");
    writeFileSync(flags[1] ?? "", "encryptionsalt: x\n");
    expect(readFileSync(join(folder, "Pulumi.prod.yaml"), "utf8")).toBe("config: {}\n");
    remove();
    expect(existsSync(flags[1] ?? "")).toBe(false);
  });

  it.each([
    "passphrase",
    "awskms://alias/tenantry?region=eu-west-1",
    "azurekeyvault://vault.example/keys/k",
    "gcpkms://projects/p/k",
    "hashivault://k",
  ])("hands the secrets provider %s on as it is, with its key and its salt", (provider) => {
    const file = `secretsprovider: ${provider}\nencryptedkey: a2V5\nencryptionsalt: v1:c2FsdA==\nconfig: {}\n`;
    writeFileSync(join(folder, "Pulumi.prod.yaml"), file);
    for (const cell of [0, 7]) {
      const { flags, remove } = stackConfiguration(location(), stackOf(cell), folder);
      expect(readFileSync(flags[1] ?? "", "utf8")).toBe(file);
      remove();
    }
  });

  it("of the environment's own stack is the file itself", () => {
    expect(stackConfiguration(location(), stackOf(null), folder).flags).toEqual([]);
  });
});
