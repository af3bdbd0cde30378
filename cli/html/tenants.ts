import { mostViolations } from "./data.ts";
import { markup, type Markup } from "./markup.ts";
import { counted } from "./verdict.ts";

/** The search, the list and the question about two tenants; the page's script fills them from its data. */
export function tenantsSection(count: number, violations: number, command: string): Markup {
  return markup`<section id="tenants" aria-labelledby="tenants-title">
      <h2 id="tenants-title">Tenants</h2>
      <p id="no-script" class="note">
        The list and the search need this page's own script, which does not run here. Everything else stands above.
      </p>
      ${
        violations <= mostViolations
          ? null
          : markup`<p class="note">
              The list knows ${counted(mostViolations, "violation")} of ${violations.toLocaleString("en")};
              <code>${command} --json</code> has all.
            </p>`
      }
      <form id="search" role="search" class="controls" hidden>
        <label class="wide"
          >Search
          <input
            id="query"
            type="search"
            autocomplete="off"
            spellcheck="false"
            placeholder="id, name, host, owner, label, egress"
        /></label>
        <label
          >Show
          <select id="filter">
            <option value="all">all</option>
            <option value="open">with openings</option>
            <option value="broken">with violations</option>
            <option value="suspended">suspended</option>
          </select></label
        >
        <label
          >Order
          <select id="order">
            <option value="id">id</option>
            <option value="fullest">fullest quota first</option>
            <option value="openings">most openings first</option>
          </select></label
        >
      </form>
      <p id="count" role="status" aria-live="polite"></p>
      <div class="scroll" role="region" aria-label="Tenants" tabindex="0">
        <table id="list" hidden>
          <caption>
            Tenants that match the search
          </caption>
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col">Name</th>
              <th scope="col">Tier</th>
              <th scope="col">Status</th>
              <th scope="col">Openings</th>
              <th scope="col">Violations</th>
              <th scope="col">Fullest quota</th>
              <th scope="col">In the worst case</th>
            </tr>
          </thead>
          <tbody></tbody>
        </table>
      </div>
      <div id="pager" class="controls" hidden>
        <button type="button" id="previous">Previous</button>
        <span id="page-number"></span>
        <button type="button" id="next">Next</button>
      </div>
      <div id="tenant" class="card" hidden></div>
    </section>
    ${count < 2 ? null : pairSection(command)}`;
}

function pairSection(command: string): Markup {
  return markup`<section id="pair" aria-labelledby="pair-title">
    <h2 id="pair-title">Two tenants</h2>
    <form id="pair-form" class="controls" hidden>
      <label>From <input id="pair-from" list="pair-ids" autocomplete="off" spellcheck="false" /></label>
      <label>To <input id="pair-to" list="pair-ids" autocomplete="off" spellcheck="false" /></label>
      <datalist id="pair-ids"></datalist>
      <button type="submit">Ask</button>
    </form>
    <p id="pair-status" role="status" aria-live="polite"></p>
    <div id="pair-answer"></div>
    <p class="note">
      In prose, with the rule that denies each question: <code>${command} --explain &lt;from&gt; &lt;to&gt;</code>
    </p>
  </section>`;
}
