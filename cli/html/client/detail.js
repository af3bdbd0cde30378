import { quotaTable } from "./bars.js";
import { badge, byId, counted, element, table } from "./dom.js";
import { data, idOf } from "./model.js";

/** One tenant: what it is, whom it reaches, and how full its quota is. */

/** Others that one owner is shown with. */
const mostOwned = 20;

/**
 * Shows a tenant below the list and moves the reader there.
 * @param {import("./model.js").Entry} entry
 */
export function showTenant(entry) {
  const { tenant } = entry;
  const place = byId("tenant", HTMLElement);
  const heading = element("h3", { id: "tenant-title", tabindex: "-1" }, tenant.id);
  place.replaceChildren(
    heading,
    element("p", { class: "note" }, element("bdi", {}, tenant.name)),
    facts(tenant),
    element("h4", {}, "Whom it reaches, and who reaches it"),
    ...reach(entry),
    element("h4", {}, "Quota"),
    quotaTable(tenant),
  );
  place.hidden = false;
  heading.focus();
}

/** @param {import("./model.js").PageTenant} tenant */
function facts(tenant) {
  /** @type {readonly (readonly [string, string | readonly string[]])[]} */
  const pairs = [
    ["Tier", tenant.tier],
    ["Status", tenant.status],
    ["Namespace", tenant.namespace],
    ["Runtime pods", tenant.runtime],
    ["Dashboard pods", tenant.dashboard],
    ["Volume of each replica", tenant.volume],
    ["Protected from removal", tenant.isProtected ? "yes" : "no"],
    ["Hosts", tenant.hosts],
    ["Owners", tenant.owners],
    ["Egress to the internet", tenant.egress],
    ["Secrets (names only)", tenant.secrets],
    ["Labels", tenant.labels],
  ];
  const list = element("dl", { class: "facts" });
  for (const [term, value] of pairs) {
    const values = typeof value === "string" ? [value] : value.length === 0 ? ["none"] : value;
    const definitions = values.map((text) => element("dd", {}, element("bdi", {}, text)));
    list.append(element("div", {}, element("dt", {}, term), ...definitions));
  }
  return list;
}

/**
 * Everything that is not closed; one sentence where nothing is.
 * @param {import("./model.js").Entry} entry
 */
function reach({ index, tenant, out, into, shared, violations, cut }) {
  const rows = [
    ...violations.map(([plane, from, to, reason, place]) => [
      badge("broken", "violation"),
      data.planes[plane]?.name ?? "",
      from === index ? (to === -1 ? "anybody" : link(idOf(to))) : link(idOf(from)),
      `${idOf(from)} ${reason} (${place})`,
    ]),
    ...[...cut].map(([plane, count]) => [
      badge("cut", "not shown"),
      data.planes[plane]?.name ?? "",
      "not shown",
      `${counted(count, "more violation")} that this page has no room for; plan --json lists all`,
    ]),
    ...[...out].map(([other, ports]) => [
      badge("open", "reaches"),
      "network",
      link(idOf(other)),
      `runtime to runtime on TCP ${ports}, by consent of both records`,
    ]),
    ...[...into].map(([other, ports]) => [
      badge("open", "is reached by"),
      "network",
      link(idOf(other)),
      `runtime to runtime on TCP ${ports}, by consent of both records`,
    ]),
    ...shared.map(([owner, owned]) => [
      badge("open", "shares an owner"),
      "api, secrets",
      counted(owned.length - 1, "other tenant"),
      `${owner} also owns ${others(owned, index)}`,
    ]),
  ];
  if (rows.length === 0) {
    const text = `Closed on all ${String(data.planes.length)} planes: it reaches no other tenant, and none reaches it`;
    return [element("p", {}, badge("closed", "closed"), ` ${text}`, ...butForLimits())];
  }
  return [
    table(`What is not closed between ${tenant.id} and others`, ["Verdict", "Plane", "Other", "What"], rows),
    cut.size > 0
      ? element("p", {}, "Where something is not shown, nothing is known to be closed.")
      : element("p", {}, "Everything else is closed to every other tenant", ...butForLimits()),
  ];
}

/** A level of isolation has limits, and whoever reads "closed" has to hear of them. */
function butForLimits() {
  return [", but for ", element("a", { href: "#planes" }, "what no plane promises"), "."];
}

/**
 * @param {readonly number[]} owned
 * @param {number} self
 */
function others(owned, self) {
  const ids = owned.filter((index) => index !== self).map(idOf);
  const left = ids.length - mostOwned;
  return left > 0 ? `${ids.slice(0, mostOwned).join(", ")} and ${left.toLocaleString("en")} more` : ids.join(", ");
}

/**
 * A link to a tenant of this page.
 * @param {string} id
 */
export function link(id) {
  return element("a", { href: `#tenant/${encodeURIComponent(id)}` }, id);
}
