/** Making and finding elements. Text goes in as text only: the page's policy refuses anything else. */

/**
 * @typedef {Node | string | null} Child
 */

/**
 * An element that stands in the page.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${kind.name} #${id}`);
}

/**
 * A new element with attributes and content.
 * @param {string} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly Child[]} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * A table whose first column names its rows.
 * @param {string} caption
 * @param {readonly string[]} head
 * @param {readonly (readonly Child[])[]} rows
 */
export function table(caption, head, rows) {
  const scroll = element(
    "div",
    { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" },
    element(
      "table",
      {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)))),
      element("tbody", {}, ...rows.map(row)),
    ),
  );
  return scroll;
}

/**
 * A table's row; its first cell names it.
 * @param {readonly Child[]} cells
 */
export function row(cells) {
  const [first = null, ...rest] = cells;
  return element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => element("td", {}, cell)));
}

/**
 * `1 tenant`, `2 tenants`.
 * @param {number} count
 * @param {string} one
 */
export function counted(count, one) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : `${one}s`}`;
}

/**
 * A sign with its word: never colour alone.
 * @param {"closed" | "open" | "broken" | "cut"} kind
 * @param {string} text
 */
export function badge(kind, text) {
  const sign = { closed: "✓", open: "◆", broken: "✕", cut: "?" }[kind];
  return element("span", { class: `badge ${kind}` }, `${sign} ${text}`);
}
