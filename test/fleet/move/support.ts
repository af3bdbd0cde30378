/** A pretended Pulumi for the tests of `fleet/move/`: states in memory, written whole, encrypted by each stack in its own way. */
import type { Backend } from "../../../fleet/backend.ts";
import type { Fleet, FleetStack } from "../../../fleet/inventory.ts";
import type { StackLock } from "../../../fleet/locks.ts";
import type { StateDocument, StateResource } from "../../../fleet/move/deployment.ts";
import type { AskOptions, PulumiCli } from "../../../fleet/pulumi-cli.ts";
import { readRecorded } from "../../../fleet/recorded.ts";
import type { FleetState } from "../../../fleet/fleet.ts";
import { surveyFleet } from "../../../fleet/survey.ts";
import type { EnvironmentPlan } from "../../../tenants/model.ts";

const signature = "4dabf18193072939515e22adb298388d";

/** A secret as an export with clear secrets has it. */
export const secretOf = (value: string) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", plaintext: value });

/** A fleet in which each cell makes these tenants; without cells, its one stack makes them all. */
export function fleetWith(own: readonly string[], cells: readonly (readonly string[])[] = []): Fleet {
  const stack = (name: string, cell: number | null, tenants: readonly string[]): FleetStack => {
    return { name, cell, tenants, fingerprint: "now", recorded: cells.length > 0 };
  };
  const stacks = [stack("prod", null, own), ...cells.map((tenants, cell) => stack(`prod-c00${cell}`, cell, tenants))];
  const tenants = stacks.flatMap((one) => one.tenants).map((id) => ({ id }));
  const plan = { environment: "prod", cells: { count: Math.max(1, cells.length), canaries: [] }, tenants };
  return { plan: plan as unknown as EnvironmentPlan, stacks };
}

interface Made {
  /** Tenants that it holds; `*` after the id: protected. */
  readonly tenants?: readonly string[];
  /** Whether its updates leave a record. */
  readonly recorded?: boolean;
  readonly cluster?: string;
}

/** A state that an update has left: a provider, in the environment's own stack a guardrail that tenants lean on, four resources for each. */
export function stateWith(name: string, { tenants = [], recorded = true, cluster = "one" }: Made = {}): StateDocument {
  const urn = (type: string, logical: string): string => `urn:pulumi:${name}::tenantry::${type}::${logical}`;
  const root = urn("pulumi:pulumi:Stack", `tenantry-${name}`);
  const provider = urn("pulumi:providers:kubernetes", "cluster");
  const update = urn("tenantry:index:Update", "update");
  const random = "random:index/randomPassword:RandomPassword";
  const mark = { urn: urn(random, "update.finished"), custom: true, id: "none", type: random, parent: root };
  const guardrail = urn("kubernetes:core/v1:ConfigMap", "guardrail");
  const reference = `${provider}::id-of-${name}`;
  const guardrails = name.includes("-c") ? [] : [guardrail];
  const ids = tenants.map((tenant) => tenant.replace("*", ""));
  const parts = ids.flatMap((id): StateResource[] => {
    const component = "tenantry:index:TenantStack";
    const parent = urn(component, id);
    const namespace = urn(`${component}$kubernetes:core/v1:Namespace`, `${id}-namespace`);
    const workload = urn(`${component}$tenantry:index:Dashboard`, `${id}-dashboard`);
    return [
      { urn: parent, custom: false, type: component, parent: root },
      {
        urn: namespace,
        custom: true,
        id: `tenant-${id}`,
        type: "kubernetes:core/v1:Namespace",
        parent,
        provider: reference,
        ...(tenants.includes(`${id}*`) ? { protect: true } : {}),
        ...(guardrails.length === 0 ? {} : { dependencies: guardrails }),
        propertyDependencies: { metadata: guardrails, spec: null },
      },
      { urn: workload, custom: false, type: "tenantry:index:Dashboard", parent },
      {
        urn: urn(`${component}$tenantry:index:Dashboard$${random}`, `${id}-key`),
        custom: true,
        id: "none",
        type: random,
        parent: workload,
        provider: reference,
        outputs: { result: secretOf(`"hush ${id}"`) },
        dependencies: [namespace, ...guardrails],
        deletedWith: namespace,
      },
    ];
  });
  const counted = parts.length + guardrails.length + (recorded ? 2 : 0);
  const outputs = {
    tenants: Object.fromEntries(ids.map((id) => [id, { namespace: `tenant-${id}` }])),
    protectedTenants: tenants.filter((tenant) => tenant.endsWith("*")).map((tenant) => tenant.slice(0, -1)),
    fleet: { platform: "v1", ...(recorded ? { finished: { fingerprint: "old", resources: counted } } : {}) },
  };
  const resources: StateResource[] = [
    { urn: root, custom: false, type: "pulumi:pulumi:Stack", outputs },
    ...(recorded
      ? [{ urn: update, custom: false, type: "tenantry:index:Update", inputs: { fingerprint: "old" }, parent: root }]
      : []),
    {
      urn: provider,
      custom: true,
      id: `id-of-${name}`,
      type: "pulumi:providers:kubernetes",
      parent: root,
      inputs: { clusterIdentifier: cluster },
      ...(recorded ? { dependencies: [update] } : {}),
    },
    ...guardrails.map((one) => {
      const type = "kubernetes:core/v1:ConfigMap";
      return { urn: one, custom: true, id: "guardrail", type, parent: root, provider: reference };
    }),
    ...parts,
    ...(recorded ? [mark] : []),
  ];
  return { version: 3, deployment: { secrets_providers: { key: name }, resources } };
}

/** What a killed process would say, if it could. */
export class Killed extends Error {}

/** States by stack, as the backend has them: encrypted. */
export class PretendedPulumi {
  readonly states = new Map<string, string>();
  /** What the CLI was asked for, such as `import prod-c000`. */
  readonly calls: string[] = [];
  /** Stacks that somebody works on. */
  readonly locked = new Set<string>();
  /** Called before a state is written; may throw, or change what is there. */
  beforeWrite: (stack: string) => void = () => undefined;

  constructor(states: Readonly<Record<string, StateDocument>>) {
    for (const [stack, document] of Object.entries(states)) this.put(stack, document);
  }

  /** Replaces a state, as somebody else would. */
  put(stack: string, document: StateDocument): void {
    this.states.set(stack, sealed(document));
  }

  /** A state with its secrets in clear. */
  clear(stack: string): StateDocument {
    return JSON.parse(opened(this.states.get(stack) ?? "{}")) as StateDocument;
  }

  /** Tenants of each stack. */
  tenants(): Record<string, readonly string[]> {
    return Object.fromEntries([...this.states].map(([stack, text]) => [stack, readRecorded(JSON.parse(text)).tenants]));
  }

  readonly cli = {
    ask: (args: readonly string[], options?: AskOptions) => Promise.resolve().then(() => this.#ask(args, options)),
  } as unknown as PulumiCli;

  readonly backend: Backend = {
    list: () => Promise.resolve(new Set(this.states.keys())),
    read: (stack) => {
      const text = this.states.get(stack);
      return Promise.resolve(text === undefined ? null : readRecorded(JSON.parse(text)));
    },
    locks: (stack): Promise<readonly StackLock[]> =>
      Promise.resolve(this.locked.has(stack) ? [{ file: "none", pid: 4711, host: "elsewhere", alive: true }] : []),
    removeDeadLocks: () => Promise.resolve(0),
    mend: () => undefined,
    store: null,
  };

  /** What `openFleet` finds. */
  async open(fleet: Fleet): Promise<FleetState> {
    const survey = await surveyFleet(fleet, this.backend);
    return { fleet, survey, backend: this.backend, cli: () => Promise.resolve(this.cli) };
  }

  #ask(args: readonly string[], { input = "" }: AskOptions = {}): string {
    const [, verb = "", ...rest] = args;
    const stack = verb === "init" ? (rest[0] ?? "") : (rest[1] ?? "");
    this.calls.push(`${verb} ${stack}${args.includes("--show-secrets") ? " in clear" : ""}`);
    if (verb === "export") {
      const text = this.states.get(stack) ?? "";
      return args.includes("--show-secrets") ? opened(text) : text;
    }
    this.beforeWrite(stack);
    if (this.locked.has(stack)) throw new Error("the stack is currently locked by 1 lock(s)");
    const document =
      verb === "init"
        ? { version: 3, deployment: { secrets_providers: { key: stack } } }
        : (JSON.parse(input) as StateDocument);
    assertWhole(stack, document);
    this.states.set(stack, sealed(document));
    return "";
  }
}

/** What Pulumi checks before it writes a state. */
function assertWhole(stack: string, { deployment: { resources, secrets_providers: provider } }: StateDocument): void {
  if (provider === undefined) throw new Error("attempt to encrypt value");
  const seen = new Map<string, string>();
  for (const { urn, id, parent, provider: reference = "", dependencies = [], deletedWith, ...rest } of resources ??
    []) {
    if (!urn.startsWith(`urn:pulumi:${stack}::`)) throw new Error(`${urn} is from a different stack`);
    if (seen.has(urn)) throw new Error(`duplicate resource ${urn}`);
    const properties = Object.values(rest.propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
    for (const other of [parent, deletedWith, ...dependencies, ...properties]) {
      if (other !== undefined && !seen.has(other)) throw new Error(`${urn} refers to missing ${other}`);
    }
    const at = reference.lastIndexOf("::");
    if (reference !== "" && seen.get(reference.slice(0, at)) !== reference.slice(at + 2)) {
      throw new Error(`${urn} has the unknown provider ${reference}`);
    }
    seen.set(urn, id ?? "");
  }
}

const keyOf = ({ deployment }: StateDocument): string => JSON.stringify(deployment.secrets_providers);

/** Encrypts in the way of the state's own provider. */
function sealed(document: StateDocument): string {
  const key = keyOf(document);
  return JSON.stringify(document, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || !("plaintext" in part)) return part;
    const { plaintext, ...rest } = part;
    return { ...rest, ciphertext: Buffer.from(`${key} ${String(plaintext)}`).toString("base64") };
  });
}

/** Throws where a value was encrypted by another stack. */
function opened(text: string): string {
  const key = keyOf(JSON.parse(text) as StateDocument);
  return JSON.stringify(JSON.parse(text), (_, part: unknown) => {
    if (typeof part !== "object" || part === null || !("ciphertext" in part)) return part;
    const { ciphertext, ...rest } = part;
    const clear = Buffer.from(String(ciphertext), "base64").toString();
    if (!clear.startsWith(`${key} `)) throw new Error("failed to decrypt");
    return { ...rest, plaintext: clear.slice(key.length + 1) };
  });
}
