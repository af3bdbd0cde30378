import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { planCommand } from "../../cli/plan.ts";
import { inventory, openCluster } from "./support/client.ts";
import { makeWorkspace, type PulumiResult, type Workspace } from "./support/workspace.ts";

const namespace = "tenant-vault";
/** A value that occurs nowhere else, so that every trace of it is a leak. */
const marker = `planted-${"k3Qv9Zr7".repeat(4)}`;
const encodings = [marker, Buffer.from(marker).toString("base64").replace(/=+$/, ""), encodeURIComponent(marker)];

let workspace: Workspace;
let objects: KubernetesObjectApi;
let generated: string;
const printed = new Map<string, string>();
const seenInProcessList = new Set<string>();

function leaks(text: string): readonly string[] {
  return [...encodings, generated].filter((secret) => secret !== "" && text.includes(secret));
}

/** Command lines of every process of this machine, as `ps` shows them to anybody. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        // It has ended since the folder was read.
        return "";
      }
    })
    .join("\n");
}

async function pulumi(what: string, ...args: string[]): Promise<PulumiResult> {
  const watch = setInterval(
    () => encodings.filter((text) => commandLines().includes(text)).forEach((text) => seenInProcessList.add(text)),
    100,
  );
  try {
    const result = await workspace.pulumi(args);
    printed.set(what, result.all);
    return result;
  } finally {
    clearInterval(watch);
  }
}

/** Every file below a folder, with its content as text. */
function files(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, "latin1")] as const);
}

beforeAll(async () => {
  const variables = inject("variables");
  workspace = makeWorkspace(variables);
  objects = KubernetesObjectApi.makeApiClient(openCluster(variables["KUBECONFIG"] ?? ""));
  workspace.writeTenants([{ id: "vault", name: "Vault", tier: "free", secrets: { rotation: 1 } }]);
  expect((await workspace.pulumi(["stack", "init", "dev"])).exitCode).toBe(0);
  const set = await workspace.pulumi(
    ["config", "set", "--stack", "dev", "--secret", "--path", "tenantry:tenantSecrets.vault.MODEL_TOKEN"],
    { input: marker },
  );
  expect(set.exitCode, set.all).toBe(0);
  const up = await pulumi("up", "up", "--stack", "dev", "--yes", "--diff");
  expect(up.exitCode, up.all).toBe(0);
  const found = (await inventory(objects, namespace)).get("Secret/secrets");
  const data = found?.["data"] as Record<string, string>;
  // The control: the value is where it belongs, so a search that finds it nowhere else means something.
  expect(Buffer.from(data["MODEL_TOKEN"] ?? "", "base64").toString()).toBe(marker);
  generated = Buffer.from(data["SESSION_KEY"] ?? "", "base64").toString();
  expect(generated.length).toBeGreaterThan(20);
});

afterAll(async () => {
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
});

test("no command prints it, not even one that fails", async () => {
  await pulumi("preview", "preview", "--stack", "dev", "--diff");
  await pulumi("export", "stack", "export", "--stack", "dev");
  await pulumi("outputs", "stack", "output", "--stack", "dev", "--json");
  const { stdout, stderr } = planCommand(workspace.directory, "dev", { json: true });
  printed.set("plan", stdout + stderr);

  // A namespace that somebody else has stands in the way: the diagnostics of a failing update quote what they can.
  const labels = { "tenantry.dev/tenant": "somebody-else" };
  await objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "tenant-clash", labels } });
  const tenants = workspace.tenants();
  workspace.writeTenants([...tenants, { id: "clash", name: "Clash", tier: "free" }]);
  const failed = await pulumi("failing up", "up", "--stack", "dev", "--yes", "--skip-preview", "--diff");
  expect(failed.exitCode, failed.all).not.toBe(0);
  workspace.writeTenants(tenants);
  await objects.delete({ apiVersion: "v1", kind: "Namespace", metadata: { name: "tenant-clash" } });

  for (const [what, text] of printed) expect({ what, leaks: leaks(text) }).toEqual({ what, leaks: [] });
});

test("no process has it on its command line", () => {
  expect([...seenInProcessList]).toEqual([]);
});

test("no file of the program, its state or the cluster's logs has it in the clear", () => {
  const folders = [workspace.directory, join(inject("clusterDirectory"), ".tenantry", "cluster")];
  // The data of etcd is the cluster's own copy, which it needs in the clear: encryption at rest is the cluster's to give.
  const found = folders
    .flatMap(files)
    .filter(([path]) => !path.includes("/etcd/"))
    .filter(([, text]) => leaks(text).length > 0)
    .map(([path]) => path);
  expect(found).toEqual([]);
});

test("in the cluster it is in the Secret alone", async () => {
  const holders = [...(await inventory(objects, namespace))]
    .filter(([, object]) => leaks(JSON.stringify(object)).length > 0)
    .map(([key]) => key);
  expect(holders).toEqual(["Secret/secrets"]);
});
