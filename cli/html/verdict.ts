import type { Proof } from "../../tenants/isolation.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";
import { percentOf } from "../amounts.ts";
import type { PlanInspection } from "../plan-inspection.ts";
import { leftOutSentences } from "../plan-left-out.ts";
import { markup, type Markup } from "./markup.ts";

/** `1 tenant`, `2 tenants`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** Whether isolation holds, in one sentence, and the numbers behind it. */
export function verdictSection({ plan, proof, problems, leftOut }: PlanInspection): Markup {
  const broken =
    problems.length === 0
      ? null
      : markup`<p>
          <strong>${counted(problems.length, "problem")} in the configuration.</strong> Nothing is created until
          ${problems.length === 1 ? "it is" : "they are"} mended. <a href="#problems">Every problem</a>
        </p>`;
  if (plan === null || proof === null) {
    return banner(
      "bad",
      "No plan",
      markup`<p>The environment's settings cannot be read, so nothing can be proven.</p>`,
      [broken],
    );
  }
  const good = proof.holds && problems.length === 0;
  const title = proof.holds ? "Isolation holds" : "Isolation does not hold";
  const gaps = leftOutSentences(leftOut).map((gap) => markup`<p>${gap}</p>`);
  return markup`${banner(good ? "good" : "bad", title, markup`<p>${sentence(proof)}</p>`, [...gaps, broken])} ${numbers(plan, proof)}`;
}

function banner(tone: "good" | "bad", title: string, text: Markup, more: readonly (Markup | null)[]): Markup {
  return markup`<section id="verdict" class="banner ${tone}" aria-labelledby="verdict-title">
    <span class="sign" aria-hidden="true">${tone === "good" ? "✓" : "✕"}</span>
    <div>
      <h2 id="verdict-title">${title}</h2>
      ${text} ${more}
    </div>
  </section>`;
}

function sentence({ pairs, edges, sharedOwners, violations, covered }: Proof): string {
  const broken = [...new Set(violations.map(({ plane }) => plane))].join(", ");
  const wrong = violations.length === 0 ? "" : `${counted(violations.length, "violation")} (${broken}). `;
  const closed = `${(pairs - edges.length).toLocaleString("en")} of ${counted(pairs, "direction")} between tenants are closed`;
  const open = edges.length === 0 ? "." : `; ${edges.length.toLocaleString("en")} open by consent of both records.`;
  const shared =
    sharedOwners.length === 0
      ? ""
      : ` ${counted(sharedOwners.length, "owner")} of several tenants, by consent of each.`;
  return `${wrong}${closed}${open}${shared} Looked at on ${covered.length} planes: ${covered.join(", ")}.`;
}

function numbers({ tenants, capacity }: EnvironmentPlan, proof: Proof): Markup {
  const suspended = tenants.filter(({ status }) => status === "suspended").length;
  const fullest = [...capacity]
    .map(({ resource, promised, capacity: has }) => ({ resource, percent: percentOf(promised, has) }))
    .sort((left, right) => right.percent - left.percent)[0];
  const number = (term: string, value: string, note: string): Markup =>
    markup`<div>
      <dt>${term}</dt>
      <dd><strong>${value}</strong> <span>${note}</span></dd>
    </div>`;
  return markup`<dl class="numbers">
    ${number("Tenants", tenants.length.toLocaleString("en"), suspended === 0 ? "all active" : `${suspended} suspended`)}
    ${number("Directions", proof.pairs.toLocaleString("en"), "both ways of each pair")}
    ${number("Openings", (proof.edges.length + proof.sharedOwners.length).toLocaleString("en"), "by consent")}
    ${number("Violations", proof.violations.length.toLocaleString("en"), proof.holds ? "none" : "see below")}
    ${fullest === undefined ? null : number("Fullest", `${fullest.percent} %`, `${fullest.resource} promised`)}
  </dl>`;
}
