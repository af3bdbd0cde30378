import { describe, expect, test } from "vitest";

import { TenantStack } from "../../components/tenant-stack.ts";
import { fullPlan } from "../support/plans.ts";
import { deploy, find, type Json } from "../support/pulumi.ts";
import { deployTenant, field, fullSecrets } from "./support/tenant.ts";

/** Every path under which a text shows outside a secret. */
function leaks(value: Json, needle: string, path = ""): string[] {
  if (typeof value === "string") return value.includes(needle) ? [path] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === "$secret" ? [] : leaks(member, needle, `${path}.${key}`),
  );
}

describe("secrets", () => {
  test("every value reaches the engine as a secret", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    expect(field(find(registered, "acme-secrets").inputs, "data")).toEqual({
      $secret: {
        SESSION_KEY: base64("generated-for-acme-generated.SESSION_KEY"),
        MODEL_TOKEN: base64(fullSecrets.MODEL_TOKEN),
      },
    });
  });

  test("no value shows anywhere else, in no encoding", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const plain = [
      "generated-for-acme-generated.SESSION_KEY",
      "generated-for-acme-rollout-key",
      fullSecrets.MODEL_TOKEN,
    ];
    const encoded = plain.flatMap((text) => [text, Buffer.from(text).toString("base64"), encodeURIComponent(text)]);
    for (const { name, inputs } of registered) {
      for (const text of encoded) expect(leaks(inputs, text, name)).toEqual([]);
    }
    expect(leaks({ a: { b: fullSecrets.MODEL_TOKEN } }, fullSecrets.MODEL_TOKEN)).toEqual([".a.b"]);
  });

  test("a changed value rolls the runtime's pods and nothing shows why", async () => {
    const version = async (token: string) => {
      const registered = await deployTenant({ plan: fullPlan, secrets: { MODEL_TOKEN: token } });
      const { inputs } = find(registered, "acme-runtime-workload");
      return field(inputs, "spec", "template", "metadata", "annotations", "checksum/secrets");
    };
    expect(await version("one")).toMatch(/^[0-9a-f]{32}$/);
    expect(await version("one")).toBe(await version("one"));
    expect(await version("one")).not.toBe(await version("two"));
  });

  test("only the runtime gets the secrets, as read-only files", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const volumes = (name: string) => field(find(registered, name).inputs, "spec", "template", "spec", "volumes");
    expect(volumes("acme-runtime-workload")).toContainEqual({
      name: "secrets",
      secret: { secretName: "secrets", defaultMode: 0o440 },
    });
    expect(JSON.stringify(volumes("acme-dashboard-workload"))).not.toContain("secret");
  });

  test("generated values are kept until the rotation number changes", async () => {
    const keepers = async (rotation: number) => {
      const plan = { ...fullPlan, secrets: { ...fullPlan.secrets, rotation } };
      return find(await deployTenant({ plan, secrets: fullSecrets }), "acme-generated.SESSION_KEY").inputs;
    };
    expect(await keepers(1)).toEqual({ length: 32, special: false, keepers: { rotation: "1" } });
    expect(await keepers(2)).toEqual({ length: 32, special: false, keepers: { rotation: "2" } });
  });

  test("missing and unknown values are named together, before anything is registered", async () => {
    let thrown: unknown;
    const registered = await deploy((opts) => {
      try {
        new TenantStack(fullPlan.id, { plan: fullPlan, secrets: { MODEL_TOKN: "x" } }, opts);
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown).toEqual(
      new Error(
        "tenant acme: secrets hold no value for MODEL_TOKEN, which the plan lists; and a value for MODEL_TOKN, which the plan does not list. Values go in by the names in the plan.",
      ),
    );
    expect(registered).toEqual([]);
  });
});
