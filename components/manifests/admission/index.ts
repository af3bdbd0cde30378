import * as claims from "./claims.ts";
import { clusterPolicies } from "./cluster-policies.ts";
import * as disruption from "./disruption.ts";
import { finalizers, podFinalizers } from "./finalizers.ts";
import * as hosts from "./hosts.ts";
import * as identity from "./identity.ts";
import { namespaces } from "./namespaces.ts";
import * as network from "./network.ts";
import * as platform from "./platform-objects.ts";
import * as pods from "./pods.ts";
import { type AdmissionPolicy, admissionPoliciesOf, type Guardrail } from "./policy.ts";
import { probes } from "./probes.ts";
import { podAnnotations, podLabels, templates } from "./templates.ts";
import { podDeletion, termination } from "./termination.ts";

/** Every guardrail of a cluster. The order is that of the documentation. */
export const guardrails: readonly Guardrail[] = [
  platform.platformObjects,
  platform.platformScale,
  namespaces,
  finalizers,
  network.networkPolicies,
  clusterPolicies,
  network.services,
  network.serviceStatus,
  network.endpoints,
  hosts.routeHosts,
  hosts.hostlessRoutes,
  hosts.listenerHosts,
  hosts.ingressHosts,
  hosts.edgeAnnotations,
  hosts.referenceGrants,
  pods.images,
  pods.placement,
  pods.classes,
  pods.volumes,
  pods.resources,
  pods.podIdentity,
  probes,
  podFinalizers,
  podAnnotations,
  templates,
  podLabels,
  pods.ephemeralContainers,
  termination,
  podDeletion,
  claims.claims,
  claims.claimBinding,
  disruption.disruptionBudgets,
  disruption.autoscalers,
  identity.tokens,
  identity.tokenSecrets,
  identity.serviceAccounts,
  identity.roles,
  identity.roleBindings,
];

/** Every policy of a cluster, with the guardrails that it carries. */
export const admissionPolicies: readonly AdmissionPolicy[] = admissionPoliciesOf(guardrails);

export { buildGuardrailsAdministrator, clusterAnnotation, guardrailsAdministrator } from "./administrator.ts";
export { parameterAnnotations, parametersOf } from "./parameters.ts";
export {
  type AdmissionPolicy,
  admissionPoliciesOf,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  type Guardrail,
  guardrailName,
} from "./policy.ts";
