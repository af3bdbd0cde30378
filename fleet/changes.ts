import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

import { isOfRecord } from "../components/record-names.ts";
import { nameOf, tenantType, typeOf } from "./recorded.ts";

/** What an operation did, or would do, to a tenant. */
export type TenantChange = "created" | "updated" | "deleted" | "unchanged";

/** What an operation did, or would do, to a stack. */
export interface StackChanges {
  /** Resources by kind of change, such as `create`; unchanged ones are left out. */
  readonly operations: Readonly<Record<string, number>>;
  readonly tenants: Readonly<Record<string, TenantChange>>;
  /** What went wrong, as the engine says it. */
  readonly errors: readonly string[];
}

/** Operations that leave a resource as it is. */
const unchanging: ReadonlySet<string> = new Set(["same", "read", "refresh", "discard"]);

/** Gathers the engine's events of one stack. */
export class ChangeLog {
  readonly #parents = new Map<string, string>();
  readonly #done = new Map<string, string>();
  /** Operation and URN: the engine tells of a component twice, when it is registered and when it has its outputs. */
  readonly #changes = new Set<string>();
  readonly #errors: string[] = [];

  /** Resources that have been changed so far. */
  get changed(): number {
    return this.#changes.size;
  }

  /** Takes one event in; deletions come before their parents, so tenants are told apart at the end. */
  add(event: EngineEvent): void {
    const { resourcePreEvent: before, resOutputsEvent: after, diagnosticEvent: diagnostic } = event;
    const metadata = before?.metadata ?? after?.metadata;
    const parent = metadata?.new?.parent ?? metadata?.old?.parent ?? "";
    if (metadata !== undefined && parent !== "") this.#parents.set(metadata.urn, parent);
    // A tenant's component has its outputs only at the end; one that is being made is made, also when the update fails before that.
    if (before !== undefined && typeOf(before.metadata.urn) === tenantType && ends.has(before.metadata.op)) {
      this.#record(before.metadata.urn, before.metadata.op);
    }
    if (after !== undefined) this.#record(after.metadata.urn, after.metadata.op);
    if (diagnostic?.severity === "error") this.#errors.push(diagnostic.message.trim());
  }

  #record(urn: string, operation: string): void {
    // The record changes with every update that has work, and the engine makes and drops default providers as it needs them.
    if (isOfRecord(urn) || isDefaultProvider(urn)) return;
    // Of a replaced resource the creation tells most, and a tenant's component is only ever made or removed.
    if (!unchanging.has(operation)) this.#changes.add(`${operation} ${urn}`);
    const known = this.#done.get(urn);
    if (known === undefined || unchanging.has(known)) this.#done.set(urn, operation);
  }

  /** What the events say together. */
  summary(): StackChanges {
    const tenants = new Map<string, TenantChange>();
    for (const [urn, operation] of this.#done) {
      const tenant = this.#tenantOf(urn);
      if (tenant === null) continue;
      const own = tenant === urn ? (ends.get(operation) ?? null) : null;
      const known = tenants.get(nameOf(tenant));
      if (own !== null) tenants.set(nameOf(tenant), own);
      else if (known === undefined || known === "unchanged") {
        tenants.set(nameOf(tenant), unchanging.has(operation) ? "unchanged" : "updated");
      }
    }
    const operations: Record<string, number> = {};
    for (const change of this.#changes) {
      const operation = change.slice(0, change.indexOf(" "));
      operations[operation] = (operations[operation] ?? 0) + 1;
    }
    return {
      operations,
      tenants: Object.fromEntries([...tenants].sort(([left], [right]) => (left < right ? -1 : 1))),
      errors: this.#errors,
    };
  }

  #tenantOf(urn: string): string | null {
    for (let step: string | undefined = urn; step !== undefined; step = this.#parents.get(step)) {
      if (typeOf(step) === tenantType) return step;
    }
    return null;
  }
}

/** What an operation on a tenant's component says about the tenant as a whole. */
const ends: ReadonlyMap<string, TenantChange> = new Map([
  ["create", "created"],
  ["delete", "deleted"],
]);

/** Whether a resource is a provider that nobody has written; Pulumi shows none of them either. */
function isDefaultProvider(urn: string): boolean {
  return typeOf(urn).startsWith("pulumi:providers:") && /^default(_|$)/.test(nameOf(urn));
}
