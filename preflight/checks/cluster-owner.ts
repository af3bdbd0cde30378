import { guardrailsAdministrator } from "../../components/manifests/admission/index.ts";
import { type Check, enforced, notEnforced, unknown } from "../check.ts";
import { jsonOf, wordsOf } from "../cluster.ts";
import { platformOwner, platformRolePath } from "../platform-owner.ts";

const remedy =
  "Let KUBECONFIG or cluster.kubeconfig name the cluster that you mean. Where cluster.identifier was changed on purpose, accept it for one update.";

/**
 * The platform on the cluster is this environment's, or there is none yet. Objects that exist are adopted, so an update that goes to
 * another environment's cluster by a wrong KUBECONFIG would take over its platform and the tenants of the same id, and a later
 * `pulumi destroy` would delete them. An error for every environment, strict or not.
 */
export const clusterOwner: Check = {
  name: "cluster-owner",
  need: "update",
  look: async (view, { environment, platform }) => {
    const role = await view.get(platformRolePath);
    if (role.status === 404) return enforced("no platform of Tenantry stands on the cluster yet");
    if (role.status !== 200)
      return unknown(`ClusterRole ${guardrailsAdministrator} cannot be read: ${wordsOf(role)}`, remedy);
    const owner = platformOwner(jsonOf(role));
    const ours = `that of ${environment} (${platform.clusterIdentifier})`;
    if (owner === platform.clusterIdentifier) return enforced(`the platform on the cluster is ${ours}`);
    return owner === undefined
      ? unknown(`the platform on the cluster does not say whether it is ${ours}`, remedy)
      : notEnforced(`the platform on the cluster is that of ${owner}, not ${ours}`, remedy);
  },
};
