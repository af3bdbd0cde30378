import { type ClusterAnswer, wordsOf } from "../cluster.ts";
import { type Check, enforced, notEnforced, unknown } from "../check.ts";
import type { ClusterView } from "../view.ts";
import { pluginFinding, pluginRemedies } from "./admission-plugins.ts";

const label = "pod-security.kubernetes.io/enforce";

/**
 * The server acts on Pod Security labels. The plugin refuses a namespace whose label has no level; without it, that label is any
 * label. Who may not make namespaces, not even as a dry run, has to believe the server's metrics.
 */
export const podSecurity: Check = {
  name: "pod-security",
  need: "isolation",
  look: async (view) => {
    const [impossible, twin] = await Promise.all([tryNamespace(view, "impossible"), tryNamespace(view, "restricted")]);
    // Asked beside the twin: where a policy of the cluster refuses every new namespace, a refusal says nothing.
    if (twin.status === 201) {
      if (impossible.status === 201) {
        return notEnforced(
          "a namespace with an impossible Pod Security level was let in (dry run)",
          pluginRemedies.off("PodSecurity"),
        );
      }
      if (wordsOf(impossible).includes(label)) {
        return enforced("a namespace with an impossible Pod Security level is refused, its twin is let in (dry runs)");
      }
    }
    const finding = await pluginFinding(view, "PodSecurity");
    return finding.verdict === "unknown"
      ? unknown(`${finding.found}, and no namespace can be tried: ${wordsOf(twin)}`, pluginRemedies.unseen)
      : finding;
  },
};

function tryNamespace(view: ClusterView, level: string): Promise<ClusterAnswer> {
  const metadata = { generateName: "tenantry-preflight-", labels: { [label]: level } };
  return view.ask({
    method: "POST",
    path: "/api/v1/namespaces?dryRun=All",
    body: { apiVersion: "v1", kind: "Namespace", metadata },
  });
}
