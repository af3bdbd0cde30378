/**
 * Runs the program in `argv[2]` against mocks and prints, as one JSON document, the Kubernetes objects of each tenant of
 * stack `argv[3]`: `{ "<tenant id>": [object, ...] }`. A process of its own, because a Pulumi program can only be run once
 * in a process and prints what it likes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import { labelKeys } from "../../tenants/names.ts";

const [directory, stack] = process.argv.slice(2);
if (directory === undefined || stack === undefined) throw new Error("usage: print-objects.ts <directory> <stack>");

interface StackFile {
  readonly config: Readonly<Record<string, unknown>> & {
    readonly "tenantry:tenants": readonly { readonly id: string }[];
  };
}

/** Key and value by which Pulumi marks an object that stands for a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Takes secrets out of their wrapping: they are placeholders here, made by the mock below. */
function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[signatureKey] === secretSignature) return unwrap(record["value"]);
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, unwrap(inner)]));
}

const { config } = parse(readFileSync(join(directory, `Pulumi.${stack}.yaml`), "utf8")) as StackFile;
const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(config).map(([key, value]) => [key, text(value)])));

const objects: { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }[] = [];
await pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, custom, ...args }) => {
      const inputs = args.inputs as Readonly<Record<string, unknown>>;
      if (type.startsWith("kubernetes:") && "kind" in inputs) objects.push(unwrap(inputs) as (typeof objects)[number]);
      const length = typeof inputs["length"] === "number" ? inputs["length"] : 0;
      const generated = type === "random:index/randomPassword:RandomPassword" ? { result: "x".repeat(length) } : {};
      // The program reads its own last update; here there was none.
      const outputs = type === "pulumi:pulumi:StackReference" ? { outputs: {}, secretOutputNames: [] } : {};
      return { id: custom === false ? "" : `${name}-id`, state: { ...inputs, ...generated, ...outputs } };
    },
    call: ({ token }) => {
      throw new Error(`the program asks for ${token}, which the benchmark does not know`);
    },
  },
  "tenantry",
  stack,
  false,
  "organization",
);
try {
  await import(pathToFileURL(join(directory, "index.ts")).href);
} finally {
  // The barrier: before it nothing is certain to be registered.
  await pulumi.runtime.disconnect();
}

// Everything of a tenant carries its label; not everything lies in its namespace.
const byTenant = config["tenantry:tenants"].map(
  ({ id }) => [id, objects.filter(({ metadata }) => metadata.labels?.[labelKeys.tenant] === id)] as const,
);
process.stdout.write(JSON.stringify(Object.fromEntries(byTenant)));
