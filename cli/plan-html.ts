import { isPage, renderPage } from "./html/page.ts";
import { writePage } from "./html/write.ts";
import { inspectPlan } from "./plan-inspection.ts";
import { planResult, problemText, type CommandResult } from "./plan.ts";

/** How to write a page. */
export interface PlanPageOptions {
  /** The JSON document on standard output, beside the page; otherwise the page's path. */
  readonly json: boolean;
  /** File or existing folder, seen from the current one; `null` for a file named after the environment. */
  readonly file: string | null;
}

/**
 * Writes the plan and its proof as one page. What is wrong with the plan changes the exit code and what the page shows, not whether there
 * is one: whoever reads a red run needs the page most. Only an environment without a file of its own gives none.
 */
export function planPageCommand(directory: string, environment: string, options: PlanPageOptions): CommandResult {
  const inspection = inspectPlan(directory, environment);
  const printed = planResult(inspection, { json: true });
  const { problems, proof } = inspection;
  if (problems.some(({ rule }) => rule === "missing-file" && proof === null)) {
    return options.json ? printed : { ...printed, stdout: "" };
  }
  const path = writePage(
    options.file,
    `tenantry-${environment}-plan.html`,
    renderPage(inspection, printed.stdout),
    isPage,
  );
  const shows = problems.length === 0 ? "it needs no network" : "it shows what is wrong";
  return {
    stdout: options.json ? printed.stdout : `${path}\n`,
    stderr: `${problemText(problems)}${options.json ? `wrote ${path}; ` : ""}next: open ${path} in a browser; ${shows}\n`,
    exitCode: printed.exitCode,
  };
}
