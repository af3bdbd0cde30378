import { planes, type Plane, type Proof } from "../../tenants/isolation.ts";
import type { TenantPlan } from "../../tenants/model.ts";
import { matrixOf, squareUpTo } from "../plan-matrix.ts";
import { markup, type Markup } from "./markup.ts";
import { counted } from "./verdict.ts";

/** What stands in a cell on one plane. */
interface Mark {
  readonly kind: "open" | "broken";
  readonly text: string;
}

type Marks = ReadonlyMap<Plane, Mark>;

const signs: Readonly<Record<Mark["kind"] | "closed", string>> = { closed: "·", open: "◆", broken: "✕" };

/** Who reaches whom: a square for a small fleet, openings and the search for a large one. Its size never grows with the pairs of those. */
export function matrixSection(proof: Proof, tenants: readonly TenantPlan[]): Markup {
  const square = tenants.length > 0 && tenants.length <= squareUpTo;
  return markup`<section id="matrix" aria-labelledby="matrix-title">
    <h2 id="matrix-title">Who reaches whom</h2>
    ${square ? squareTable(proof, tenants) : largeFleet(proof, tenants.length)}
  </section>`;
}

function largeFleet({ pairs, edges, sharedOwners, violations }: Proof, count: number): Markup {
  if (count === 0) return markup`<p>No tenants, so nobody reaches anybody.</p>`;
  const others = [
    counted(edges.length, "opening on the network", "openings on the network"),
    counted(sharedOwners.length, "owner of several tenants", "owners of several tenants"),
    ...(violations.length === 0 ? [] : [counted(violations.length, "violation")]),
  ];
  return markup`<p>
    ${counted(count, "tenant")} make ${counted(pairs, "direction")}, too many for a square. All are closed on every plane but for
    ${others.join(", ")}. They stand with their <a href="#planes">planes</a> and with each
    <a href="#tenants">tenant</a>; <a href="#pair">ask about two tenants</a> for one pair.
  </p>`;
}

function squareTable(proof: Proof, tenants: readonly TenantPlan[]): Markup {
  const cells = marksOf(proof);
  const ids = tenants.map(({ id }) => id);
  const caption = "Rows reach columns. One sign for each plane";
  return markup`<ul class="legend">
      <li><span class="sign" aria-hidden="true">${signs.closed}</span> closed</li>
      <li class="open"><span class="sign" aria-hidden="true">${signs.open}</span> open by consent of both</li>
      <li class="broken"><span class="sign" aria-hidden="true">${signs.broken}</span> violation</li>
      <li>signs from the left: ${planes.join(", ")}</li>
    </ul>
    <div class="scroll" role="region" aria-label="Who reaches whom" tabindex="0">
      <table class="matrix">
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">from \\ to</th>
            ${ids.map((id) => markup`<th scope="col" class="to"><span>${id}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${ids.map(
            (from) =>
              markup`<tr>
                <th scope="row"><a href="#tenant/${from}">${from}</a></th>
                ${ids.map((to) => cell(from, to, cells.get(cellKey(from, to)) ?? new Map()))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function cell(from: string, to: string, marks: Marks): Markup {
  const self = from === to;
  if (marks.size === 0) {
    const text = self ? "itself" : "closed";
    const shown = self ? "–" : signs.closed.repeat(planes.length);
    return markup`<td class="${self ? "self" : "closed"}" data-pair="${self ? "" : `${from}/${to}`}">
      <span class="signs" aria-hidden="true">${shown}</span><span class="unseen">${text}</span>
    </td>`;
  }
  const kind = [...marks.values()].some((mark) => mark.kind === "broken") ? "broken" : "open";
  const drawn = planes.map((plane) => {
    const mark = marks.get(plane);
    return mark === undefined ? signs.closed : markup`<b class="${mark.kind}">${signs[mark.kind]}</b>`;
  });
  const texts = [...new Set([...marks.values()].map((mark) => mark.text))];
  const on = (text: string): string =>
    [...marks].flatMap(([plane, mark]) => (mark.text === text ? plane : [])).join(", ");
  const text = texts.map((each) => `${on(each)}: ${each}`).join("; ");
  return markup`<td class="${kind}" data-pair="${self ? "" : `${from}/${to}`}">
    <a href="${self ? `#tenant/${from}` : `#pair/${from}/${to}`}"
      ><span class="signs" aria-hidden="true">${drawn}</span><span class="what">${text}</span></a
    >
  </td>`;
}

/** Every cell with something in it. A violation wins over an opening; one towards nobody in particular stands on the diagonal. */
function marksOf(proof: Proof): ReadonlyMap<string, Marks> {
  const cells = new Map<string, Map<Plane, Mark>>();
  const set = (from: string, to: string, plane: Plane, mark: Mark): void => {
    const marks = cells.get(cellKey(from, to)) ?? new Map<Plane, Mark>();
    cells.set(cellKey(from, to), marks.set(plane, mark));
  };
  for (const { plane, openings, violations } of matrixOf(proof)) {
    for (const opening of openings) {
      if (opening.kind === "peers") {
        set(opening.from, opening.to, plane, { kind: "open", text: opening.ports.join(", ") });
        continue;
      }
      for (const from of opening.tenants) {
        for (const to of opening.tenants) if (from !== to) set(from, to, plane, { kind: "open", text: "owner" });
      }
    }
    for (const { tenant, other } of violations) set(tenant, other ?? tenant, plane, { kind: "broken", text: "broken" });
  }
  return cells;
}

function cellKey(from: string, to: string): string {
  return `${from} ${to}`;
}
