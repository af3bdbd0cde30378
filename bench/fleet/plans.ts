import { join } from "node:path";

import { execa } from "execa";
import * as z from "zod";

import type { Reporter } from "../../local/reporter.ts";
import type { Scratch } from "../scratch.ts";
import { roundMilliseconds, summarize } from "../statistics.ts";
import { createFleetFiles, filling } from "./files.ts";
import type { PlanCost } from "./result.ts";
import type { Stage } from "./stage.ts";

const costSchema = z.object({ tenants: z.int(), seconds: z.number(), peakBytes: z.number() });

/** Plans in a process of its own, `planRuns` times. */
export async function planCost(
  { program }: Stage,
  { signal }: Scratch,
  reporter: Reporter,
  count: number,
): Promise<PlanCost> {
  const environment = `plan-${count}`;
  const size = 10;
  createFleetFiles(program, environment).set(filling("t", count, size, 0), Math.ceil(count / size));
  return await reporter.step(`Planning and proving ${count} tenants`, async () => {
    const script = join(import.meta.dirname, "plan-cost.ts");
    const arguments_ = ["--disable-warning=ExperimentalWarning", script, program, environment];
    const costs: z.output<typeof costSchema>[] = [];
    while (costs.length < planRuns) {
      const { stdout } = await execa(process.execPath, arguments_, { cancelSignal: signal });
      costs.push(costSchema.parse(JSON.parse(stdout)));
    }
    return {
      tenants: count,
      seconds: summarize(costs.map((cost) => roundMilliseconds(cost.seconds))),
      peakBytes: Math.max(...costs.map(({ peakBytes }) => peakBytes)),
    };
  });
}

const planRuns = 5;
