import fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { derivePassword, secretGenerator } from "../../components/generated-secrets.ts";
import { configChecksum, secretsChecksum } from "../../components/manifests/config.ts";

const seed = "a seed of more than thirty-two characters";

test("a derived secret is letters and digits of the length asked for, the same every time", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.integer({ min: 1, max: 512 }), (context, length) => {
      const password = derivePassword(seed, context, length);
      expect(password).toMatch(/^[A-Za-z0-9]*$/);
      expect(password).toHaveLength(length);
      expect(derivePassword(seed, context, length)).toBe(password);
    }),
  );
});

test("it is pinned: a change of the derivation would rotate every tenant's secrets", () => {
  expect(derivePassword(seed, ["prod", "acme", "secret:SESSION_KEY", "1"], 32)).toMatchInlineSnapshot(
    `"shRj1z8TyN0gLMGytjU15f7fX375owoS"`,
  );
});

test("every part of the context and every border between parts counts", () => {
  const contexts = [["a", "bc"], ["ab", "c"], ["abc"], ["a", "b", "c"], ["a", "bd"], []];
  const passwords = contexts.map((context) => derivePassword(seed, context, 32));
  expect(new Set(passwords).size).toBe(contexts.length);
  expect(derivePassword(`${seed}!`, ["a", "bc"], 32)).not.toBe(passwords[0]);
});

test("every letter of the alphabet is about as likely", () => {
  const counts = new Map<string, number>();
  for (const letter of derivePassword(seed, ["likelihood"], 3000)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(62);
  // 48 expected; a fixed input, so this cannot flake. Modulo without rejection would double the first eight.
  expect(Math.max(...counts.values())).toBeLessThan(80);
});

test("a short seed is refused without being printed", () => {
  const short = "correct horse battery staple";
  expect(() => derivePassword(short, [], 8)).toThrow("the seed of generated secrets has 28 characters; it needs 32");
});

test("a length beyond what HKDF gives is an error, not a shorter secret", () => {
  expect(() => derivePassword(seed, [], 9000)).toThrow("a secret of 9000 characters is longer than can be derived");
});

test("a stack with a seed derives its secrets, one without uses the random provider", () => {
  pulumi.runtime.setAllConfig({ "tenantry:secretSeed": seed });
  expect(secretGenerator(new pulumi.Config("tenantry")).kind).toBe("derived");
  pulumi.runtime.setAllConfig({});
  expect(secretGenerator(new pulumi.Config("tenantry"))).toEqual({ kind: "random" });
});

test("checksums do not depend on the order of keys, and do on every value", () => {
  expect(configChecksum({ a: "1", b: "2" })).toBe(configChecksum({ b: "2", a: "1" }));
  expect(configChecksum({ a: "1" })).not.toBe(configChecksum({ a: "2" }));
  expect(secretsChecksum({ a: "1" }, "key")).not.toBe(secretsChecksum({ a: "1" }, "other key"));
  expect(secretsChecksum({ a: "1" }, "key")).not.toBe(configChecksum({ a: "1" }));
});
