import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import pc from "picocolors";
import { expect, test } from "vitest";

import { statusText } from "../../cli/local-status.ts";
import { clusterDown, clusterStatus } from "../../local/cluster/index.ts";
import { partLog } from "../../local/cluster/parts.ts";
import { localPaths } from "../../local/paths.ts";
import { silentReporter } from "../../local/reporter.ts";
import { temporaryDirectory } from "../local/support/temporary.ts";

test("logs are named as long as they are there, and not after down --purge", async () => {
  const paths = localPaths(temporaryDirectory());
  const [etcd, kwok] = [partLog(paths, "etcd"), partLog(paths, "kwok")];
  mkdirSync(dirname(etcd), { recursive: true });
  for (const file of [etcd, paths.cluster.auditLog]) writeFileSync(file, "");
  const text = async () => statusText(await clusterStatus({ paths }), pc.createColors(false));

  const before = await text();
  expect(before).toContain(etcd);
  expect(before).not.toContain(kwok);
  expect(before).toContain(`cluster down; audit log ${paths.cluster.auditLog}\n  next: npm run local -- up\n`);

  await clusterDown({ paths, reporter: silentReporter, purge: true });
  const after = await text();
  expect(after).toMatch(/etcd +│ stopped +│ - +│ - +│ - +│/);
  expect(after).not.toContain(paths.root);
  expect(after.endsWith("\ncluster down\n  next: npm run local -- up\n")).toBe(true);
});

test("a cluster that is up needs no next step", () => {
  const status = { state: "up", parts: [], kubeconfig: "", auditLog: "" } as const;
  expect(statusText(status, pc.createColors(false))).toMatch(/\ncluster up\n$/);
});
