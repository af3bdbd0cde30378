import { barWithNumber } from "./bars.js";
import { badge, byId, counted, element, row } from "./dom.js";
import { data, openingsOf, search, violationsOf } from "./model.js";
import { link } from "./detail.js";

/** The searchable list of tenants. It shows a page of rows at a time, however many tenants there are. */

const rowsOnScreen = 50;
/** Paper has no next button; more rows than these nobody prints. */
const rowsOnPaper = 500;

let pageNumber = 0;

/** Shows the list and keeps it what the controls say. */
export function startList() {
  for (const id of ["search", "list"]) byId(id, HTMLElement).hidden = false;
  byId("no-script", HTMLElement).hidden = true;
  byId("search", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
  });
  for (const id of ["query", "filter", "order"]) {
    byId(id, HTMLElement).addEventListener("input", () => {
      pageNumber = 0;
      showList(rowsOnScreen);
    });
  }
  turns("previous", -1);
  turns("next", 1);
  addEventListener("beforeprint", () => {
    showList(rowsOnPaper);
  });
  addEventListener("afterprint", () => {
    showList(rowsOnScreen);
  });
  showList(rowsOnScreen);
}

/**
 * @param {string} id
 * @param {number} step
 */
function turns(id, step) {
  byId(id, HTMLButtonElement).addEventListener("click", () => {
    pageNumber += step;
    showList(rowsOnScreen);
  });
}

/** @param {number} size */
function showList(size) {
  const found = matching();
  const pages = Math.max(1, Math.ceil(found.length / size));
  const current = Math.min(Math.max(pageNumber, 0), pages - 1);
  if (size === rowsOnScreen) pageNumber = current;
  const shown = found.slice(current * size, (current + 1) * size);
  byId("list", HTMLTableElement).tBodies[0]?.replaceChildren(...shown.map(listRow));
  const total = counted(data.tenants.length, "tenant");
  const part = pages === 1 ? "" : `, showing ${String(current * size + 1)} to ${String(current * size + shown.length)}`;
  byId("count", HTMLElement).textContent = `${found.length.toLocaleString("en")} of ${total}${part}`;
  byId("pager", HTMLElement).hidden = pages === 1;
  byId("page-number", HTMLElement).textContent = `Page ${String(current + 1)} of ${String(pages)}`;
  setDisabled("previous", current === 0);
  setDisabled("next", current === pages - 1);
}

/**
 * `disabled` would take the focus away from whoever has just pressed the button for the last time.
 * @param {string} id
 * @param {boolean} disabled
 */
function setDisabled(id, disabled) {
  byId(id, HTMLButtonElement).setAttribute("aria-disabled", String(disabled));
}

function matching() {
  const found = search(byId("query", HTMLInputElement).value).filter(kept(byId("filter", HTMLSelectElement).value));
  switch (byId("order", HTMLSelectElement).value) {
    case "fullest":
      return found.sort((left, right) => right.fullest[1] - left.fullest[1] || left.index - right.index);
    case "openings":
      return found.sort((left, right) => openingsOf(right) - openingsOf(left) || left.index - right.index);
    default:
      return found;
  }
}

/**
 * @param {string} filter
 * @returns {(entry: import("./model.js").Entry) => boolean}
 */
function kept(filter) {
  switch (filter) {
    case "open":
      return (entry) => openingsOf(entry) > 0;
    case "broken":
      return (entry) => violationsOf(entry) > 0;
    case "suspended":
      return ({ tenant }) => tenant.status === "suspended";
    default:
      return () => true;
  }
}

/** @param {import("./model.js").Entry} entry */
function listRow(entry) {
  const { tenant, fullest } = entry;
  const [resource, percent] = fullest;
  const openings = openingsOf(entry);
  const violations = violationsOf(entry);
  return row([
    link(tenant.id),
    element("bdi", {}, tenant.name),
    tenant.tier,
    tenant.status,
    openings === 0 ? "0" : badge("open", String(openings)),
    violations === 0 ? "0" : badge("broken", String(violations)),
    resource,
    barWithNumber(percent),
  ]);
}
