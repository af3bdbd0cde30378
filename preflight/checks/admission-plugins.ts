import { type Check, enforced, type Finding, notEnforced, unknown } from "../check.ts";
import type { ClusterView } from "../view.ts";

/** What to do where an admission plugin is off, or nobody can tell. */
export const pluginRemedies = {
  off: (plugin: string) =>
    `Turn the admission plugin ${plugin} on: Kubernetes has it on unless --disable-admission-plugins names it.`,
  unseen: "Let the identity read /metrics of the API server, as docs/examples/preview/access.yaml does.",
} as const;

/** What the server's own metrics say about one admission plugin. */
export async function pluginFinding(view: ClusterView, plugin: string): Promise<Finding> {
  const metrics = await view.metrics();
  if (metrics === null) return unknown("the server's metrics cannot be read", pluginRemedies.unseen);
  return metrics.admissionPlugins.has(plugin)
    ? enforced(`requests pass the admission plugin ${plugin}, by the server's metrics`)
    : notEnforced(
        `no request has passed the admission plugin ${plugin}, by the server's metrics`,
        pluginRemedies.off(plugin),
      );
}

/** The server acts on ResourceQuotas. */
export const resourceQuota: Check = {
  name: "resource-quota",
  need: "isolation",
  look: (view) => pluginFinding(view, "ResourceQuota"),
};

/** The server acts on LimitRanges. */
export const limitRange: Check = {
  name: "limit-range",
  need: "isolation",
  look: (view) => pluginFinding(view, "LimitRanger"),
};
