import { guardrailName } from "../../components/manifests/admission/index.ts";
import { platformObjects } from "../../components/manifests/admission/platform-objects.ts";
import { managedBy } from "../../components/manifests/metadata.ts";
import { labelKeys, objectNames } from "../../tenants/names.ts";
import { type ClusterAnswer, namesOf, wordsOf } from "../cluster.ts";
import { type Check, enforced, type Finding, notEnforced } from "../check.ts";
import type { ClusterView } from "../view.ts";
import { pluginFinding } from "./admission-plugins.ts";

const group = "admissionregistration.k8s.io/v1";
const plugin = "ValidatingAdmissionPolicy";

/**
 * The server acts on admission policies. Once the guardrails are there, one of them has to refuse a dry run and to let its twin
 * in. Before, or for who may not try, the server's metrics have to do: without storing something no policy can be tried.
 */
export const admissionPolicies: Check = {
  name: "admission-policies",
  need: "isolation",
  look: async (view) => {
    const discovery = await view.discovery();
    if (discovery?.serves(group, "ValidatingAdmissionPolicy") === false) {
      return notEnforced(
        `ValidatingAdmissionPolicy (${group}) is not served`,
        "Use Kubernetes 1.30 or later, and serve it: --runtime-config must not turn it off.",
      );
    }
    return (await tryGuardrail(view)) ?? pluginFinding(view, plugin);
  },
};

/** The verdict of a guardrail that is there; `null` where none can be tried. */
async function tryGuardrail(view: ClusterView): Promise<Finding | null> {
  const name = guardrailName(platformObjects);
  const [policy, binding, tenants] = await Promise.all([
    view.get(`/apis/${group}/validatingadmissionpolicies/${name}`),
    view.get(`/apis/${group}/validatingadmissionpolicybindings/${name}`),
    view.get(`/api/v1/namespaces?${new URLSearchParams({ labelSelector: labelKeys.tenant, limit: "1" }).toString()}`),
  ]);
  const [namespace] = namesOf(tenants);
  if (namespace === undefined) return null;
  if (policy.status === 404 || binding.status === 404) {
    // Not a verdict: it would stop the very update that brings the guardrail back, or that is the first to bring it.
    const finding = await pluginFinding(view, plugin);
    return {
      ...finding,
      hint: `${name} is not there, though ${namespace} is: \`pulumi up --refresh\`, then \`npm run attack\`.`,
    };
  }
  if (policy.status !== 200 || binding.status !== 200) return null;
  const [ours, twin] = await Promise.all([
    tryConfigMap(view, namespace, { [labelKeys.managedBy]: managedBy }),
    tryConfigMap(view, namespace, {}),
  ]);
  if (ours.status === 201) {
    return notEnforced(
      `the guardrail ${name} is there and did not refuse what it forbids in ${namespace} (dry run)`,
      "Somebody has changed it or its binding, or the admission plugin ValidatingAdmissionPolicy is off: `pulumi up --refresh`, then `npm run attack`.",
    );
  }
  return twin.status === 201 && wordsOf(ours).includes(name)
    ? enforced(`the guardrail ${name} refuses what it forbids in ${namespace}, and lets its twin in (dry runs)`)
    : null;
}

/** As the tenant's owner, for guardrails do not judge administrators. */
function tryConfigMap(
  view: ClusterView,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<ClusterAnswer> {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
  return view.ask({
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`,
    as: { user: `system:serviceaccount:${namespace}:${objectNames.owner}`, groups },
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "tenantry-preflight-", labels } },
  });
}
