import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { TenantPlan } from "../tenants/model.ts";
import { logicalName } from "../tenants/names.ts";
import { buildCertificates, buildListenerSet, buildRoute } from "./manifests/edge.ts";
import type { Input } from "./manifests/kubernetes.ts";

/** Makes the tenant's listeners, certificates and route; nothing while it has no route. */
export function createEdge(plan: TenantPlan, namespace: Input<string>, opts: pulumi.CustomResourceOptions): void {
  const { route } = plan;
  if (route === null) return;
  const { CustomResource } = kubernetes.apiextensions;

  const listeners = buildListenerSet(plan, route, namespace);
  if (listeners !== null) new CustomResource(logicalName(plan.id, "listeners"), listeners, opts);
  for (const { secretName, manifest } of buildCertificates(plan, route, namespace)) {
    new CustomResource(logicalName(plan.id, "certificate", secretName), manifest, opts);
  }
  const httpRoute = buildRoute(plan, route, namespace);
  if (httpRoute !== null) new CustomResource(logicalName(plan.id, "route"), httpRoute, opts);
}

/** URL of every host of the tenant. */
export function publicUrls({ route }: TenantPlan): Record<string, string> {
  return Object.fromEntries(route?.hosts.map(({ host, url }) => [host, url]) ?? []);
}
