import { cellStackName } from "../../tenants/cells.ts";
import { upArguments, withoutCheckpoints } from "../onboard/peers/pulumi.ts";
import type { FleetBenchOptions } from "./options.ts";
import { seconds } from "./peers.ts";
import type { SingleStack } from "./result.ts";
import type { Stage } from "./stage.ts";

/**
 * Brings up tenants in the environment's own stack with plain `pulumi up`, then one more, and takes them away again. Once, for it takes
 * minutes, and its time grows with the square of the tenants. Leaves the environment as one stack.
 *
 * @param ids who comes first, all at once
 * @param more who comes then
 * @param cells that the environment had until now, all of them empty
 */
export async function singleStack(
  { files, cli, run, forget }: Stage,
  { reporter }: FleetBenchOptions,
  ids: readonly string[],
  more: string,
  cells: number,
): Promise<SingleStack> {
  const list = (tenants: readonly string[]): void =>
    files.set(
      tenants.map((id) => ({ id, cell: 0 })),
      1,
    );
  const up = async (title: string): Promise<number> => {
    const start = performance.now();
    await reporter.step(title, () => run("pulumi", upArguments(files.environment)));
    return seconds(performance.now() - start);
  };
  // Their tenants are gone; an environment of one stack refuses while there are cells.
  forget(Array.from({ length: cells }, (_, cell) => cellStackName(files.environment, cell)));
  list([]);
  await reporter.step("Making the environment one stack", () => cli("up", "--all"));
  list(ids);
  const bringUp = await up(`Bringing up ${ids.length} tenants in one Pulumi stack`);
  list([...ids, more]);
  const onboarding = await up("One more tenant in it");
  list([]);
  // Otherwise it takes as long as the bring-up.
  await reporter.step("Taking them away", () => run("pulumi", upArguments(files.environment), withoutCheckpoints));
  return { tenants: ids.length, bringUp, onboarding };
}
