import { printable } from "../../tenants/errors.ts";
import {
  placeOfViolation,
  planeArguments,
  planes,
  type Plane,
  type Proof,
  type Violation,
} from "../../tenants/isolation.ts";
import type { EnvironmentPlan, OwnerPlan, TenantPlan } from "../../tenants/model.ts";
import { formatAmount, maximumDemand } from "../../tenants/plan/demand.ts";
import { amountOf } from "../../tenants/plan/environment.ts";
import type { Sources } from "../../tenants/sources.ts";
import { percentOf, replicaText } from "../amounts.ts";
import type { PageBar, PageData, PageTenant } from "./page-data.ts";

/** A broken fleet may have violations without end; the page has to open all the same. `--json` lists all of them. */
export const mostViolations = 20_000;

/** What the page's script reads, of a plan and its proof. */
export function pageData(plan: EnvironmentPlan, proof: Proof, sources: Sources): PageData {
  const positions = new Map<string, number>();
  for (const [index, { id }] of plan.tenants.entries()) if (!positions.has(id)) positions.set(id, index);
  const position = (id: string): number => positions.get(id) ?? -1;
  const resources = new Table<string>();
  const bars = new Table<readonly PageBar[]>();
  const tenants = plan.tenants.map((tenant) => pageTenant(tenant, bars.add(barsOf(tenant, resources))));
  return {
    environment: plan.environment,
    planes: planes.map((name) => ({
      name,
      claims: proof.steps.filter(({ plane }) => plane === name).map(({ claim }) => claim),
      limits: proof.limits.filter(({ plane }) => plane === name).map(({ text }) => text),
    })),
    resources: resources.rows,
    bars: bars.rows,
    tenants,
    edges: proof.edges.map(({ from, to, ports }) => [position(from), position(to), ports.join(", ")]),
    sharedOwners: proof.sharedOwners.map(({ owner, tenants: owned }) => [ownerText(owner), owned.map(position)]),
    violations: proof.violations.slice(0, mostViolations).map((violation) => {
      const { plane, tenant, other, reason } = violation;
      const place = placeText(placeOfViolation(plan.environment, violation, sources));
      return [
        planes.indexOf(plane),
        position(tenant),
        other === null ? -1 : position(other),
        printable(reason),
        printable(place),
      ];
    }),
    cut: cutOf(proof.violations.slice(mostViolations), position),
  };
}

/** Violations that have no row, counted for each plane and each tenant that they are about: a silent page would call them closed. */
function cutOf(violations: readonly Violation[], position: (id: string) => number): PageData["cut"] {
  const counts = new Map<string, readonly [plane: number, tenant: number, count: number]>();
  for (const { plane, tenant, other } of violations) {
    for (const id of new Set([tenant, other ?? tenant])) {
      const [on, of] = [planes.indexOf(plane), position(id)];
      const [, , count] = counts.get(`${on} ${of}`) ?? [on, of, 0];
      counts.set(`${on} ${of}`, [on, of, count + 1]);
    }
  }
  return [...counts.values()];
}

/** A place in a file, for people. */
export function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return line === 0 ? file : `${file}:${line}`;
}

/** A subject, for people. */
export function ownerText({ kind, name }: OwnerPlan): string {
  return printable(`${kind.toLowerCase()} ${name}`);
}

/** What a plane is about, with a capital. */
export function aboutPlane(plane: Plane): string {
  const { asks } = planeArguments[plane];
  return `${asks.charAt(0).toUpperCase()}${asks.slice(1)}`;
}

function pageTenant(tenant: TenantPlan, bars: number): PageTenant {
  const { network, runtime, secrets } = tenant;
  const shown = (texts: readonly string[]): readonly string[] => texts.map(printable);
  return {
    id: printable(tenant.id),
    name: printable(tenant.name),
    tier: tenant.tier,
    status: tenant.status,
    namespace: printable(tenant.namespace),
    runtime: replicaText(tenant.runtime),
    dashboard: replicaText(tenant.dashboard),
    volume: printable(`${runtime.volume.size} of class ${runtime.volume.storageClass}`),
    isProtected: tenant.protect,
    hosts: shown(tenant.route?.hosts.map(({ host }) => host) ?? []),
    owners: tenant.owners.map(ownerText),
    egress: shown(
      network.egress.map(
        ({ cidr, ports }) => `${cidr} on ${ports.map(({ protocol, port }) => `${protocol} ${port}`).join(", ")}`,
      ),
    ),
    secrets: shown([...secrets.generated.map(({ name }) => name), ...secrets.provided]),
    labels: shown(Object.entries(tenant.labels).map(([key, value]) => `${key}=${value}`)),
    bars,
  };
}

function barsOf(tenant: TenantPlan, resources: Table<string>): readonly PageBar[] {
  return maximumDemand(tenant).map(({ resource, unit, total }) => {
    const quota = amountOf(tenant.quota[resource] ?? "0", unit);
    return [resources.add(resource), formatAmount(total, unit), formatAmount(quota, unit), percentOf(total, quota)];
  });
}

/** Rows that are kept once, and found by their position. */
class Table<Row> {
  readonly rows: Row[] = [];
  readonly #positions = new Map<string, number>();

  add(row: Row): number {
    const key = JSON.stringify(row);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.rows.length);
    return this.rows.push(row) - 1;
  }
}
