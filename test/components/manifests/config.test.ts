import { expect, test } from "vitest";

import { configChecksum, secretsChecksum } from "../../../components/manifests/config.ts";

test("checksums do not depend on the order of keys, and do on every value", () => {
  expect(configChecksum({ a: "1", b: "2" })).toBe(configChecksum({ b: "2", a: "1" }));
  expect(configChecksum({ a: "1" })).not.toBe(configChecksum({ a: "2" }));
  expect(secretsChecksum({ a: "1" }, "key")).not.toBe(secretsChecksum({ a: "1" }, "other key"));
  expect(secretsChecksum({ a: "1" }, "key")).not.toBe(configChecksum({ a: "1" }));
});
