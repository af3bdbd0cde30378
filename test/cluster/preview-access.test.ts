import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { parse, parseAllDocuments, stringify } from "yaml";

import { eventually, fingerprints, isSettled, namespaces, openCluster } from "./support/client.ts";
import { makeWorkspace, repository, type Workspace } from "./support/workspace.ts";

const account = "system:serviceaccount:tenantry-preview:preview";
const folder = mkdtempSync(join(tmpdir(), "tenantry-preview-"));
const kubeconfig = join(folder, "kubeconfig");
const manifests = parseAllDocuments(readFileSync(join(repository, "docs/examples/preview/access.yaml"), "utf8")).map(
  (document) => document.toJS() as KubernetesObject,
);

let objects: KubernetesObjectApi;
let workspace: Workspace;

/** Makes Pulumi talk to the cluster as the administrator, or as somebody whom the administrator acts for. */
function writeKubeconfig(as?: string): void {
  const config = parse(readFileSync(inject("variables")["KUBECONFIG"] ?? "", "utf8")) as {
    users: { user: Record<string, unknown> }[];
  };
  for (const { user } of config.users) if (as !== undefined) user["as"] = as;
  writeFileSync(kubeconfig, stringify(config), { mode: 0o600 });
}

beforeAll(async () => {
  objects = KubernetesObjectApi.makeApiClient(openCluster(inject("variables")["KUBECONFIG"] ?? ""));
  for (const manifest of manifests) await objects.create(manifest);
  writeKubeconfig();
  workspace = makeWorkspace({ ...inject("variables"), KUBECONFIG: kubeconfig });
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
  const updated = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
  expect(updated.exitCode, updated.all).toBe(0);
});

afterAll(async () => {
  writeKubeconfig();
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  for (const manifest of [...manifests].reverse()) await objects.delete(manifest);
  rmSync(folder, { recursive: true, force: true });
  expect(result.exitCode, result.all).toBe(0);
});

test("with the documented role a preview shows creations and changes, and an update is refused", async () => {
  // Autoscalers bring workloads to their minimum some time after the update.
  await eventually("the workloads are settled", async () => {
    const settled = await Promise.all((await namespaces(objects)).map((name) => isSettled(objects, name)));
    return settled.every((each) => each);
  });
  const before = await Promise.all((await namespaces(objects)).map((name) => fingerprints(objects, name)));
  const [first, ...others] = workspace.tenants();
  const changed = { ...first, id: first?.id ?? "", labels: { "cost-center": "cc-99" } };
  const added = { id: "umbrella", name: "Umbrella", tier: "pro", owners: [{ group: "umbrella-admins" }] };
  workspace.writeTenants([changed, ...others, added]);
  // Strict, and nothing accepted: the role is enough for every check of the preflight.
  const simulated = "the nodes of the tests are simulated";
  workspace.patchEnvironment({
    preflight: { stated: { "network-policy": simulated, "cluster-network-policy": simulated } },
  });
  writeKubeconfig(account);

  const preview = await workspace.pulumi(["preview", "--stack", "dev", "--json"]);
  expect(preview.exitCode, preview.all).toBe(0);
  const { changeSummary } = JSON.parse(preview.stdout) as { changeSummary: Record<string, number> };
  expect(changeSummary["create"]).toBeGreaterThan(20);
  expect(changeSummary["update"]).toBeGreaterThan(10);
  expect(changeSummary["delete"] ?? 0).toBe(0);

  // The rights are what keeps a preview from writing, not its good will.
  const update = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
  expect(update.exitCode).not.toBe(0);
  expect(update.all).toContain("forbidden");
  expect(await Promise.all((await namespaces(objects)).map((name) => fingerprints(objects, name)))).toEqual(before);
});
