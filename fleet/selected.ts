import { changedStacks, fleetAt } from "./changed-since.ts";
import type { FleetRequest, FleetState } from "./fleet.ts";
import type { Fleet } from "./inventory.ts";
import type { Task } from "./run.ts";
import { refuseUnlisted, selectStacks, stacksOfTenants, type Selected } from "./selection.ts";
import type { Survey } from "./survey.ts";
import { heldTenants, holdsNothing, isUnreadable } from "./verdict.ts";

/** What a command is about: the stacks that a person chose, and those of them that have work. */
export async function selected(request: FleetRequest, { fleet, survey }: FleetState): Promise<Selected> {
  const { verb, location, tenants, changedSince } = request;
  const before = changedSince === null ? null : await fleetAt(location.directory, location.environment, changedSince);
  const changed = changedSince === null ? null : changedStacks(fleet, before);
  switch (verb) {
    case "up":
    case "preview": {
      const all = request.all || request.refresh;
      return selectStacks(fleet, survey, { tenants, changed, all }, verb === "up");
    }
    case "status":
      return existing(selectStacks(fleet, survey, { tenants, changed, all: true }, false), survey);
    case "repair": {
      const tasks = tasksOf(fleet, survey, tenants);
      refuseUnlisted(fleet, tenants);
      return { tasks, work: tasks };
    }
    case "destroy": {
      const tasks = tasksOf(fleet, survey, tenants).map(removal);
      return existing({ tasks, work: tasks.filter(({ stack }) => mayHold(survey, stack.name, tenants)) }, survey);
    }
    default:
      return verb satisfies never;
  }
}

/** Tasks on the stacks of some tenants; on all where none is named. */
function tasksOf(fleet: Fleet, survey: Survey, tenants: readonly string[]): readonly Task[] {
  const names = stacksOfTenants(fleet, survey, tenants);
  return survey.tasks.filter(({ stack }) => names === null || names.has(stack.name));
}

/** Whether a stack holds one of these tenants, or nobody can say; any stack where none is named. */
function mayHold({ readings }: Survey, stack: string, tenants: readonly string[]): boolean {
  const reading = readings.get(stack) ?? null;
  return tenants.length === 0 || isUnreadable(reading) || heldTenants(reading).some((id) => tenants.includes(id));
}

/** Whatever a stack would have to do by the files, it is to be removed. */
function removal({ stack, verdict }: Task): Task {
  return { stack, verdict: { state: verdict.state, why: "to be removed" } };
}

/** Without the stacks that hold nothing: there is nothing to compare or to remove. */
function existing({ tasks, work }: Selected, { readings }: Survey): Selected {
  return { tasks, work: work.filter(({ stack }) => !holdsNothing(readings.get(stack.name) ?? null)) };
}
