import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { updateType, type FinishedUpdate } from "../../components/record-names.ts";
import { UpdateRecord } from "../../components/update-record.ts";
import { deploy, find } from "../support/pulumi.ts";

class Part extends pulumi.CustomResource {
  constructor(type: string, name: string, opts: pulumi.CustomResourceOptions) {
    super(type, name, {}, opts);
  }
}

/** Runs a program of one part, and of a second one of the given type. */
async function run(type: string): Promise<{ finished: FinishedUpdate; inputs: unknown }> {
  let finished: pulumi.Output<FinishedUpdate> | undefined;
  const registered = await deploy((opts) => {
    const watched: pulumi.ResourceTransformation[] = [];
    const record = new UpdateRecord("abc", (seen) => watched.push(seen));
    const transformations = [...(opts.transformations ?? []), ...watched];
    new Part("test:index:Part", "one", { transformations });
    if (type !== "") new Part(type, "two", { transformations });
    finished = record.finished();
  });
  const value = await new Promise<FinishedUpdate>((resolve) => finished?.apply(resolve));
  return { finished: value, inputs: find(registered, "update").inputs };
}

test("what has begun is an input, so it is written first; what is finished counts the program's resources", async () => {
  const { finished, inputs } = await run("test:index:Custom");
  expect(inputs).toEqual({ fingerprint: "abc" });
  expect(finished).toEqual({ fingerprint: "abc", resources: 2 });
});

test("providers and references, which come and go with the engine, are not counted", async () => {
  expect((await run("pulumi:providers:kubernetes")).finished).toEqual({ fingerprint: "abc", resources: 1 });
  expect((await run("")).finished).toEqual({ fingerprint: "abc", resources: 1 });
});

test("the type is an identity: another one would make every cell look unfinished", () => {
  expect(updateType).toBe("tenantry:index:Update");
});
