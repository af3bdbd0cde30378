/** States, stacks and events for the tests of `fleet/`. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

import type { Fleet, FleetStack } from "../../fleet/inventory.ts";
import type { StackReport } from "../../fleet/report.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";

/** A cell, or the environment's own stack where `cell` is `null`. */
export function stackOf(cell: number | null, tenants: readonly string[] = [], fingerprint = "now"): FleetStack {
  return { name: cell === null ? "prod" : `prod-c00${cell}`, cell, tenants, fingerprint, recorded: true };
}

/** A fleet of these stacks. */
export function fleetOf(stacks: readonly FleetStack[]): Fleet {
  const tenants = stacks.flatMap((stack) => stack.tenants).map((id) => ({ id }));
  const cells = { count: Math.max(1, stacks.length - 1), canaries: [] };
  return { plan: { environment: "prod", cells, tenants } as unknown as EnvironmentPlan, stacks };
}

/** A report of a stack that was worked on. */
export function reportOf(stack: string, change: Partial<StackReport> = {}): StackReport {
  return { stack, status: "done", reason: "changed", seconds: 1, operations: {}, tenants: {}, log: null, ...change };
}

/** URN of a resource of `prod-c001`; parents' types stand before its own. */
export function urnOf(type: string, name: string): string {
  return `urn:pulumi:prod-c001::tenantry::${type}::${name}`;
}

const component = "tenantry:index:TenantStack";

/** URN of a tenant's component. */
export const tenantUrn = (id: string): string => urnOf(component, id);

/** URN of a part of a tenant. */
export const partUrn = (id: string, role: string): string =>
  urnOf(`${component}$kubernetes:core/v1:ConfigMap`, `${id}-${role}`);

interface StateOptions {
  readonly begun?: string;
  readonly finished?: string | null;
  readonly tenants?: readonly string[];
  /** Resources that the last finished update counted, less those that are there. */
  readonly missing?: number;
  readonly pending?: number;
}

/** A state file of a cell: each tenant is its component, a workload component and a part inside that. */
export function stateOf({
  begun = "now",
  finished = "now",
  tenants = ["acme"],
  missing = 0,
  pending = 0,
}: StateOptions = {}) {
  const parts = tenants.flatMap((id) => {
    const workload = urnOf(`${component}$tenantry:index:Dashboard`, `${id}-dashboard`);
    return [
      { urn: tenantUrn(id), type: component },
      { urn: workload, type: "tenantry:index:Dashboard", parent: tenantUrn(id) },
      { urn: `${workload}-service`, type: "kubernetes:core/v1:Service", parent: workload },
    ];
  });
  const resources = parts.length + 1 + missing;
  const fleet =
    finished === null
      ? { fleet: { platform: "v1" } }
      : { fleet: { platform: "v1", finished: { fingerprint: finished, resources } } };
  return {
    version: 3,
    checkpoint: {
      latest: {
        resources: [
          { urn: urnOf("pulumi:pulumi:Stack", "tenantry-prod-c001"), type: "pulumi:pulumi:Stack", outputs: fleet },
          {
            urn: urnOf("tenantry:index:Update", "update"),
            type: "tenantry:index:Update",
            inputs: { fingerprint: begun },
          },
          { urn: urnOf("pulumi:providers:kubernetes", "cluster"), type: "pulumi:providers:kubernetes" },
          { urn: urnOf("pulumi:pulumi:StackReference", "last-update"), type: "pulumi:pulumi:StackReference" },
          ...parts,
        ],
        ...(pending === 0 ? {} : { pending_operations: Array.from({ length: pending }, () => ({ type: "creating" })) }),
      },
    },
  };
}

/** The two events of a step on a resource. */
export function step(op: string, urn: string, parent = ""): readonly EngineEvent[] {
  const state = { urn, parent };
  const metadata = { op, urn, ...(op === "delete" ? { old: state } : { new: state }) };
  return [{ resourcePreEvent: { metadata } }, { resOutputsEvent: { metadata } }] as unknown as readonly EngineEvent[];
}
