import { element, table } from "./dom.js";
import { data } from "./model.js";

const svg = "http://www.w3.org/2000/svg";

/**
 * A bar on a scale of 100, for the eye only: its number stands beside it.
 * @param {number} percent
 */
export function bar(percent) {
  const drawing = document.createElementNS(svg, "svg");
  const attributes = { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" };
  for (const [name, value] of Object.entries(attributes)) drawing.setAttribute(name, value);
  drawing.setAttribute("class", percent > 100 ? "bar over" : "bar");
  drawing.append(part("track", 100), part("used", Math.min(100, percent)));
  return drawing;
}

/**
 * @param {string} name
 * @param {number} width
 */
function part(name, width) {
  const rectangle = document.createElementNS(svg, "rect");
  rectangle.setAttribute("class", name);
  rectangle.setAttribute("width", String(width));
  rectangle.setAttribute("height", "10");
  return rectangle;
}

/**
 * A bar with its number.
 * @param {number} percent
 */
export function barWithNumber(percent) {
  return element("span", { class: "with-bar" }, bar(percent), element("span", { class: "number" }, `${percent} %`));
}

/**
 * A tenant's quota against the worst case, resource by resource.
 * @param {import("../page-data.ts").PageTenant} tenant
 */
export function quotaTable({ id, bars }) {
  const rows = (data.bars[bars] ?? []).map(([resource, worstCase, quota, percent]) => [
    data.resources[resource] ?? "",
    barWithNumber(percent),
    worstCase,
    quota,
  ]);
  return table(`Quota of ${id} against its worst case`, ["Resource", "Used", "Worst case", "Quota"], rows);
}
