import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Fleet } from "../../../fleet/inventory.ts";
import { resourcesOf, type StateDocument } from "../../../fleet/move/deployment.ts";
import { holdingsIn } from "../../../fleet/move/holdings.ts";
import type { MoveRequest } from "../../../fleet/move/move.ts";
import { MoveRun } from "../../../fleet/move/move-run.ts";
import { planMoves } from "../../../fleet/move/plan.ts";
import type { MoveEvent, MoveReport } from "../../../fleet/move/report.ts";
import { fleetWith, Killed, PretendedPulumi, stateWith } from "./support.ts";

let folder: string;
let events: MoveEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantry-move-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: tenantry\n");
  writeFileSync(join(folder, "Pulumi.prod.yaml"), "config: {}\n");
  events = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

async function move(pulumi: PretendedPulumi, fleet: Fleet, change: Partial<MoveRequest> = {}): Promise<MoveReport> {
  const never = new AbortController().signal;
  const request: MoveRequest = {
    location: { directory: folder, environment: "prod", variables: {}, pulumiRoot: null },
    backendUrl: "",
    project: "tenantry",
    logs: join(folder, "logs"),
    tenants: [],
    dryRun: false,
    parallel: 1,
    retry: "again",
    stops: { first: never, second: never },
    onEvent: (event) => events.push(event),
    ...change,
  };
  const state = await pulumi.open(fleet);
  const plan = planMoves(fleet, state.survey, request.tenants);
  const stacks = new Set([...plan.moves.flatMap(({ from, to }) => [...from, to]), ...plan.emptied]);
  return new MoveRun(request, state, plan, pulumi.cli).work([...stacks]);
}

const one = ["acme*", "globex", "initech"];
const single = () => new PretendedPulumi({ prod: stateWith("prod", { tenants: one, recorded: false }) });
const two = () =>
  new PretendedPulumi({
    prod: stateWith("prod"),
    "prod-c000": stateWith("prod-c000", { tenants: ["acme*", "globex"] }),
    "prod-c001": stateWith("prod-c001", { tenants: ["initech"] }),
  });
const toTwo = fleetWith([], [["acme", "globex"], ["initech"]]);

/** Everything that is held of any tenant, in whichever stack. */
function holdings(pulumi: PretendedPulumi): ReadonlySet<string> {
  return new Set(
    [...pulumi.states.keys()].flatMap((stack) =>
      [...holdingsIn(pulumi.clear(stack)).values()].flatMap((set) => [...set]),
    ),
  );
}

describe("a move", () => {
  it("takes tenants from one stack to cells that did not exist, each with its secrets under the new stack's key", async () => {
    const pulumi = single();
    pulumi.states.set("prod-c001", JSON.stringify({ version: 3, deployment: { secrets_providers: { key: "own" } } }));
    const before = holdings(pulumi);
    const report = await move(pulumi, toTwo);
    expect(report).toMatchObject({ failed: [], retry: null, emptied: [] });
    expect(report.tenants.map(({ status }) => status)).toEqual(["moved", "moved", "moved"]);
    expect(pulumi.tenants()).toEqual({ prod: [], "prod-c000": ["acme", "globex"], "prod-c001": ["initech"] });
    expect(holdings(pulumi)).toEqual(before);
    expect(pulumi.clear("prod-c001").deployment.secrets_providers).toEqual({ key: "own" });
    expect(resourcesOf(pulumi.clear("prod")).map(({ urn }) => urn.split("::").at(-1))).toEqual([
      "tenantry-prod",
      "cluster",
      "guardrail",
    ]);
  });

  it("writes each state once: where tenants come to, then where they leave; and backs all of them up before", async () => {
    const pulumi = two();
    const was = pulumi.states.get("prod-c000");
    const report = await move(pulumi, fleetWith([], [["acme"], [], ["globex", "initech"]]));
    expect(pulumi.calls.filter((call) => !call.startsWith("export"))).toEqual([
      "init prod-c002",
      "import prod-c002",
      "import prod-c000",
      "import prod-c001",
    ]);
    expect(pulumi.calls.slice(0, 2)).toEqual(["export prod-c000", "export prod-c001"]);
    const kept = join(folder, report.backup ?? "");
    expect(readdirSync(kept).sort()).toEqual(["prod-c000.json", "prod-c001.json"]);
    expect(readFileSync(join(kept, "prod-c000.json"), "utf8")).toBe(was);
    expect(statSync(join(kept, "prod-c000.json")).mode & 0o777).toBe(0o600);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    expect(events.map((event) => event.type)).toEqual(["begin", ...Array<string>(7).fill("step"), "end"]);
  });

  it("back to one stack empties the cells, and only of themselves", async () => {
    const pulumi = two();
    const report = await move(pulumi, fleetWith(["acme", "globex", "initech"]));
    expect(report).toMatchObject({ failed: [], retry: null, emptied: ["prod-c000", "prod-c001"] });
    expect(pulumi.tenants()).toEqual({ prod: ["acme", "globex", "initech"], "prod-c000": [], "prod-c001": [] });
    expect(resourcesOf(pulumi.clear("prod-c000"))).toEqual([]);
    expect((await pulumi.open(fleetWith(["acme", "globex", "initech"]))).survey.surplus).toEqual([]);
  });

  it("takes only the tenants that are named", async () => {
    const pulumi = single();
    await move(pulumi, toTwo, { tenants: ["initech"] });
    expect(pulumi.tenants()).toEqual({ prod: ["acme", "globex"], "prod-c001": ["initech"] });
  });
});

describe("a move that is cut off", () => {
  const targets = [toTwo, fleetWith([], [["acme"], ["globex"], ["initech"]])];

  it.each([0, 1, 2, 3, 4, 5])("before its write number %i loses nothing, and the next one goes on", async (number) => {
    for (const fleet of targets) {
      const pulumi = single();
      const before = holdings(pulumi);
      let writes = 0;
      pulumi.beforeWrite = () => {
        // Whatever is tried later is not done either: nobody is there.
        if (writes++ >= number) throw new Killed("killed");
        expect(holdings(pulumi)).toEqual(before);
      };
      await move(pulumi, fleet);
      expect(holdings(pulumi)).toEqual(before);
      pulumi.beforeWrite = () => undefined;
      const report = await move(pulumi, fleet);
      expect(report).toMatchObject({ failed: [], retry: null });
      expect(holdings(pulumi)).toEqual(before);
      const held = Object.values(pulumi.tenants()).flat();
      expect(held.sort()).toEqual(["acme", "globex", "initech"]);
      expect((await pulumi.open(fleet)).survey.surplus).toEqual([]);
      expect(planMoves(fleet, (await pulumi.open(fleet)).survey, [])).toEqual({ moves: [], emptied: [], problems: [] });
    }
  });

  it("and whose goal has changed meanwhile goes there from both stacks, or back", async () => {
    for (const goal of [
      fleetWith(["acme", "globex", "initech"]),
      fleetWith([], [[], [], ["acme", "globex", "initech"]]),
    ]) {
      const pulumi = single();
      const before = holdings(pulumi);
      pulumi.beforeWrite = (stack) => {
        if (stack === "prod") throw new Killed("killed");
      };
      await move(pulumi, toTwo);
      expect(pulumi.tenants()).toMatchObject({ prod: ["acme", "globex", "initech"], "prod-c001": ["initech"] });
      pulumi.beforeWrite = () => undefined;
      expect(await move(pulumi, goal)).toMatchObject({ failed: [], retry: null });
      expect(Object.values(pulumi.tenants()).filter((held) => held.length > 0)).toEqual([
        ["acme", "globex", "initech"],
      ]);
      expect(holdings(pulumi)).toEqual(before);
    }
  });

  it("by Ctrl-C begins nothing more, and says how to go on", async () => {
    const pulumi = single();
    const stop = new AbortController();
    pulumi.beforeWrite = (stack) => {
      if (stack === "prod-c000") stop.abort();
    };
    const report = await move(pulumi, toTwo, { stops: { first: stop.signal, second: stop.signal } });
    expect(report.retry).toBe("again");
    expect(report.tenants.map(({ status }) => status)).toEqual(["left", "left", "left"]);
    expect(pulumi.calls).not.toContain("import prod-c001");
    expect(pulumi.calls).not.toContain("import prod");
  });
});

describe("a stack that fails", () => {
  it("stops no other, and loses no tenant", async () => {
    const pulumi = single();
    const before = holdings(pulumi);
    pulumi.locked.add("prod-c000");
    const report = await move(pulumi, toTwo);
    expect(report).toMatchObject({
      failed: [{ stack: "prod-c000", reason: "the stack is currently locked by 1 lock(s)" }],
      retry: "again",
      tenants: [
        { tenant: "acme", status: "left" },
        { tenant: "globex", status: "left" },
        { tenant: "initech", status: "moved" },
      ],
    });
    expect(pulumi.tenants()).toMatchObject({ prod: ["acme", "globex"], "prod-c001": ["initech"] });
    expect(holdings(pulumi)).toEqual(before);
  });

  it("is not written once more where it changed while its tenants were on their way", async () => {
    const pulumi = single();
    pulumi.beforeWrite = (stack) => {
      // Somebody's update gives acme another password in the stack that it leaves.
      if (stack !== "prod-c001") return;
      const text = JSON.stringify(pulumi.clear("prod")).replace("hush acme", "hush anew");
      pulumi.put("prod", JSON.parse(text) as StateDocument);
    };
    const report = await move(pulumi, toTwo);
    expect(report.failed).toEqual([
      { stack: "prod", reason: "prod-c000 has another acme than this stack: acme-key; nothing was removed" },
    ]);
    expect(pulumi.tenants()).toMatchObject({ prod: ["acme", "globex", "initech"] });
  });

  it("in what it wrote is found out, and nothing is removed elsewhere", async () => {
    const pulumi = single();
    const honest = pulumi.cli.ask.bind(pulumi.cli);
    Object.assign(pulumi.cli, {
      ask: async (args: readonly string[], options: { readonly input?: string } = {}) => {
        const isHit = args.includes("import") && args.includes("prod-c000");
        const input = isHit ? options.input?.replace('"id":"tenant-acme"', '"id":"tenant-acmf"') : options.input;
        return honest(args, input === undefined ? options : { ...options, input });
      },
    });
    const report = await move(pulumi, toTwo);
    expect(report.failed.map(({ stack }) => stack)).toEqual(["prod-c000"]);
    expect(report.failed[0]?.reason).toMatch(
      /^what was written to its state is not what is there now: urn:pulumi:prod-c000/,
    );
    expect(pulumi.tenants()["prod"]).toEqual(["acme", "globex"]);
  });

  it("with operations that were cut off is not touched: a write would forget them", async () => {
    const pulumi = single();
    const state = await pulumi.open(toTwo);
    expect(planMoves(toTwo, state.survey, []).problems).toEqual([]);
    const document = pulumi.clear("prod");
    const pending = { ...document, deployment: { ...document.deployment, pending_operations: [{ type: "creating" }] } };
    pulumi.beforeWrite = () => undefined;
    const held = new PretendedPulumi({ prod: pending });
    expect((await move(held, toTwo)).failed).toEqual([{ stack: "prod", reason: "1 operation was cut off" }]);
    expect(held.calls.filter((call) => call.startsWith("import"))).toEqual([]);
  });
});
