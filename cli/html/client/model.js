import { byId } from "./dom.js";

/** What the page knows, with the ways to find it. All of it grows with tenants and openings, nothing with pairs. */

/** @typedef {import("../page-data.ts").PageData} PageData */
/** @typedef {import("../page-data.ts").PageTenant} PageTenant */
/** @typedef {import("../page-data.ts").PageViolation} PageViolation */

/**
 * One tenant with what concerns it.
 * @typedef {object} Entry
 * @property {number} index
 * @property {PageTenant} tenant
 * @property {string} text Lower case; what the search looks into.
 * @property {Map<number, string>} out Ports by the tenant that is reached.
 * @property {Map<number, string>} into Ports by the tenant that reaches it.
 * @property {(readonly [string, readonly number[]])[]} shared Owners of this and other tenants.
 * @property {PageViolation[]} violations
 * @property {Map<number, number>} cut How many more violations there are that the page has no row for, by plane.
 * @property {readonly [resource: string, percent: number]} fullest
 */

/** @type {unknown} */
const parsed = JSON.parse(byId("data", HTMLScriptElement).textContent);

export const data = /** @type {PageData} */ (parsed);

/** @type {readonly Entry[]} */
export const entries = data.tenants.map((tenant, index) => {
  /** @type {readonly [string, number]} */
  let fullest = ["", 0];
  for (const [resource, , , percent] of data.bars[tenant.bars] ?? []) {
    if (percent > fullest[1]) fullest = [data.resources[resource] ?? "", percent];
  }
  const { id, name, tier, status, namespace, hosts, owners, egress, labels } = tenant;
  const text = [id, name, tier, status, namespace, ...hosts, ...owners, ...egress, ...labels].join("\n").toLowerCase();
  return { index, tenant, text, out: new Map(), into: new Map(), shared: [], violations: [], cut: new Map(), fullest };
});

/** The first tenant of an id. @type {ReadonlyMap<string, Entry>} */
export const entriesById = new Map([...entries].reverse().map((entry) => [entry.tenant.id, entry]));

for (const [from, to, ports] of data.edges) {
  entries[from]?.out.set(to, ports);
  entries[to]?.into.set(from, ports);
}
for (const shared of data.sharedOwners) for (const index of shared[1]) entries[index]?.shared.push(shared);
for (const violation of data.violations) {
  const [, tenant, other] = violation;
  entries[tenant]?.violations.push(violation);
  if (other !== tenant) entries[other]?.violations.push(violation);
}

for (const [plane, tenant, count] of data.cut) entries[tenant]?.cut.set(plane, count);

/**
 * How many violations a tenant has, shown or not.
 * @param {Entry} entry
 */
export function violationsOf({ violations, cut }) {
  return [...cut.values()].reduce((sum, count) => sum + count, violations.length);
}

/**
 * How many openings a tenant has: tenants it reaches or is reached by, and owners that it shares.
 * @param {Entry} entry
 */
export function openingsOf({ out, into, shared }) {
  return new Set([...out.keys(), ...into.keys()]).size + shared.length;
}

/**
 * Id of a tenant by its position.
 * @param {number} index
 */
export function idOf(index) {
  return data.tenants[index]?.id ?? "";
}

/**
 * Tenants in which every word of the query occurs.
 * @param {string} query
 */
export function search(query) {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  return entries.filter(({ text }) => words.every((word) => text.includes(word)));
}
