import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Run } from "../programs.ts";
import type { KubernetesObject } from "../objects.ts";
import type { FreshTenant, Peer } from "./peer.ts";

/** Writes a chart whose templates are exactly the objects, one file for each. Returns its folder. */
export function writeChart(directory: string, tenant: Pick<FreshTenant, "id" | "objects">): string {
  const chart = join(directory, tenant.id);
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), `apiVersion: v2\nname: ${tenant.id}\nversion: 1.0.0\n`);
  tenant.objects.forEach((object, index) => {
    const file = `${String(index).padStart(2, "0")}-${object.kind.toLowerCase()}.yaml`;
    writeFileSync(join(chart, "templates", file), `${templateText(object)}\n`);
  });
  return chart;
}

/** JSON is YAML; only what helm's template language would take for its own has to be quoted. */
function templateText(object: KubernetesObject): string {
  return JSON.stringify(object).replaceAll("{{", '{{ "{{" }}');
}

/** `helm install` of a ready chart. Without `wait` it returns when the API server has accepted the objects. */
export function helmPeer(run: Run, directory: string, options: { readonly wait: boolean }): Peer {
  const flags = options.wait ? ["--wait", "--timeout", "2m"] : [];
  const chart = (tenant: FreshTenant): string => join(directory, tenant.id);
  return {
    name: options.wait ? "helm-wait" : "helm",
    command: `helm install${options.wait ? " --wait" : ""}`,
    waits: options.wait,
    prepare: (tenant) => writeChart(directory, tenant),
    onboard: async (tenant) => run("helm", ["install", tenant.id, chart(tenant), "--namespace", "default", ...flags]),
    remove: async (tenant) => {
      await run("helm", ["uninstall", tenant.id, "--namespace", "default"]);
      rmSync(chart(tenant), { recursive: true });
    },
  };
}
