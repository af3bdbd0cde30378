import { join } from "node:path";

import { guardrails } from "../../components/manifests/admission/index.ts";
import type { Reporter } from "../../local/reporter.ts";
import { clusterPartTools } from "../../local/toolchain/index.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { RawApi } from "../api.ts";
import { startCluster } from "../cluster.ts";
import { describeMachine } from "../machine.ts";
import { copyProgram } from "../onboard/workspace.ts";
import { withScratch } from "../scratch.ts";
import { requestFigures, type GuardrailsResult, type Round } from "./report.ts";
import { makeTenant, measuredRequests, ownerAccount, setGuardrails, untilRoom, type MeasuredRequest } from "./stage.ts";

/** Requests of a kind one after another: what a tenant's quota has room for beside its own objects. */
const batchSize = 12;

/** Batches of each kind in a round, with the guardrails as without. */
const batchesPerRound = 3;

/** What to measure. */
export interface GuardrailsOptions {
  /** Folder of the project. */
  readonly project: string;
  /** Series with and without the guardrails, at least 1. */
  readonly runs: number;
  readonly reporter: Reporter;
}

/**
 * Measures how much longer the API server takes for a tenant's requests because of the guardrails, on an embedded cluster of its
 * own. Nothing is left behind. Throws CommandError when a tool is missing, and Error when a request fails.
 */
export async function guardrailCost({ project, runs, reporter }: GuardrailsOptions): Promise<GuardrailsResult> {
  const machine = describeMachine();
  return await withScratch(async (scratch) => {
    const program = copyProgram(project, join(scratch.directory, "program"));
    const { kubeconfig } = await startCluster(program, clusterPartTools, scratch, reporter);
    const [tenant] = planEnvironment(loadEnvironment({ directory: program, environment: "dev" })).tenants;
    if (tenant === undefined) throw new Error("the environment dev has no tenant to measure");
    const administrator = new RawApi(kubeconfig, 1);
    const owner = new RawApi(kubeconfig, 1, ownerAccount(tenant));
    scratch.atEnd(() => [administrator, owner].forEach((client) => client.close()));

    await makeTenant(administrator, owner, tenant);
    const requests = measuredRequests(tenant);
    const rounds = requests.map((): Round[] => []);
    let present = false;
    // Round 0 warms the server up and is not counted.
    for (let round = 0; round <= runs; round++) {
      await reporter.step(`Round ${round} of ${runs}`, async () => {
        // The side that the last round ended with comes first: half as many changes, and neither side is always first.
        const sides = present ? (["with", "without"] as const) : (["without", "with"] as const);
        const taken = requests.map(() => ({ with: [] as number[], without: [] as number[] }));
        for (const side of sides) {
          if ((side === "with") !== present) await setGuardrails(administrator, owner, tenant, side === "with");
          present = side === "with";
          for (let batch = 0; batch < batchesPerRound; batch++) {
            for (const [index, request] of requests.entries()) {
              scratch.signal.throwIfAborted();
              const client = request.as === "owner" ? owner : administrator;
              taken[index]?.[side].push(...(await series(client, administrator, request)));
            }
            await untilRoom(administrator, tenant);
          }
        }
        if (round > 0) taken.forEach((series_, index) => rounds[index]?.push(series_));
      });
    }
    const { gitVersion } = await administrator.json<{ readonly gitVersion: string }>("GET", "/version");
    return {
      name: "guardrails",
      date: new Date().toISOString(),
      machine,
      kubernetes: gitVersion,
      policies: guardrails.length,
      requestsPerRound: batchSize * batchesPerRound,
      requests: requests.map(({ what, as }, index) => requestFigures(what, as, rounds[index] ?? [])),
    };
  });
}

/** Sends requests one after another and removes what they made, outside the measured time. Returns milliseconds. */
async function series(
  client: RawApi,
  administrator: RawApi,
  { path, body }: MeasuredRequest,
): Promise<readonly number[]> {
  const names = Array.from({ length: batchSize }, (_, index) => `bench-${index}`);
  const times: number[] = [];
  for (const name of names) {
    const text = JSON.stringify(body(name));
    const start = performance.now();
    const { status, body: answer } = await client.send("POST", path, text);
    times.push(performance.now() - start);
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${answer.slice(0, 300)}`);
  }
  const now = JSON.stringify({ gracePeriodSeconds: 0 });
  for (const name of names) {
    const answer = await administrator.send("DELETE", `${path}/${name}`, now);
    if (answer.status !== 200) throw new Error(`DELETE ${path}/${name}: ${answer.status} ${answer.body.slice(0, 300)}`);
  }
  return times;
}
