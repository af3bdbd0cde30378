import type { Proof } from "../../tenants/isolation.ts";
import { matrixOf, type MatrixPlane, type Opening } from "../plan-matrix.ts";
import { aboutPlane } from "./data.ts";
import { markup, type Insertion, type Markup } from "./markup.ts";
import { cappedTable } from "./problems.ts";
import { counted } from "./verdict.ts";

/** Tenants that one owner is shown with. */
const mostOwned = 20;

/** What each plane is about, why it is closed, what is open on it, and what it does not promise. */
export function planesSection(proof: Proof): Markup {
  const matrix = matrixOf(proof);
  return markup`<section id="planes" aria-labelledby="planes-title">
    <h2 id="planes-title">Planes</h2>
    ${cappedTable(
      "On every plane all directions are closed but for the openings",
      ["Plane", "About", "Openings", "Violations", "Verdict"],
      matrix,
      (entry) => [
        markup`<a href="#plane-${entry.plane}">${entry.plane}</a>`,
        aboutPlane(entry.plane),
        entry.openings.length.toLocaleString("en"),
        entry.violations.length.toLocaleString("en"),
        badge(entry),
      ],
    )}
    ${matrix.map((entry) => planeDetails(entry, proof))}
  </section>`;
}

function badge({ openings, violations }: MatrixPlane): Markup {
  if (violations.length > 0) return markup`<span class="badge broken">✕ broken</span>`;
  if (openings.length > 0) return markup`<span class="badge open">◆ open by consent</span>`;
  return markup`<span class="badge closed">✓ closed</span>`;
}

function planeDetails(entry: MatrixPlane, { steps }: Proof): Markup {
  const { plane, openings, violations, limits } = entry;
  const count = [
    openings.length === 0 ? null : counted(openings.length, "opening"),
    violations.length === 0 ? null : counted(violations.length, "violation"),
  ].filter((part) => part !== null);
  return markup`<details id="plane-${plane}" class="plane" ${openings.length + violations.length > 0 ? "open" : ""}>
    <summary>
      <h3>${plane}</h3>
      ${badge(entry)} <span class="note">${count.join(", ")}</span>
    </summary>
    <div class="columns">
      <div>
        <h4>Why it is closed</h4>
        <dl class="steps">
          ${steps
            .filter((step) => step.plane === plane)
            .map(
              ({ claim, because }) =>
                markup`<dt>${claim}</dt>
                  <dd>${because}</dd>`,
            )}
        </dl>
      </div>
      <div class="limits">
        <h4>What is not promised</h4>
        <ul>
          ${limits.map((limit) => markup`<li>${limit}</li>`)}
        </ul>
      </div>
    </div>
    ${
      openings.length === 0
        ? null
        : cappedTable(`Openings on the plane ${plane}`, ["From", "To", "What is open"], openings, openingRow)
    }
    ${violations.length === 0 ? null : markup`<p><a href="#violations">${counted(violations.length, "violation")}</a></p>`}
  </details>`;
}

function openingRow(opening: Opening): readonly Insertion[] {
  switch (opening.kind) {
    case "peers":
      return [opening.from, opening.to, `runtime to runtime on TCP ${opening.ports.join(", ")}`];
    case "owner": {
      const shown = opening.tenants.slice(0, mostOwned).join(", ");
      const left = opening.tenants.length - mostOwned;
      return [opening.owner, left > 0 ? `${shown} and ${left.toLocaleString("en")} more` : shown, "owns all of these"];
    }
    default:
      return opening satisfies never;
  }
}
