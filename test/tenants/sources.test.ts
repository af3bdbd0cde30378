import { expect, test } from "vitest";

import { assertIsolation } from "../../tenants/isolation.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { sourcesOf } from "../../tenants/sources.ts";
import { loadText } from "./support/project.ts";
import { tampered } from "./support/tampered.ts";

const loaded = loadText({
  tenants: [
    "- id: acme",
    "  name: Acme",
    "  tier: pro",
    "  domains:",
    "    - agents.acme.example",
    "    - assist.acme.example",
    "  peers:",
    "    - { tenant: globex, ports: [3000] }",
    "- { id: globex, name: Globex, tier: pro, peers: [{ tenant: acme, ports: [3000] }] }",
  ].join("\n"),
});
const plan = planEnvironment(loaded);
const sources = sourcesOf(loaded);

test("names the line of a path, of an entry of a list, and of the nearest part that was written", () => {
  const line = (path: readonly (string | number)[], item: string | null = null) =>
    sources.place("acme", path, item)?.line;
  expect(line([])).toBe(3);
  expect(line(["peers", 0])).toBe(10);
  expect(line(["domains"], "assist.acme.example")).toBe(8);
  expect(line(["domains"], "acme.dev.example")).toBe(7);
  expect(line(["quota", "pods"])).toBe(3);
  expect(sources.place("initech", [], null)).toBeNull();
});

test("an opening that nobody consented to is refused with both tenants, the plane and its line", () => {
  expect(assertIsolation(plan, sources)).toBe(plan);
  const oneSided = tampered(plan, "globex", ({ network }) => ({ network: { ...network, peers: [] } }));
  expect(() => assertIsolation(oneSided, sources)).toThrow(
    /^1 problem .*\nPulumi\.dev\.yaml:10:\d+ tenant acme peers\[0\]: opens to globex, .* on the plane network acme and globex .* \[isolation-network\]$/,
  );
});
