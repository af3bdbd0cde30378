import type { Colours } from "./colours.ts";
import { errorText } from "./error-text.ts";
import { printable, type Problem } from "../tenants/errors.ts";
import type { Answer, Proof } from "../tenants/isolation.ts";
import { explainPair } from "../tenants/isolation/explain.ts";
import type { Facts } from "../tenants/isolation/plane.ts";
import type { TenantPlan } from "../tenants/model.ts";
import type { LeftOut } from "../tenants/plan.ts";
import { didYouMean } from "../tenants/suggest.ts";

/** Where lines of prose end. */
const width = 110;

/** An answer with its direction. */
export interface DirectedAnswer extends Answer {
  readonly from: string;
  readonly to: string;
}

/** Both directions between two tenants, or what is wrong with the question. */
export type Explanation =
  | { readonly problems: readonly Problem[]; readonly answers: null }
  | { readonly problems: readonly []; readonly answers: readonly DirectedAnswer[] };

/** Answers what two tenants reach of each other, on every plane and in both directions. */
export function explain(facts: Facts, proof: Proof, ids: readonly string[], leftOut: LeftOut): Explanation {
  const [from, to, ...more] = ids.map((id) => facts.byId.get(id) ?? null);
  const problems = questionProblems(facts, ids, new Set(leftOut.records.map(({ tenant }) => tenant)));
  if (
    problems.length > 0 ||
    from === undefined ||
    from === null ||
    to === undefined ||
    to === null ||
    more.length > 0
  ) {
    return { problems, answers: null };
  }
  const direction = (one: TenantPlan, other: TenantPlan): readonly DirectedAnswer[] =>
    explainPair(facts, proof.violations, one, other).map((answer) => ({ from: one.id, to: other.id, ...answer }));
  return { problems: [], answers: [...direction(from, to), ...direction(to, from)] };
}

/** What is wrong with a question, for people. It is no problem of the configuration, so it looks like every other wrong use of a command. */
export function misuseText(problems: readonly Problem[], colours: Colours): string {
  return problems
    .map(({ path, value, bound, remedy }) => errorText(printable(`${path} with ${value}: ${bound}`), remedy, colours))
    .join("");
}

function questionProblems(
  { plan, byId }: Facts,
  ids: readonly string[],
  leftOut: ReadonlySet<string>,
): readonly Problem[] {
  const problem = (rule: string, value: string, bound: string, remedy: string): Problem => ({
    source: { file: `Pulumi.${plan.environment}.yaml`, line: 0, column: 0 },
    tenant: null,
    path: "--explain",
    rule,
    value,
    bound,
    remedy,
  });
  const known = plan.tenants.map(({ id }) => id);
  const unknown = ids
    .filter((id) => !byId.has(id))
    .map((id) =>
      leftOut.has(id)
        ? problem(
            "unknown-tenant",
            JSON.stringify(id),
            "its record cannot be planned",
            "Mend the problems of its record.",
          )
        : problem(
            "unknown-tenant",
            JSON.stringify(id),
            "no tenant of this environment that can be planned has this id",
            didYouMean(id, known.length > 1000 ? [] : known, `npm run -s plan -- ${plan.environment} lists them.`),
          ),
    );
  const pair =
    ids.length === 2 && ids[0] !== ids[1]
      ? []
      : [
          problem(
            "explain-pair",
            ids.length === 1 ? "1 id" : `${ids.length} ids`,
            "two different tenants are needed",
            `npm run -s plan -- ${plan.environment} --explain <a> <b>`,
          ),
        ];
  return [...unknown, ...pair];
}

/** The answers as prose. */
export function explanationText(answers: readonly DirectedAnswer[], proof: Proof, colours: Colours): string {
  const lines: string[] = [];
  let direction = "";
  let plane = "";
  for (const answer of answers) {
    const here = `${answer.from} -> ${answer.to}`;
    if (here !== direction) {
      if (direction !== "") lines.push("");
      lines.push(colours.bold(here));
      plane = "";
    }
    direction = here;
    if (answer.plane !== plane) lines.push(`  ${answer.plane}`);
    plane = answer.plane;
    lines.push(...wrapped(`${answer.question}: ${verdictText(answer, colours)}. ${answer.because}`, "    "));
  }
  const limits = proof.limits.map(({ plane: of, text }) => wrapped(`${of}: ${text}`, "  ").join("\n"));
  return [...lines, "", "What the level does not give, to any pair:", ...limits].join("\n");
}

function verdictText({ verdict }: Answer, colours: Colours): string {
  switch (verdict) {
    case "denied":
      return colours.green(verdict);
    case "consented":
      return colours.yellow(verdict);
    case "limit":
      return colours.yellow("not promised");
    case "broken":
      return colours.red(verdict);
    default:
      return verdict satisfies never;
  }
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = `  ${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
