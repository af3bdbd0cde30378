import { showTenant } from "./detail.js";
import { byId } from "./dom.js";
import { startList } from "./list.js";
import { entriesById } from "./model.js";
import { pairHash, showPair, startPair } from "./pair.js";

/** Starts the page. Which tenant or pair is shown stands in the address, so that a link leads back to it. */

const themeKey = "tenantry-theme";

/** Style follows the choice by itself; this remembers it where the browser lets a page remember anything. */
function startTheme() {
  try {
    const kept = localStorage.getItem(themeKey) ?? "";
    const choice = document.getElementById(`theme-${kept}`);
    if (choice instanceof HTMLInputElement) choice.checked = true;
  } catch {
    // Not in a private window, nor for a file in some browsers.
  }
  document.querySelector("fieldset.theme")?.addEventListener("change", (event) => {
    try {
      if (event.target instanceof HTMLInputElement) localStorage.setItem(themeKey, event.target.value);
    } catch {
      // The choice lasts as long as the page then.
    }
  });
}

/** Shows what the address names. */
function follow() {
  const [kind, ...parts] = location.hash.slice(1).split("/").map(decoded);
  const [first = "", second = ""] = parts;
  if (kind === "tenant" && first !== "") {
    const entry = entriesById.get(first);
    if (entry !== undefined) showTenant(entry);
    else byId("count", HTMLElement).textContent = `No tenant of this plan has the id “${first}”.`;
  }
  if (kind === "pair" && first !== "") showPair(first, second);
  const target = document.getElementById(kind ?? "");
  if (target instanceof HTMLDetailsElement) target.open = true;
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A closed cell of the square is no link, for there would be hundreds to tab through; the form asks the same. */
function startSquare() {
  document.querySelector("table.matrix")?.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.target.closest("a") !== null) return;
    const pair = event.target.closest("td")?.dataset["pair"] ?? "";
    const [from = "", to = ""] = pair.split("/");
    if (to !== "") location.hash = pairHash(from, to);
  });
}

startTheme();
startList();
startPair();
startSquare();
addEventListener("hashchange", follow);
// A second press on the same link changes no address.
document.addEventListener("click", ({ target }) => {
  const link = target instanceof Element ? target.closest("a") : null;
  if (link !== null && link.hash === location.hash) follow();
});
follow();
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
