import type { TenantPlan } from "../../tenants/model.ts";
import { labelKeys } from "../../tenants/names.ts";
import type { Input, InputMap, Metadata } from "./kubernetes.ts";

/** Value of `app.kubernetes.io/managed-by` on everything that the plan made. */
export const managedBy = "tenantry";

/**
 * Makes the engine win a server-side apply conflict. Owners may edit some of these objects with kubectl; without this, one
 * such edit would fail the update of the whole cell, and suspending a tenant would conflict with the autoscaler over
 * `replicas`. The namespace does not carry it: there a conflict means that somebody else owns it, and the update must stop.
 */
const forceAnnotation = { "pulumi.com/patchForce": "true" } as const;

/** What a workload's selectors match on. Immutable in Kubernetes, so it holds identities only: no tier, no version. */
export function selectorLabels(instance: string, name: string): { [key: string]: string } {
  return { [labelKeys.name]: name, [labelKeys.instance]: instance };
}

/** Labels of every object of a tenant; a person's labels come first so that they can never displace ours. */
export function tenantLabels(plan: Pick<TenantPlan, "id" | "tier" | "labels">): { [key: string]: string } {
  return {
    ...plan.labels,
    [labelKeys.managedBy]: managedBy,
    [labelKeys.partOf]: "tenantry",
    [labelKeys.instance]: plan.id,
    [labelKeys.tenant]: plan.id,
    [labelKeys.tier]: plan.tier,
  };
}

/** Metadata of an object of the cluster that is a tenant's. */
export function clusterObjectMetadata(name: string, labels: InputMap): Metadata {
  return { name, labels: { ...labels }, annotations: { ...forceAnnotation } };
}

/** Metadata of an object inside a namespace. */
export function objectMetadata(
  name: string,
  namespace: Input<string>,
  labels: InputMap,
  annotations: InputMap = {},
): Metadata {
  return { name, namespace, labels: { ...labels }, annotations: { ...forceAnnotation, ...annotations } };
}
