/** An engine that knows nothing of the proof reads the rendered policies: https://github.com/np-guard/netpol-analyzer */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { localPaths } from "../../local/paths.ts";
import { createReporter } from "../../local/reporter.ts";
import { ensureTools } from "../../local/toolchain/index.ts";
import { containsCidr, parseCidr } from "../../tenants/cidr.ts";
import { proveIsolation } from "../../tenants/isolation.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { fleet } from "../components/manifest-proof/fleet.ts";
import { rendered, type Rendered } from "../support/rendered.ts";
import { asAdminNetworkPolicy } from "./support/older-policy.ts";
import { repository } from "./support/workspace.ts";

const work = mkdtempSync(join(tmpdir(), "tenantry-analyzer-"));
let analyzer = "";

interface Connection {
  readonly src: string;
  readonly dst: string;
  readonly conn: string;
}

/** What the engine reads. It does not know ClusterNetworkPolicy, only the kind before it. */
const read = new Set(["Namespace", "NetworkPolicy", "AdminNetworkPolicy", "StatefulSet", "Deployment", "Service"]);

/** The object without rules towards IPv6: the engine takes the first bytes of such a range for an IPv4 address. */
function withoutIpv6(object: Rendered): Rendered {
  const { spec } = object as { spec?: { egress?: readonly { to?: readonly { ipBlock?: { cidr: string } }[] }[] } };
  if (object["kind"] !== "NetworkPolicy" || spec?.egress === undefined) return object;
  const egress = spec.egress.filter(({ to = [] }) => !to.some(({ ipBlock }) => ipBlock?.cidr.includes(":") === true));
  return { ...object, spec: { ...spec, egress } };
}

/** Connections as the engine sees them, `tenant-acme/runtime[StatefulSet]` to the same or to a range of addresses. */
async function connections(name: string, objects: readonly Rendered[]): Promise<readonly Connection[]> {
  const directory = join(work, name);
  mkdirSync(directory);
  for (const [index, object] of objects.filter(({ kind }) => read.has(String(kind))).entries()) {
    writeFileSync(join(directory, `${index}.json`), JSON.stringify(withoutIpv6(object)));
  }
  // Without --fail, which this version takes for a failure whenever nothing has failed, and then reports no connections.
  const { stdout, stderr } = await execa(analyzer, ["list", "--quiet", "--dirpath", directory, "--output", "json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as readonly Connection[];
}

const namespaceOf = (workload: string): string | null => /^([^/]+)\//.exec(workload)?.[1] ?? null;
const isAddress = (text: string): boolean => /^[0-9a-f.:]+-[0-9a-f.:]+$/.test(text);

/** What crosses from one tenant to another. */
function crossing(all: readonly Connection[]): readonly string[] {
  return all
    .filter(({ src, dst }) => !isAddress(src) && !isAddress(dst) && namespaceOf(src) !== namespaceOf(dst))
    .map(({ src, dst, conn }) => `${src} -> ${dst} ${conn}`)
    .sort();
}

function edgesOf(plan: EnvironmentPlan): readonly string[] {
  return proveIsolation(plan)
    .edges.map(
      ({ from, to, ports }) =>
        `tenant-${from}/runtime[StatefulSet] -> tenant-${to}/runtime[StatefulSet] TCP ${ports.join(",")}`,
    )
    .sort();
}

beforeAll(async () => {
  const paths = localPaths(work);
  ({ "netpol-analyzer": analyzer } = await ensureTools(["netpol-analyzer"], { paths, reporter: createReporter() }));
}, 1_800_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

const environments: readonly (readonly [string, EnvironmentPlan])[] = [
  ["a fleet with one of everything", fleet],
  ...["dev", "prod"].map((environment) => {
    const loaded = loadEnvironment({ directory: repository, environment });
    return [environment, planEnvironment(loaded)] as const;
  }),
];

describe.each(environments)("%s", (name, plan) => {
  let all: readonly Connection[] = [];

  beforeAll(async () => {
    all = await connections(name.replaceAll(" ", "-"), rendered(plan));
  });

  test("has the connections that must be there: the two workloads of each tenant", () => {
    const told = all.map(({ src, dst, conn }) => `${src} -> ${dst} ${conn}`);
    for (const { namespace } of plan.tenants) {
      const [runtime, dashboard] = [`${namespace}/runtime[StatefulSet]`, `${namespace}/dashboard[Deployment]`];
      expect(told).toContain(`${dashboard} -> ${runtime} All Connections`);
      expect(told).toContain(`${runtime} -> ${dashboard} All Connections`);
    }
  });

  test("has between tenants exactly the edges of the proof", () => {
    expect(proveIsolation(plan).holds).toBe(true);
    expect(crossing(all)).toEqual(edgesOf(plan));
  });

  test("lets no addresses in, and out to public ones that were declared", () => {
    expect(all.filter(({ src }) => isAddress(src))).toEqual([]);
    const closed = ["10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "127.0.0.0/8"].flatMap(
      (text) => parseCidr(text) ?? [],
    );
    for (const { src, dst } of all.filter((connection) => isAddress(connection.dst))) {
      const declared = plan.tenants.find(({ namespace }) => namespace === namespaceOf(src))?.network.egress ?? [];
      for (const end of dst.split("-")) {
        const address = parseCidr(`${end}/32`);
        if (address === null) throw new Error(`${end} is no address`);
        expect(closed.some((range) => containsCidr(range, address))).toBe(false);
        const ranges = declared.flatMap(({ cidr }) => parseCidr(cidr) ?? []);
        expect(ranges.some((range) => containsCidr(range, address))).toBe(true);
      }
    }
  });
});

describe("the second deny between tenants, without any NetworkPolicy", () => {
  const alone = (change: (object: Rendered) => void = () => undefined): readonly Rendered[] =>
    rendered(fleet)
      .filter(({ kind }) => kind !== "NetworkPolicy")
      .map((object, index) => {
        if (object["kind"] !== "ClusterNetworkPolicy") return object;
        change(object);
        return asAdminNetworkPolicy(object, index);
      });

  test("lets through the same edges between tenants, everything inside them, and no metadata address", async () => {
    const all = await connections("second", alone());
    expect(crossing(all)).toEqual(edgesOf(fleet));
    for (const { namespace } of fleet.tenants) {
      const from = all.filter(({ src }) => src === `${namespace}/dashboard[Deployment]`);
      const to = from.map(({ dst }) => dst);
      expect(to).toContain(`${namespace}/runtime[StatefulSet]`);
      expect(to.filter(isAddress)).toEqual(["0.0.0.0-169.253.255.255", "169.255.0.0-255.255.255.255"]);
    }
  });

  test("does not where one tenant's passes more, so that its silence means something", async () => {
    const seen = await connections(
      "second-broken",
      alone(({ metadata, spec }) => {
        if ((metadata as { name: string }).name === "tenantry-tenant-initech") return;
        for (const rules of Object.values(spec as Record<string, unknown>)) {
          if (!Array.isArray(rules)) continue;
          for (const rule of rules as { action: string; protocols?: unknown }[]) {
            if (rule.action === "Pass") delete rule.protocols;
          }
        }
      }),
    );
    expect(crossing(seen)).toContain(
      "tenant-acme/runtime[StatefulSet] -> tenant-globex/runtime[StatefulSet] All Connections",
    );
  });
});

test("sees an opening that nobody consented to, so that its silence means something", async () => {
  const objects = rendered(fleet);
  for (const { kind, metadata, spec } of objects) {
    const { name, namespace } = metadata as { name: string; namespace?: string };
    if (kind !== "NetworkPolicy" || name !== "allow-same-namespace" || namespace === "tenant-acme") continue;
    for (const peer of Object.values(spec as Record<string, unknown>).flatMap((rules) =>
      Array.isArray(rules)
        ? rules.flatMap((rule: { from?: unknown[]; to?: unknown[] }) => rule.from ?? rule.to ?? [])
        : [],
    )) {
      (peer as Rendered)["namespaceSelector"] = {};
    }
  }
  const seen = crossing(await connections("broken", objects));
  expect(seen).not.toEqual(edgesOf(fleet));
  expect(seen).toContain("tenant-globex/dashboard[Deployment] -> tenant-initech/runtime[StatefulSet] All Connections");
});
