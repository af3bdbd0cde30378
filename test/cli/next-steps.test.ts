import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { nextStepsText, stepsAfterStart, stepsAfterUp } from "../../cli/next-steps.ts";
import { buildProgram } from "../../cli/program.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";

const directory = join(import.meta.dirname, "..", "..");
const plan = planEnvironment(loadEnvironment({ directory, environment: "dev" }));
const cells = { ...plan, cells: { ...plan.cells, count: 3 } };
const alone = { ...plan, tenants: plan.tenants.slice(0, 1).map((tenant) => ({ ...tenant, owners: [] })) };

const all = [
  ...[true, false].map(stepsAfterUp),
  ...[plan, cells, alone].flatMap((each) => [true, false].map((real) => stepsAfterStart(each, real))),
];
const commandsOf = (steps: readonly (readonly [string, string])[]): readonly string[] =>
  steps.map(([command]) => command);

test.each([...new Set(all.flatMap(commandsOf))].filter((command) => command.startsWith("npm run ")))(
  "%s names a verb and options that there are",
  (command) => {
    const [, verb = "", rest = ""] = /^npm run (?:-s )?(\w+) -- (.*)$/.exec(command) ?? [];
    let found = buildProgram().commands.find((each) => each.name() === verb);
    expect(found?.name()).toBe(verb);
    for (const word of rest.split(" ")) {
      if (word.startsWith("--")) expect(found?.options.map(({ long }) => long)).toContain(word);
      found = found?.commands.find((each) => each.name() === word) ?? found;
    }
  },
);

describe("what comes next", () => {
  test("after start is the attack, with packets where there is a real node, and a kubeconfig for an owner", () => {
    const simulated = commandsOf(stepsAfterStart(plan, false));
    expect(simulated).toContain("npm run -s attack -- dev");
    expect(simulated).toContain("npm run -s kubeconfig -- acme --output acme.kubeconfig");
    expect(simulated).not.toContain("npm run -s attack -- dev --packets");
    expect(commandsOf(stepsAfterStart(plan, true))).toContain("npm run -s attack -- dev --packets");
    expect(commandsOf(stepsAfterStart(cells, false))).toContain("npm run -s fleet -- preview dev");
  });

  test("of a single tenant without owners is no attack and no kubeconfig", () => {
    expect(commandsOf(stepsAfterStart(alone, true)).join()).not.toMatch(/attack|kubeconfig/);
  });

  test("after a real node are its pods, their packets, upstream's tests, and how to remove it", () => {
    expect(commandsOf(stepsAfterUp(true))).toEqual([
      "npm start",
      "npm run -s attack -- dev --packets",
      "npm run local -- conformance",
      'eval "$(npm run -s local -- env)"',
      "npm run local -- down --purge",
    ]);
    expect(commandsOf(stepsAfterUp(false))[0]).toBe("npm start");
  });

  test("stands in two columns", () => {
    expect(
      nextStepsText([
        ["one", "first"],
        ["three", "third"],
      ]),
    ).toBe("Next:\n  one     first\n  three   third\n");
  });
});
