import { badge, byId, counted, element, table } from "./dom.js";
import { data, entriesById, search } from "./model.js";

/** What two tenants reach of each other, on every plane and in both directions. */

/** Suggestions under an input; a fleet has more tenants than a list can show. */
const mostSuggestions = 20;

/** Planes on which an owner of both tenants reaches both. */
const ownerPlanes = new Set(["api", "secrets"]);

/** Makes the form work; it does nothing where there are no two tenants. */
export function startPair() {
  const form = document.getElementById("pair-form");
  if (form === null) return;
  form.hidden = false;
  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement) suggest(event.target.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [from, to] = ["pair-from", "pair-to"].map((id) => byId(id, HTMLInputElement).value.trim());
    if (location.hash === pairHash(from ?? "", to ?? "")) showPair(from ?? "", to ?? "");
    else location.hash = pairHash(from ?? "", to ?? "");
  });
  suggest("");
}

/**
 * Where the page shows a pair.
 * @param {string} from
 * @param {string} to
 */
export function pairHash(from, to) {
  return `#pair/${encodeURIComponent(from)}/${encodeURIComponent(to)}`;
}

/** @param {string} query */
function suggest(query) {
  const options = search(query)
    .slice(0, mostSuggestions)
    .map(({ tenant }) => {
      const option = document.createElement("option");
      option.value = tenant.id;
      return option;
    });
  byId("pair-ids", HTMLElement).replaceChildren(...options);
}

/**
 * Answers for two ids.
 * @param {string} from
 * @param {string} to
 */
export function showPair(from, to) {
  byId("pair-from", HTMLInputElement).value = from;
  byId("pair-to", HTMLInputElement).value = to;
  const [one, other] = [entriesById.get(from), entriesById.get(to)];
  const status = byId("pair-status", HTMLElement);
  const answer = byId("pair-answer", HTMLElement);
  byId("pair", HTMLElement).scrollIntoView();
  if (one === undefined || other === undefined || one === other) {
    const unknown = [from, to].find((id) => !entriesById.has(id));
    status.textContent =
      unknown === undefined ? "Name two different tenants." : `No tenant of this plan has the id “${unknown}”.`;
    answer.replaceChildren();
    return;
  }
  const rows = data.planes.map(({ name, claims, limits }, plane) => {
    const there = answerOn(plane, one, other);
    const back = answerOn(plane, other, one);
    const because = there.because === "" ? claims.join(" ") : there.because;
    const open = there.kind === "closed" ? back.because : "";
    return [
      element("a", { href: `#plane-${name}` }, name),
      badge(there.kind, there.text),
      badge(back.kind, back.text),
      open === "" ? because : open,
      limits.join(" "),
    ];
  });
  /** @param {readonly string[]} kinds */
  const planesOf = (kinds) =>
    data.planes
      .filter((_, plane) =>
        [answerOn(plane, one, other), answerOn(plane, other, one)].some(({ kind }) => kinds.includes(kind)),
      )
      .map(({ name }) => name);
  const open = planesOf(["open", "broken"]);
  const cut = planesOf(["cut"]).filter((name) => !open.includes(name));
  const parts = [
    ...(open.length === 0 ? [] : [`not closed on ${open.join(", ")}`]),
    ...(cut.length === 0 ? [] : [`not shown on ${cut.join(", ")}`]),
  ];
  status.textContent =
    parts.length === 0
      ? `${from} and ${to}: closed on all ${String(data.planes.length)} planes, both ways.`
      : `${from} and ${to}: ${[...parts, "closed on the other planes."].join("; ")}`;
  const head = ["Plane", `${from} → ${to}`, `${to} → ${from}`, "Why", "Not promised to any pair"];
  answer.replaceChildren(table(`${from} and ${to}, plane by plane`, head, rows));
}

/**
 * @typedef {{ kind: "closed" | "open" | "broken" | "cut", text: string, because: string }} PairAnswer
 */

/**
 * What one tenant reaches of another on one plane.
 * @param {number} plane
 * @param {import("./model.js").Entry} from
 * @param {import("./model.js").Entry} to
 * @returns {PairAnswer}
 */
function answerOn(plane, from, to) {
  const name = data.planes[plane]?.name ?? "";
  const pair = [from.index, to.index];
  // One tenant's fault towards a third says nothing about these two; a fault towards nobody in particular does.
  const broken = [...new Set([...from.violations, ...to.violations])].filter(
    ([of, tenant, other]) => of === plane && pair.includes(tenant) && (other === -1 || pair.includes(other)),
  );
  if (broken.length > 0) {
    const because = broken.map(([, tenant, , reason]) => `${data.tenants[tenant]?.id ?? ""} ${reason}.`).join(" ");
    return { kind: "broken", text: "broken", because };
  }
  const ports = from.out.get(to.index);
  if (name === "network" && ports !== undefined) {
    const because = `Runtime to runtime on TCP ${ports}: both records list the other with these ports. All else stays closed.`;
    return { kind: "open", text: `TCP ${ports}`, because };
  }
  const owners = from.shared.filter(([, owned]) => owned.includes(to.index)).map(([owner]) => owner);
  if (ownerPlanes.has(name) && owners.length > 0) {
    return { kind: "open", text: "owner", because: `Both records list ${owners.join(", ")} under owners.` };
  }
  const cut = (from.cut.get(plane) ?? 0) + (to.cut.get(plane) ?? 0);
  if (cut > 0) {
    const because = `Of these two, ${counted(cut, "violation")} on this plane ${cut === 1 ? "is" : "are"} left out of the page, which may be about this pair; plan --explain tells.`;
    return { kind: "cut", text: "not shown", because };
  }
  return { kind: "closed", text: "closed", because: "" };
}
