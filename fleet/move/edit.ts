import {
  finishedKey,
  fleetOutput,
  isCounted,
  isOfRecord,
  protectedOutput,
  tenantsOutput,
  updateName,
  updateType,
} from "../../components/record-names.ts";
import {
  resourcesOf,
  rootType,
  tenantsIn,
  withResources,
  type StateDocument,
  type StateResource,
} from "./deployment.ts";
import { inStack, urnIn } from "./urns.ts";

/** Stands where a fingerprint would: what the state holds is whole, and no update has made it like this, so the next one has work. */
export const movedFingerprint = "moved";

/** A tenant on its way from one stack to another. */
export interface Parcel {
  readonly tenant: string;
  readonly from: string;
  readonly parts: readonly StateResource[];
  /** Providers that its parts name; a stack that has none gets a copy. */
  readonly providers: readonly StateResource[];
  /** What the stack's outputs say of it; `undefined` where no update of that stack has ended well with it. */
  readonly output: unknown;
  readonly isProtected: boolean;
  /** How its stack encrypts, for a stack that has nothing to say about it yet. */
  readonly secretsProvider: unknown;
}

/** Packs a tenant of a state; `null` where the state has no such tenant. */
export function pack(document: StateDocument, from: string, tenant: string): Parcel | null {
  const parts = tenantsIn(document).get(tenant);
  if (parts === undefined) return null;
  const named = new Set(parts.map(({ provider }) => provider));
  const { outputs = {} } = rootOf(document) ?? {};
  return {
    tenant,
    from,
    parts,
    providers: resourcesOf(document).filter(({ urn, id }) => named.has(`${urn}::${id}`)),
    output: recordIn(outputs[tenantsOutput])[tenant],
    isProtected: listIn(outputs[protectedOutput]).includes(tenant),
    secretsProvider: document.deployment.secrets_providers,
  };
}

/** Where tenants arrive. */
export interface Destination {
  readonly name: string;
  readonly project: string;
  /** Whether its updates leave a record of what they made; those of a single stack do not. */
  readonly recorded: boolean;
}

/** The state of a stack with some more tenants in it. Throws where it has one of them already. */
export function arrive(document: StateDocument, to: Destination, parcels: readonly Parcel[]): StateDocument {
  const present = tenantsIn(document);
  const twice = parcels.find(({ tenant }) => present.has(tenant));
  if (twice !== undefined) throw new Error(`${to.name} already has ${twice.tenant}`);
  const root = rootOf(document) ?? {
    urn: urnIn(to.name, to.project, rootType, `${to.project}-${to.name}`),
    custom: false,
    type: rootType,
  };
  const others = resourcesOf(document).filter((resource) => resource !== root);
  const update = others.some(({ type }) => type === updateType) || !to.recorded ? [] : [updateOf(root, to)];
  const made: StateResource[] = [root, ...update, ...others];
  const known = new Map(made.filter((one) => one.delete !== true).map((resource) => [resource.urn, resource]));
  for (const parcel of parcels) made.push(...unpack(known, root.urn, to.name, parcel));
  const { outputs = {} } = root;
  const guarded = listIn(outputs[protectedOutput]);
  const changed = {
    ...outputs,
    [tenantsOutput]: {
      ...recordIn(outputs[tenantsOutput]),
      ...Object.fromEntries(parcels.flatMap(({ tenant, output }) => (output === undefined ? [] : [[tenant, output]]))),
    },
    [protectedOutput]: [...guarded, ...parcels.flatMap(({ tenant, isProtected }) => (isProtected ? [tenant] : []))],
  };
  const provider = document.deployment.secrets_providers ?? parcels[0]?.secretsProvider;
  const arrived = withResources(document, marked(made, root.urn, changed));
  return { ...arrived, deployment: { ...arrived.deployment, secrets_providers: provider } };
}

/** The state of a stack without some of its tenants. */
export function leave(document: StateDocument, tenants: readonly string[]): StateDocument {
  const root = rootOf(document);
  if (root === undefined) return document;
  const all = tenantsIn(document);
  const gone = new Set(tenants.flatMap((tenant) => all.get(tenant) ?? []));
  const staying = resourcesOf(document).filter((resource) => !gone.has(resource));
  const urns = new Set(staying.map(({ urn }) => urn));
  const { outputs = {} } = root;
  // An update that failed may have promised tenants that it never came to make; they are nowhere, so nothing of theirs stays.
  const stays = (tenant: string): boolean => all.has(tenant) && !tenants.includes(tenant);
  const made = Object.entries(recordIn(outputs[tenantsOutput])).filter(([tenant]) => stays(tenant));
  const changed = {
    ...outputs,
    ...(tenantsOutput in outputs ? { [tenantsOutput]: Object.fromEntries(made) } : {}),
    ...(protectedOutput in outputs
      ? { [protectedOutput]: listIn(outputs[protectedOutput]).filter((tenant) => stays(String(tenant))) }
      : {}),
  };
  const cut = staying.map((resource) => linked(resource, (urn) => (urns.has(urn) ? urn : null)));
  return withResources(document, marked(cut, root.urn, changed));
}

/** The state of a stack that is not needed any more. Throws where it holds anything beside the engine's own book-keeping. */
export function emptied(document: StateDocument): StateDocument {
  const left = resourcesOf(document).filter(({ type, urn }) => isCounted(type) && !isOfRecord(urn));
  if (left.length > 0) throw new Error(`it still holds ${left.length} resources, such as ${left[0]?.urn ?? ""}`);
  return withResources(document, []);
}

function rootOf(document: StateDocument): StateResource | undefined {
  return resourcesOf(document).find(({ type }) => type === rootType);
}

function updateOf(root: StateResource, { name, project }: Destination): StateResource {
  const urn = urnIn(name, project, updateType, updateName);
  return { urn, custom: false, type: updateType, inputs: { fingerprint: movedFingerprint }, parent: root.urn };
}

/** With the root's new outputs; and where the stack keeps a record, one that says what is there and that no update has made it. */
function marked(
  resources: readonly StateResource[],
  root: string,
  outputs: Readonly<Record<string, unknown>>,
): readonly StateResource[] {
  const recorded = resources.some(({ type }) => type === updateType);
  const count = resources.filter(({ type }) => isCounted(type)).length;
  const finished = { [finishedKey]: { fingerprint: movedFingerprint, resources: count } };
  const fleet = recorded ? { [fleetOutput]: { ...recordIn(outputs[fleetOutput]), ...finished } } : {};
  return resources.map((resource) => {
    if (resource.urn === root) return { ...resource, outputs: { ...outputs, ...fleet } };
    if (resource.type !== updateType) return resource;
    return { ...resource, inputs: { ...resource.inputs, fingerprint: movedFingerprint } };
  });
}

/** A tenant's resources as they are in the other stack, after copies of the providers that it does not have, which it then knows. */
function unpack(
  known: Map<string, StateResource>,
  root: string,
  to: string,
  { from, parts, providers }: Parcel,
): readonly StateResource[] {
  const references = new Map<string, string>();
  const copies: StateResource[] = [];
  for (const provider of providers) {
    const urn = inStack(provider.urn, from, to);
    const there = known.get(urn);
    if (there !== undefined) assertSameCluster(provider, there);
    const copy = there ?? { ...linked(provider, () => null), urn, parent: root };
    if (there === undefined) {
      copies.push(copy);
      known.set(urn, copy);
    }
    references.set(`${provider.urn}::${provider.id}`, `${urn}::${copy.id}`);
  }
  const inside = new Set(parts.map(({ urn }) => urn));
  const moved = parts.map((part): StateResource => {
    // What it depended on outside stays behind; the next update of the other stack says what it depends on there.
    const resource = linked(part, (urn) => (inside.has(urn) ? inStack(urn, from, to) : null));
    const parent = inside.has(part.parent ?? "") ? inStack(part.parent ?? "", from, to) : root;
    const provider = references.get(part.provider ?? "");
    return { ...resource, urn: inStack(part.urn, from, to), parent, ...(provider === undefined ? {} : { provider }) };
  });
  return [...copies, ...moved];
}

/** A provider of another cluster would make the tenant anew there. */
function assertSameCluster(mine: StateResource, theirs: StateResource): void {
  const [one, other] = [mine, theirs].map(({ inputs }) => inputs?.["clusterIdentifier"]);
  if (one !== other) throw new Error(`its provider is of another cluster (${String(other)}) than that of ${mine.urn}`);
}

/** A resource whose links to others are given anew; a link for which there is `null` goes. */
function linked(resource: StateResource, link: (urn: string) => string | null): StateResource {
  const { dependencies, propertyDependencies, deletedWith, replaceWith, ...rest } = resource;
  const links = (urns: readonly string[]): string[] => urns.flatMap((urn) => link(urn) ?? []);
  const some = (key: string, urns: readonly string[] | undefined) => {
    const kept = links(urns ?? []);
    return kept.length === 0 ? {} : { [key]: kept };
  };
  const together = deletedWith === undefined ? null : link(deletedWith);
  return {
    ...rest,
    ...some("dependencies", dependencies),
    ...(propertyDependencies === undefined
      ? {}
      : {
          propertyDependencies: Object.fromEntries(
            Object.entries(propertyDependencies).map(([key, urns]) => [key, urns === null ? null : links(urns)]),
          ),
        }),
    ...(together === null ? {} : { deletedWith: together }),
    ...some("replaceWith", replaceWith),
  };
}

/** Key of what Pulumi writes for a secret. */
const signature = "4dabf18193072939515e22adb298388d";

function recordIn(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && signature in value) throw new Error("its outputs are secret");
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
