import { join } from "node:path";

import { admissionPolicies } from "../../components/manifests/admission/index.ts";
import { localPaths } from "../../local/paths.ts";
import type { Reporter } from "../../local/reporter.ts";
import { clusterPartTools } from "../../local/toolchain/index.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { RawApi } from "../api.ts";
import { startCluster } from "../cluster.ts";
import { describeMachine } from "../machine.ts";
import { readMetrics } from "../metrics.ts";
import { copyProgram } from "../onboard/workspace.ts";
import { withScratch } from "../scratch.ts";
import { requestFigures, type GuardrailsResult, type Round } from "./report.ts";
import { startServer } from "./servers.ts";
import {
  makeGuardrails,
  makeTenant,
  measuredRequests,
  ownerAccount,
  untilRoom,
  type MeasuredRequest,
} from "./stage.ts";

/** Requests of a kind one after another: what a tenant's quota has room for beside its own objects. */
const batchSize = 12;

/** Batches of each kind in a round. */
const batchesPerRound = 3;

/** What to measure. */
export interface GuardrailsOptions {
  /** Folder of the project. */
  readonly project: string;
  /** Rounds of pairs of requests, with and without the guardrails, at least 1. */
  readonly runs: number;
  readonly reporter: Reporter;
}

/**
 * Measures how much longer the API server takes for a tenant's requests because of the guardrails, on an embedded cluster of its
 * own. Beside the cluster's API server run two more on the same etcd, one of them without the admission plugin that evaluates the
 * guardrails. Requests go to them in turn, so that both sides meet the machine in the same state. Nothing is left behind. Throws
 * CommandError when a tool is missing, and Error when a request fails.
 */
export async function guardrailCost({ project, runs, reporter }: GuardrailsOptions): Promise<GuardrailsResult> {
  const machine = describeMachine();
  return await withScratch(async (scratch) => {
    const program = copyProgram(project, join(scratch.directory, "program"));
    const { kubeconfig, tools } = await startCluster(program, clusterPartTools, scratch, reporter);
    const [tenant] = planEnvironment(loadEnvironment({ directory: program, environment: "dev" })).tenants;
    if (tenant === undefined) throw new Error("the environment dev has no tenant to measure");
    const clientOf = (server: string, as?: string): RawApi => {
      const client = new RawApi(server, 1, as);
      scratch.atEnd(() => client.close());
      return client;
    };
    const administrator = clientOf(kubeconfig);
    const setting = { paths: localPaths(program), program: tools.kube, scratch };
    const servers = await reporter.step("Starting an API server with the guardrails, and one without", async () => ({
      with: await startServer(setting, "with", []),
      without: await startServer(setting, "without", ["--disable-admission-plugins=ValidatingAdmissionPolicy"]),
    }));
    const side = (server: string): Side => ({
      owner: clientOf(server, ownerAccount(tenant)),
      administrator: clientOf(server),
    });
    const sides = { with: side(servers.with), without: side(servers.without) };

    await makeTenant(administrator, sides.without.owner, tenant);
    await makeGuardrails(administrator, tenant, { judged: sides.with.owner, free: sides.without.owner });
    const requests = measuredRequests(tenant);
    const rounds = requests.map((): Round[] => []);
    // Round 0 warms the servers up and is not counted.
    for (let round = 0; round <= runs; round++) {
      await reporter.step(`Round ${round} of ${runs}`, async () => {
        const taken = requests.map(() => ({ with: [] as number[], without: [] as number[], policies: 0 }));
        for (let batch = 0; batch < batchesPerRound; batch++) {
          for (const [index, request] of requests.entries()) {
            const times = taken[index];
            if (times === undefined) continue;
            const before = await policyMilliseconds(sides.with.administrator);
            await pairs(sides, administrator, request, times, scratch.signal);
            const spent = (await policyMilliseconds(sides.with.administrator)) - before;
            times.policies += spent / (batchesPerRound * (batchSize / 2));
          }
          await untilRoom(administrator, tenant);
        }
        if (round > 0) taken.forEach((times, index) => rounds[index]?.push(times));
      });
    }
    const { gitVersion } = await administrator.json<{ readonly gitVersion: string }>("GET", "/version");
    return {
      name: "guardrails",
      date: new Date().toISOString(),
      machine,
      kubernetes: gitVersion,
      policies: admissionPolicies.length,
      requestsPerRound: (batchSize / 2) * batchesPerRound,
      requests: requests.map(({ what, as }, index) => requestFigures(what, as, rounds[index] ?? [])),
    };
  });
}

/** Milliseconds that the server has spent in admission policies. */
async function policyMilliseconds(api: RawApi): Promise<number> {
  const { sum } = await readMetrics(api);
  const inPolicies = (labels: string): boolean => labels.includes('name="ValidatingAdmissionPolicy"');
  return 1000 * sum("apiserver_admission_controller_admission_duration_seconds_sum", inPolicies);
}

/** Something of each of the two API servers: with the guardrails, and without. */
type Both<Each> = Readonly<Record<"with" | "without", Each>>;

/** Clients of one API server. */
type Side = Readonly<Record<MeasuredRequest["as"], RawApi>>;

/**
 * Sends each request to both servers, whose turn it is first changing from one to the next, and adds the milliseconds to `times`.
 * Removes what they made, outside the measured time.
 */
async function pairs(
  sides: Both<Side>,
  administrator: RawApi,
  { as, path, body }: MeasuredRequest,
  times: Both<number[]>,
  signal: AbortSignal,
): Promise<void> {
  const made: string[] = [];
  for (let pair = 0; pair < batchSize / 2; pair++) {
    const order = pair % 2 === 0 ? (["with", "without"] as const) : (["without", "with"] as const);
    for (const side of order) {
      signal.throwIfAborted();
      const name = `bench-${pair}-${side}`;
      times[side].push(await timed(sides[side][as], path, JSON.stringify(body(name))));
      made.push(name);
    }
  }
  const now = JSON.stringify({ gracePeriodSeconds: 0 });
  for (const name of made) {
    const answer = await administrator.send("DELETE", `${path}/${name}`, now);
    if (answer.status !== 200) throw new Error(`DELETE ${path}/${name}: ${answer.status} ${answer.body.slice(0, 300)}`);
  }
}

/** How often a request that lost a race is sent again. */
const tries = 5;

/** Milliseconds until the server has made the object. */
async function timed(client: RawApi, path: string, body: string): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const start = performance.now();
    const { status, body: answer } = await client.send("POST", path, body);
    const milliseconds = performance.now() - start;
    if (status === 201) return milliseconds;
    // The quota's controller wrote the quota in between. Clients try again, and the lost try says nothing of the guardrails.
    const lost = status === 409 && answer.includes("resourcequotas") && attempt < tries;
    if (!lost) throw new Error(`POST ${path}: ${status} ${answer.slice(0, 300)}`);
  }
}
