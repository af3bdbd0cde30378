import { KubernetesObjectApi } from "@kubernetes/client-node";
import { expect, inject, vi } from "vitest";

import { namespaces, openCluster } from "./client.ts";
import { document } from "./fleet.ts";
import { makeWorkspace, type TenantRecord, type Workspace } from "./workspace.ts";

/** A copy of the program in which the fleet commands run in this process, as in its folder and with its variables. */
export interface FleetWorkspace {
  readonly workspace: Workspace;
  readonly objects: KubernetesObjectApi;
  /** Removes the fleet and the copy, and expects that nothing of either is left. `end` is called before anything is judged. */
  readonly close: (end?: () => Promise<void>) => Promise<void>;
}

/** Where a fleet's states are, if they are in no folder of the copy. */
interface Backend {
  readonly backendUrl: string;
  /** What its clients need. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Makes a copy of the program with these tenants and moves this process into it. */
export function openFleetWorkspace(tenants: readonly TenantRecord[], cells: number, backend?: Backend): FleetWorkspace {
  const home = process.cwd();
  const variables = { ...inject("variables"), ...backend?.variables };
  const workspace = makeWorkspace(variables, backend?.backendUrl);
  const objects = KubernetesObjectApi.makeApiClient(openCluster(variables["KUBECONFIG"] ?? ""));
  for (const [name, value] of Object.entries({ ...variables, PULUMI_BACKEND_URL: workspace.backendUrl })) {
    vi.stubEnv(name, value);
  }
  workspace.writeTenants(tenants);
  if (cells > 1) workspace.setConfig("tenantry:cells", cells);
  process.chdir(workspace.directory);
  const close = async (end?: () => Promise<void>): Promise<void> => {
    const removed = await document("destroy", "--yes");
    const left = await namespaces(objects);
    process.chdir(home);
    vi.unstubAllEnvs();
    workspace.remove();
    await end?.();
    expect(removed.exitCode, JSON.stringify(removed.stacks)).toBe(0);
    expect(left).toEqual([]);
  };
  return { workspace, objects, close };
}
