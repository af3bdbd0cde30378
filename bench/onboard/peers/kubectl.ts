import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type CollectionPath, type RawApi, removeTenant } from "../../api.ts";
import type { Run } from "../programs.ts";
import type { FreshTenant, Peer } from "./peer.ts";

/** `kubectl apply --server-side` of one file. Returns when the API server has accepted the objects. */
export function kubectlPeer(run: Run, api: RawApi, path: CollectionPath, directory: string): Peer {
  const file = (tenant: FreshTenant): string => join(directory, `${tenant.id}.yaml`);
  return {
    name: "kubectl",
    command: "kubectl apply --server-side",
    waits: false,
    prepare: (tenant) => {
      mkdirSync(directory, { recursive: true });
      writeFileSync(file(tenant), tenant.objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    },
    onboard: async (tenant) => run("kubectl", ["apply", "--server-side", "--filename", file(tenant)]),
    remove: ({ objects }) => removeTenant(api, path, objects),
  };
}
