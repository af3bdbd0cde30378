import { join, relative } from "node:path";

import { errorMessage } from "../../tenants/errors.ts";
import type { FleetState } from "../fleet.ts";
import { defaultParallel } from "../parallel.ts";
import { runPool } from "../pool.ts";
import type { PulumiCli } from "../pulumi-cli.ts";
import { createStack } from "../stack-files.ts";
import { tenantsIn } from "./deployment.ts";
import { arrive, emptied, leave, pack, type Parcel } from "./edit.ts";
import { holdingsIn, holdingsOf, missingFrom } from "./holdings.ts";
import type { MoveRequest } from "./move.ts";
import type { MovePlan, TenantMove } from "./plan.ts";
import type { MoveReport, MoveStep } from "./report.ts";
import { heldTenants } from "../verdict.ts";
import { States } from "./states.ts";

/**
 * One move. Each state is written once and whole: first those that tenants come to, then those that they leave. So every tenant is in a
 * state at any moment, and where a move is cut off it is in two; the next run finds it there and goes on. Nothing but the states says
 * how far a move has come.
 */
export class MoveRun {
  readonly #started = Date.now();
  readonly #request: MoveRequest;
  readonly #state: FleetState;
  readonly #plan: MovePlan;
  readonly #cli: PulumiCli;
  readonly #states: States;
  /** Stacks that could not be worked on, and why. No tenant is moved from or to them any more. */
  readonly #failed = new Map<string, string>();
  /** What the stack that a tenant belongs to holds of it, read back after it was written. */
  readonly #held = new Map<string, ReadonlySet<string>>();
  readonly #parcels = new Map<string, Parcel>();
  /** Stack and tenant: that stack does not have it any more. */
  readonly #left = new Set<string>();
  readonly #emptied: string[] = [];

  constructor(request: MoveRequest, state: FleetState, plan: MovePlan, cli: PulumiCli) {
    this.#request = request;
    this.#state = state;
    this.#plan = plan;
    this.#cli = cli;
    this.#states = new States(cli, request.logs);
  }

  /** Moves everything that can be moved; what cannot is in the report. */
  async work(stacks: readonly string[]): Promise<MoveReport> {
    const { moves, emptied: surplus } = this.#plan;
    const { environment } = this.#state.fleet.plan;
    this.#request.onEvent({ type: "begin", environment, tenants: moves.length, stacks: stacks.length });
    const sources = [...new Set(moves.flatMap(({ from }) => from))];
    const backup = join(this.#request.logs, "moves", new Date(this.#started).toISOString().replaceAll(":", "-"));
    const present = stacks.filter((stack) => (this.#state.survey.readings.get(stack) ?? null) !== null);
    await this.#each("back up", present, (stack) => this.#states.backUp(stack, backup));
    await this.#each("read", sources, (stack) => this.#read(stack));
    await this.#each("write", [...new Set(moves.map(({ to }) => to))], (stack) => this.#write(stack));
    await this.#each("remove", [...new Set([...sources, ...surplus])], (stack) => this.#remove(stack));
    await this.#verify(stacks);
    return this.#report(relative(this.#request.location.directory, backup));
  }

  /** Packs the tenants that leave a stack. */
  async #read(stack: string): Promise<void> {
    const document = await this.#states.read(stack);
    for (const { tenant, from } of this.#plan.moves) {
      const parcel = from.includes(stack) ? pack(document, stack, tenant) : null;
      if (parcel !== null) this.#parcels.set(tenant, parcel);
    }
  }

  /** Writes the tenants that come to a stack into its state, but for those that a move has written before and that was cut off then. */
  async #write(stack: string): Promise<void> {
    const wanted = this.#state.fleet.stacks.find(({ name }) => name === stack);
    if (wanted === undefined) throw new Error("no such stack");
    if ((this.#state.survey.readings.get(stack) ?? null) === null) {
      await createStack(this.#cli, this.#request.location, wanted, this.#request.logs);
    }
    const coming = this.#plan.moves.filter(
      ({ to, from }) => to === stack && !from.some((one) => this.#failed.has(one)),
    );
    let document = await this.#states.read(stack);
    const there = tenantsIn(document);
    const parcels = coming.flatMap(({ tenant }) => (there.has(tenant) ? [] : (this.#parcels.get(tenant) ?? [])));
    if (parcels.length > 0) {
      const destination = { name: stack, project: this.#request.project, recorded: wanted.cell !== null };
      document = await this.#states.replace(stack, arrive(document, destination, parcels));
    }
    const written = tenantsIn(document);
    for (const { tenant } of coming) {
      const parts = written.get(tenant);
      if (parts !== undefined) this.#held.set(tenant, holdingsOf(parts));
    }
  }

  /** Removes tenants from the state of a stack that they have left, as it is now, once the other stack has everything of them. */
  async #remove(stack: string): Promise<void> {
    const document = await this.#states.read(stack);
    const mine = holdingsIn(document);
    const leaving = this.#plan.moves.filter(({ tenant, from, to }) => {
      return from.includes(stack) && this.#held.has(tenant) && !this.#failed.has(to);
    });
    for (const { tenant, to } of leaving) {
      const missing = missingFrom(this.#held.get(tenant) ?? new Set(), mine.get(tenant) ?? new Set());
      if (missing.length === 0) continue;
      throw new Error(`${to} has another ${tenant} than this stack: ${missing.join(", ")}; nothing was removed`);
    }
    const there = leaving.filter(({ tenant }) => mine.has(tenant)).map(({ tenant }) => tenant);
    const without = leave(document, there);
    const isEmpty = this.#plan.emptied.includes(stack) && tenantsIn(without).size === 0;
    if (isEmpty || there.length > 0) await this.#states.replace(stack, isEmpty ? emptied(without) : without);
    for (const { tenant } of leaving) this.#left.add(`${stack} ${tenant}`);
    if (isEmpty) this.#emptied.push(stack);
  }

  /** Asks the backend anew: a tenant that has moved is in its stack and in no other. */
  async #verify(stacks: readonly string[]): Promise<void> {
    const { backend } = this.#state;
    const readings = await runPool(stacks, this.#parallel(), new AbortController().signal, (name) =>
      backend.read(name),
    );
    const holders = new Map<string, string[]>();
    for (const { item, result } of readings) {
      for (const tenant of heldTenants(result)) holders.set(tenant, [...(holders.get(tenant) ?? []), item]);
    }
    for (const move of this.#plan.moves.filter((one) => this.#isMoved(one))) {
      const found = holders.get(move.tenant) ?? [];
      if (found.length === 1 && found[0] === move.to) continue;
      this.#fail(move.to, `${move.tenant} should be here alone, and is in: ${found.join(", ") || "no stack"}`);
    }
  }

  /** Does one step for some stacks at a time. A stack that fails stops no other. */
  async #each(step: MoveStep, stacks: readonly string[], work: (stack: string) => Promise<void>): Promise<void> {
    let done = 0;
    const able = stacks.filter((stack) => !this.#failed.has(stack));
    await runPool(able, this.#parallel(), this.#request.stops.first, async (stack) => {
      try {
        await work(stack);
      } catch (error) {
        this.#fail(stack, errorMessage(error));
      }
      done += 1;
      this.#request.onEvent({ type: "step", step, stack, done, of: able.length });
    });
  }

  #fail(stack: string, reason: string): void {
    this.#failed.set(stack, reason);
    this.#request.onEvent({ type: "failed", stack, reason });
  }

  #parallel(): number {
    return this.#request.parallel ?? defaultParallel("up");
  }

  #isMoved({ tenant, from, to }: TenantMove): boolean {
    return (
      this.#held.has(tenant) && !this.#failed.has(to) && from.every((stack) => this.#left.has(`${stack} ${tenant}`))
    );
  }

  #report(backup: string): MoveReport {
    const { moves, emptied: surplus } = this.#plan;
    const tenants = moves.map((move) => ({ ...move, status: this.#isMoved(move) ? "moved" : "left" }) as const);
    const failed = [...this.#failed].map(([stack, reason]) => ({ stack, reason }));
    const isDone =
      failed.length === 0 &&
      this.#emptied.length === surplus.length &&
      tenants.every(({ status }) => status === "moved");
    const report: MoveReport = {
      verb: "move",
      environment: this.#state.fleet.plan.environment,
      dryRun: false,
      seconds: (Date.now() - this.#started) / 1000,
      tenants,
      emptied: [...this.#emptied].sort(),
      failed,
      backup,
      retry: isDone ? null : this.#request.retry,
    };
    this.#request.onEvent({ type: "end", report });
    return report;
  }
}
