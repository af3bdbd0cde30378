import { expect, it } from "vitest";

import { inStack, urnIn, withoutStack } from "../../../fleet/move/urns.ts";

const urn = urnIn("prod", "tenantry", "a:b:C$d:e:F", "prod::x");

it("a URN in another stack differs by that stack's name alone", () => {
  expect(inStack(urn, "prod", "prod-c000")).toBe("urn:pulumi:prod-c000::tenantry::a:b:C$d:e:F::prod::x");
  expect(withoutStack(inStack(urn, "prod", "prod-c000"))).toBe(withoutStack(urn));
});

it("a URN of a third stack stays as it is, also of one whose name begins alike", () => {
  expect(inStack(urn, "pro", "prod-c000")).toBe(urn);
});
