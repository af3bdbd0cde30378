import { labelKeys } from "../../tenants/names.ts";
import { parametersOf } from "../manifests/admission/parameters.ts";
import { managedBy } from "../manifests/metadata.ts";
import { at, Faults, ofKind, textAt, type TenantCheck } from "./reader.ts";

/** Kinds that the plan makes in a tenant's namespace. Any other is a way that nobody has looked at. */
const plannedKinds = new Set([
  "Namespace",
  "ResourceQuota",
  "LimitRange",
  "NetworkPolicy",
  "Role",
  "RoleBinding",
  "ServiceAccount",
  "ConfigMap",
  "Secret",
  "Service",
  "StatefulSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
  "ListenerSet",
  "Certificate",
  "HTTPRoute",
]);

/** The namespace carries what Pod Security, selectors and guardrails read. */
export const namespaceFaults: TenantCheck = ({ tenant, objects }) => {
  const faults = new Faults("identity");
  for (const object of objects)
    faults.need(plannedKinds.has(textAt(object, "kind")), object, "is of a kind that the plan does not make");
  const [namespace] = ofKind(objects, "Namespace");
  const where = namespace ?? `Namespace ${tenant.namespace}`;
  const version = tenant.podSecurityVersion;
  const labels: Readonly<Record<string, string>> = {
    [labelKeys.managedBy]: managedBy,
    [labelKeys.tenant]: tenant.id,
    ...Object.fromEntries(
      ["enforce", "audit", "warn"].flatMap((mode) => [
        [`pod-security.kubernetes.io/${mode}`, "restricted"],
        [`pod-security.kubernetes.io/${mode}-version`, version],
      ]),
    ),
  };
  for (const [key, value] of Object.entries(labels)) {
    faults.need(at(namespace, "metadata", "labels", key) === value, where, `label ${key} is not ${value}`);
  }
  for (const [key, value] of Object.entries(parametersOf(tenant.guardrails))) {
    faults.need(at(namespace, "metadata", "annotations", key) === value, where, `annotation ${key} is not the plan's`);
  }
  return faults.list;
};
