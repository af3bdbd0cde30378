/** One decision for every command: each is run where four places name a cluster, and then with one of them less. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";

import { resolveCluster } from "../../connection/open.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { repository } from "../cluster/support/workspace.ts";
import { writeKubeconfig } from "../connection/support/kubeconfigs.ts";
import { type FakeServer, type Seen, startServer } from "../connection/support/server.ts";
import { captureCommand as run } from "../support/command-line.ts";

const places = ["own", "named", "embedded", "usual"] as const;
type Place = (typeof places)[number];

const folder = realpathSync(mkdtempSync(join(tmpdir(), "tenantry-which-")));
const program = join(folder, "program");
const back = process.cwd();
const servers = new Map<Place, FakeServer>();
let identifier: string | null = null;

/** Answers like a cluster on which the platform of `identifier` stands, and no tenant. */
function reply({ url }: Seen) {
  if (!url.includes("/clusterroles/tenantry-guardrails-administrator") || identifier === null) return { status: 404 };
  return { status: 200, body: { metadata: { annotations: { "tenantry.dev/cluster": identifier } } } };
}

/** Lets these places name a cluster, each its own, and no other place. */
function name(...named: readonly Place[]): void {
  const file = join(program, "Pulumi.dev.yaml");
  const content = parse(readFileSync(join(repository, "Pulumi.dev.yaml"), "utf8")) as {
    config: { "tenantry:environment": { cluster: object } };
  };
  const environment = content.config["tenantry:environment"];
  const own = named.includes("own") ? { kubeconfig: "kubeconfigs/own" } : {};
  environment.cluster = { ...environment.cluster, ...own };
  writeFileSync(file, stringify(content));
  vi.stubEnv("KUBECONFIG", named.includes("named") ? join(program, "kubeconfigs/named") : "");
  vi.stubEnv("HOME", named.includes("usual") ? join(folder, "home") : join(folder, "empty"));
  rmSync(join(program, ".tenantry"), { recursive: true, force: true });
  if (named.includes("embedded"))
    cpSync(join(program, "kubeconfigs/embedded"), join(program, ".tenantry/cluster/kubeconfig"));
}

const asked = (): readonly Place[] => places.filter((place) => (servers.get(place)?.seen.length ?? 0) > 0);
const addressOf = (place: Place): string => servers.get(place)?.address ?? "";

beforeAll(async () => {
  for (const directory of [program, join(folder, "empty")]) mkdirSync(directory);
  cpSync(join(repository, "Pulumi.yaml"), join(program, "Pulumi.yaml"));
  for (const place of places) {
    const server = await startServer(reply);
    servers.set(place, server);
    writeKubeconfig(program, `kubeconfigs/${place}`, { cluster: { server: server.address } });
  }
  mkdirSync(join(folder, "home/.kube"), { recursive: true });
  cpSync(join(program, "kubeconfigs/usual"), join(folder, "home/.kube/config"));
  process.chdir(program);
});
beforeEach(() => {
  identifier = null;
  vi.stubEnv("KUBERNETES_SERVICE_HOST", "");
  for (const { seen } of servers.values()) seen.length = 0;
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  process.chdir(back);
  for (const server of servers.values()) await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const cases: readonly (readonly [Place, readonly Place[]])[] = [
  ["own", ["own", "named", "embedded", "usual"]],
  ["named", ["named", "embedded", "usual"]],
  ["embedded", ["embedded", "usual"]],
  ["usual", ["usual"]],
];

describe.each([
  ["attack", ["attack", "dev"]],
  ["attack --packets", ["attack", "dev", "--packets"]],
  ["kubeconfig", ["kubeconfig", "acme"]],
  ["preflight", ["preflight", "dev"]],
])("%s", (_what, command) => {
  test.each(cases)("asks the cluster of `%s` and no other where %j name one", async (place, named) => {
    name(...named);
    const { exitCode } = await run(...command);
    expect(asked()).toEqual([place]);
    expect(exitCode).not.toBe(0);
  });

  test("asks nobody where nothing names one, and says so", async () => {
    name();
    const { exitCode, stderr } = await run(...command);
    expect({ exitCode, asked: asked() }).toEqual({ exitCode: 3, asked: [] });
    expect(stderr).toMatch(/no cluster for dev: neither KUBECONFIG nor ~\/\.kube\/config names one/);
  });
});

test.each(cases)("the program, and with it the provider, take that of `%s` where %j name one", (place, named) => {
  name(...named);
  const plan = planEnvironment(loadEnvironment({ directory: program, environment: "dev" }));
  const { credentials, provider } = resolveCluster(plan, program);
  expect(credentials.server).toBe(addressOf(place));
  expect(provider).toEqual({
    context: "first",
    kubeconfig: {
      own: "kubeconfigs/own",
      named: "",
      embedded: join(program, ".tenantry/cluster/kubeconfig"),
      usual: "",
    }[place],
  });
});

describe.each([[[]], [["--packets"]]] as const)("an attack %j", (flags) => {
  test.each([
    ["nothing of ours stands", null, /the platform of dev is not on the cluster at/],
    ["another environment stands", "tenantry-prod", /is not that of dev \(tenantry-dev\): it is that of tenantry-prod/],
    ["the platform stands, and the tenants do not", "tenantry-dev", /tenant acme is not on the cluster at/],
  ])("only looks where %s, and says which cluster it was", async (_what, stands, words) => {
    name("named", "embedded");
    identifier = stands;
    const { exitCode, stdout, stderr } = await run("attack", "dev", ...flags);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toMatch(words);
    expect(stderr).toContain(`${addressOf("named")} (KUBECONFIG)`);
    const methods = (servers.get("named")?.seen ?? []).map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(["GET"]));
  });

  test("asks nothing where the kubeconfig acts for somebody, whose place the tenants would take", async () => {
    name("named");
    const user = { token: "one", as: "jo@acme.example", "as-groups": ["acme-admins"] };
    const cluster = { server: addressOf("named") };
    vi.stubEnv("KUBECONFIG", writeKubeconfig(program, "kubeconfigs/acting", { cluster, user }));
    const { exitCode, stderr } = await run("attack", "dev", ...flags);
    expect({ exitCode, asked: asked() }).toEqual({ exitCode: 3, asked: [] });
    expect(stderr).toMatch(/acts for somebody/);
  });
});
