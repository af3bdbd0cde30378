import * as pulumi from "@pulumi/pulumi";
import { expect, test, vi } from "vitest";

import { isOfRecord, updateType } from "../../components/record-names.ts";
import { UpdateRecord } from "../../components/update-record.ts";
import { deploy, find, type Registered } from "../support/pulumi.ts";

class Part extends pulumi.CustomResource {
  constructor(type: string, name: string, opts: pulumi.CustomResourceOptions) {
    super(type, name, {}, opts);
  }
}

/** As much of the engine's side as it takes to see what a resource is registered with. */
interface Monitor {
  registerResource(
    request: { getName(): string; getParent(): string; getDependenciesList(): readonly string[] },
    callback: unknown,
  ): void;
}

const standing = { platform: "guardrails", cells: "2" };

interface Outcome {
  readonly left: unknown;
  readonly registered: readonly Registered[];
  /** Parent of each resource and what it depends on, by name, as the engine is told. */
  readonly links: ReadonlyMap<string, readonly string[]>;
}

/** Runs a program of one part, and of a second one of the given type; `keepers` is what the state has, where it is no target. */
async function run(type: string, keepers?: unknown): Promise<Outcome> {
  let finished: pulumi.Output<unknown> | undefined;
  const links = new Map<string, readonly string[]>();
  const mark = "random:index/randomPassword:RandomPassword";
  const registered = await deploy(
    (opts) => {
      const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
      const register = monitor.registerResource.bind(monitor);
      vi.spyOn(monitor, "registerResource").mockImplementation((request, callback) => {
        links.set(request.getName(), [request.getParent(), ...request.getDependenciesList()].filter(Boolean));
        register(request, callback);
      });
      const watched: pulumi.ResourceTransformation[] = [];
      const record = new UpdateRecord("abc", (seen) => watched.push(seen));
      const transformations = [...(opts.transformations ?? []), ...watched];
      new Part("test:index:Part", "one", { transformations });
      if (type !== "") new Part(type, "two", { transformations });
      finished = record.finished(standing);
    },
    keepers === undefined ? {} : { outputs: { [mark]: { keepers } } },
  );
  return { left: await new Promise((resolve) => finished?.apply(resolve)), registered, links };
}

test("what has begun is an input, so it is written first; what is finished counts the program's resources", async () => {
  const { left, registered } = await run("test:index:Custom");
  expect(find(registered, "update").inputs).toEqual({ fingerprint: "abc" });
  expect(left).toEqual({ ...standing, finished: { fingerprint: "abc", resources: 3 } });
});

test("the mark comes last, and depends on nothing that could be a target", async () => {
  const { registered, links } = await run("test:index:Custom");
  expect(registered.at(-1)).toMatchObject({
    name: "update.finished",
    inputs: { keepers: { fingerprint: "abc", ...standing } },
  });
  expect(links.get("update.finished")).toEqual([]);
});

test("an update with targets leaves what the mark in the state says, and where there is none, nothing", async () => {
  const old = { fingerprint: "old", platform: "before", cells: "1" };
  expect((await run("", old)).left).toEqual({
    platform: "before",
    cells: "1",
    finished: { fingerprint: "old", resources: 2 },
  });
  expect((await run("", null)).left).toEqual({});
});

test("providers and references, which come and go with the engine, are not counted", async () => {
  const finished = { fingerprint: "abc", resources: 2 };
  expect((await run("pulumi:providers:kubernetes")).left).toMatchObject({ finished });
  expect((await run("")).left).toMatchObject({ finished });
});

test("the type is an identity: another one would make every cell look unfinished", () => {
  expect(updateType).toBe("tenantry:index:Update");
});

test("the record is the component and the mark, and no tenant's", () => {
  const urn = (type: string, name: string): string => `urn:pulumi:prod-c000::tenantry::${type}::${name}`;
  expect(isOfRecord(urn("tenantry:index:Update", "update"))).toBe(true);
  expect(isOfRecord(urn("random:index/randomPassword:RandomPassword", "update.finished"))).toBe(true);
  expect(isOfRecord(urn("random:index/randomPassword:RandomPassword", "acme-rollout-key"))).toBe(false);
  expect(isOfRecord(urn("tenantry:index:TenantStack", "acme"))).toBe(false);
});
