/** Runs components against mocks and returns what the engine would have seen, options included. */
import * as pulumi from "@pulumi/pulumi";

/** Plain JSON; a secret is `{ $secret: <value> }`, an unknown value `{ $unknown: true }`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Options that matter, as they take effect: what a child inherits from its parents is filled in. */
export interface EffectiveOptions {
  readonly parent: string | undefined;
  readonly protect: boolean;
  /** Logical name of the resource whose deletion makes deleting this one unnecessary. */
  readonly deletedWith: string | undefined;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  /** Logical names, in the order given. */
  readonly dependsOn: readonly string[];
}

/** One registration. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: Json;
  /** Reference of the provider it was given, by URN; undefined for the default provider and for components. */
  readonly provider: string | undefined;
  readonly options: EffectiveOptions;
}

/** Where the program pretends to run. */
export interface DeployOptions {
  readonly preview?: boolean;
  readonly config?: Readonly<Record<string, string>>;
  readonly stack?: string;
  /** What a resource's outputs hold beside its inputs, by type; the way to see who reads which output. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Seen = Omit<Registered, "options">;

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Unwraps the engine's wire form, so that a secret shows as a marker instead of being lost among plain values. */
function reveal(value: unknown): Json {
  if (value === unknownValue) return { $unknown: true };
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return value;
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object") return `${typeof value} cannot be sent to the engine`;
  const record = value as Readonly<Record<string, unknown>>;
  if (record[signature] === secretSignature) return { $secret: reveal(record["value"]) };
  return Object.fromEntries(Object.entries(record).map(([key, member]) => [key, reveal(member)]));
}

function key(type: string, name: string): string {
  return `${type}::${name}`;
}

function dependencies(value: pulumi.ResourceOptions["dependsOn"], names: ReadonlyMap<unknown, string>): string[] {
  const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.map((resource) => names.get(resource) ?? "unknown resource");
}

/**
 * Builds resources against mocks and waits until every registration has settled. `build` gets the options to hand to the
 * outermost component; a rejected output or a thrown error fails the call.
 */
export async function deploy(
  build: (opts: pulumi.ComponentResourceOptions) => void | Promise<void>,
  { preview = false, config = {}, stack = "test", outputs = {} }: DeployOptions = {},
): Promise<Registered[]> {
  const seen: Seen[] = [];
  const resources = new Map<string, pulumi.Resource>();
  const options = new Map<string, pulumi.ResourceOptions>();
  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider, custom }) => {
        seen.push({
          type,
          name,
          custom: custom === true,
          inputs: reveal(inputs),
          provider: provider === "" ? undefined : provider,
        });
        const id = custom === true ? `${name}-id` : "";
        // The one output of a mocked resource that no input decides.
        const state = type === "random:index/randomPassword:RandomPassword" ? { result: `generated-for-${name}` } : {};
        return { id, state: { ...(inputs as Record<string, unknown>), ...state, ...outputs[type] } };
      },
      call: ({ token }) => {
        throw new Error(`unexpected call of ${token}`);
      },
    },
    "tenantry",
    stack,
    preview,
    "organization",
  );
  try {
    await build({
      transformations: [
        ({ type, name, opts, resource }) => {
          options.set(key(type, name), { ...opts });
          resources.set(key(type, name), resource);
          return undefined;
        },
      ],
    });
  } finally {
    // The barrier: before it nothing is certain to be registered.
    await pulumi.runtime.disconnect();
  }
  const names = new Map<unknown, string>(
    [...resources].map(([id, resource]) => [resource, id.split("::").at(-1) ?? id]),
  );
  const optionsOf = new Map<unknown, pulumi.ResourceOptions>(
    [...resources].map(([id, resource]) => [resource, options.get(id) ?? {}]),
  );
  return seen.map((registered) => ({
    ...registered,
    options: effective(options.get(key(registered.type, registered.name)) ?? {}, names, optionsOf),
  }));
}

/** What the engine makes of a child's options: `protect`, `deletedWith` and `retainOnDelete` come from the nearest parent. */
function effective(
  own: pulumi.ResourceOptions,
  names: ReadonlyMap<unknown, string>,
  optionsOf: ReadonlyMap<unknown, pulumi.ResourceOptions>,
): EffectiveOptions {
  const chain: pulumi.ResourceOptions[] = [];
  for (let step: pulumi.ResourceOptions | undefined = own; step !== undefined; step = optionsOf.get(step.parent)) {
    chain.push(step);
  }
  const inherited = <Option extends "protect" | "deletedWith" | "retainOnDelete">(option: Option) =>
    chain.map((step) => step[option]).find((value) => value !== undefined);
  const deletedWith = inherited("deletedWith");
  return {
    parent: own.parent === undefined ? undefined : names.get(own.parent),
    protect: inherited("protect") ?? false,
    deletedWith: deletedWith === undefined ? undefined : (names.get(deletedWith) ?? "unknown resource"),
    retainOnDelete: inherited("retainOnDelete") ?? false,
    ignoreChanges: own.ignoreChanges ?? [],
    dependsOn: dependencies(own.dependsOn, names),
  };
}

/** The one registration with this logical name. Throws, listing what there is, when it is not exactly one. */
export function find(registered: readonly Registered[], name: string, kind = ""): Registered {
  const [found, ...more] = registered.filter((resource) => resource.name === name && resource.type.includes(kind));
  if (found !== undefined && more.length === 0) return found;
  const all = registered.map((resource) => `${resource.type} ${resource.name}`).join("\n");
  throw new Error(`${found === undefined ? "no" : "more than one"} resource ${name} ${kind} among:\n${all}`);
}
