import { CommandError, exitCodes } from "../local/command-error.ts";
import { InputError } from "../tenants/errors.ts";
import { loadEnvironment } from "../tenants/load.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import { planEnvironment } from "../tenants/plan.ts";

/** The plan of an environment. Wrong input is a `CommandError` with exit code 2 that lists every problem. */
export function plannedEnvironment(directory: string, environment: string): EnvironmentPlan {
  try {
    return planEnvironment(loadEnvironment({ directory, environment }));
  } catch (error) {
    throw error instanceof InputError ? new CommandError(exitCodes.input, error.message) : error;
  }
}
