import { expect, it } from "vitest";

import { inspectEnvironment } from "../../../tenants/plan.ts";
import { loadedOf, roomyEnvironment } from "../support/fleet.ts";

function rulesFor(image: string, registries: readonly string[], requireDigest = false): readonly string[] {
  const images = { runtime: image, dashboard: image, requireDigest, registries };
  const { problems } = inspectEnvironment(loadedOf([], { ...roomyEnvironment, images }));
  return [...new Set(problems.map(({ rule }) => rule))];
}

const digest = `@sha256:${"a".repeat(64)}`;

it.each([
  ["registry.example/runtime:1", "registry.example"],
  ["registry.example/team/runtime:1", "registry.example/team"],
  ["registry.example/team/runtime:1", "registry.example/team/"],
  ["registry.example/runtime:1", "registry.example/runtime"],
  [`registry.example/runtime${digest}`, "registry.example/runtime"],
  ["registry.example:5000/runtime:1", "registry.example:5000"],
])("%s lies under %s", (image, place) => {
  expect(rulesFor(image, [place])).toEqual([]);
});

it.each([
  ["registry.example.evil/runtime:1", "registry.example"],
  ["registry.example:5000/runtime:1", "registry.example"],
  // Without a slash these are names on the default registry, whatever they look like.
  [`registry.example${digest}`, "registry.example"],
  ["registry.example:1.0", "registry.example"],
  ["registry.example", "registry.example"],
  ["registry.example/team-evil/runtime:1", "registry.example/team"],
  ["registry.example/teamruntime:1", "registry.example/team/"],
  ["other.example/runtime:1", "registry.example"],
])("%s does not lie under %s", (image, place) => {
  expect(rulesFor(image, [place])).toEqual(["image-registry"]);
  expect(rulesFor(image, ["elsewhere.example", place])).toEqual(["image-registry"]);
});

it("a digest is a digest only in its own place", () => {
  expect(rulesFor(`registry.example/runtime:1${digest}`, ["registry.example"], true)).toEqual([]);
  expect(rulesFor("registry.example/sha256:1", ["registry.example"], true)).toEqual(["image-digest"]);
});
