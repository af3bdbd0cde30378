import { cellStackName, readStackName } from "../cells.ts";
import type { Problem } from "../errors.ts";
import { tenantProblem, type Fleet } from "./fleet.ts";

/** Cells that records and canaries name exist, and the environment's name is none of a cell. */
export function cellProblems(fleet: Fleet): readonly Problem[] {
  return [...nameProblems(fleet), ...pinProblems(fleet), ...canaryProblems(fleet)];
}

/** What cells there are, for messages. */
function allowed(count: number): string {
  return count === 1 ? "the environment has one stack, so only cell 0" : `cells are 0 to ${count - 1}`;
}

function pinProblems({ environment, tenants }: Fleet): readonly Problem[] {
  const { count } = environment.cells;
  return tenants.flatMap((tenant) => {
    const { cell } = tenant.spec;
    if (cell === undefined || cell < count) return [];
    return [
      tenantProblem(tenant, ["cell"], {
        rule: "cell-exists",
        value: `cell ${cell}`,
        bound: allowed(count),
        remedy: `Lower it, leave it out, or raise tenantry:cells to ${cell + 1}.`,
      }),
    ];
  });
}

function canaryProblems({ environment, fleet }: Fleet): readonly Problem[] {
  const { count, canaries } = environment.cells;
  return canaries.flatMap((cell, index) => {
    if (cell < count && canaries.indexOf(cell) === index) return [];
    const finding =
      cell < count
        ? { value: `cell ${cell} again`, bound: "each canary may stand once", remedy: "Remove one of the two." }
        : { value: `cell ${cell}`, bound: allowed(count), remedy: "Name a cell that exists." };
    const path = `canaries[${index}]`;
    return [{ source: fleet.position(["canaries", index]), tenant: null, path, rule: "cell-exists", ...finding }];
  });
}

function nameProblems({ environment, settings }: Fleet): readonly Problem[] {
  const read = readStackName(environment.name);
  if (read.cell === null) return [];
  return [
    {
      source: settings.position([]),
      tenant: null,
      path: "",
      rule: "environment-name",
      value: `"${environment.name}"`,
      bound: `is the stack of cell ${read.cell} of an environment "${read.environment}"`,
      remedy: `Choose a name that does not end like ${cellStackName("", read.cell)}.`,
    },
  ];
}
