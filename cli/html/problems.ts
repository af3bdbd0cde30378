import type { Problem } from "../../tenants/errors.ts";
import { placeOfViolation, type Violation } from "../../tenants/isolation.ts";
import type { PlanInspection } from "../plan-inspection.ts";
import { placeText } from "./data.ts";
import { markup, type Insertion, type Markup } from "./markup.ts";
import { counted } from "./verdict.ts";

/** Rows of one static table; more would make the page slow to open, and stand in `--json`. */
const mostRows = 200;

/** A table of at most so many rows, which says how many it leaves out. */
export function cappedTable<Row>(
  caption: string,
  head: readonly string[],
  rows: readonly Row[],
  row: (row: Row) => readonly Insertion[],
): Markup {
  const left = rows.length - mostRows;
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${head.map((cell) => markup`<th scope="col">${cell}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, mostRows).map((each) => {
            const [first = null, ...cells] = row(each);
            return markup`<tr>
              <th scope="row">${first}</th>
              ${cells.map((cell) => markup`<td>${cell}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    ${left > 0 ? markup`<p class="note">${counted(left, "more row")} not shown here; the command with --json lists all.</p>` : null}`;
}

/** What is wrong with the configuration, and what the proof found; `null` where nothing is. */
export function problemSections({ environment, problems, proof, sources }: PlanInspection): Markup {
  const violations = proof?.violations ?? [];
  return markup`${problems.length === 0 ? null : problemSection(problems)}
  ${
    violations.length === 0
      ? null
      : markup`<section id="violations" aria-labelledby="violations-title">
          <h2 id="violations-title">Violations</h2>
          <p>What the proof found open without consent of both sides, or without a bound.</p>
          ${cappedTable(
            `${counted(violations.length, "violation")} of the isolation proof`,
            ["Tenant", "Towards", "Plane", "What is wrong", "Written in"],
            violations,
            (violation: Violation) => [
              violation.tenant,
              violation.other ?? "anybody",
              violation.plane,
              violation.reason,
              markup`<code>${placeText(placeOfViolation(environment, violation, sources))}</code>`,
            ],
          )}
        </section>`
  }`;
}

function problemSection(problems: readonly Problem[]): Markup {
  const shown = problems.slice(0, mostRows);
  const left = problems.length - shown.length;
  return markup`<section id="problems" aria-labelledby="problems-title">
    <h2 id="problems-title">Problems</h2>
    <ol class="problems">
      ${shown.map((problem) => {
        const { source, tenant, path, value, bound, remedy, rule } = problem;
        const subject = [tenant === null ? "environment" : `tenant ${tenant}`, path].filter((part) => part !== "");
        return markup`<li>
          <p><code>${placeText(source)}</code> <strong>${subject.join(" ")}</strong></p>
          <p>${value}; ${bound}.</p>
          <p>${remedy} <span class="note">[${rule}]</span></p>
        </li>`;
      })}
    </ol>
    ${left > 0 ? markup`<p class="note">${counted(left, "more problem")}; the command prints all of them.</p>` : null}
  </section>`;
}
