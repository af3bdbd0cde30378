/** From a tenant's plan to the arguments of its two workloads. Pure, so that the manifests can be built without the engine. */
import type * as pulumi from "@pulumi/pulumi";

import type { TenantPlan } from "../tenants/model.ts";
import { objectNames } from "../tenants/names.ts";
import type { DashboardArgs } from "./dashboard-args.ts";
import { configChecksum } from "./manifests/config.ts";
import type { Input } from "./manifests/kubernetes.ts";
import { tenantLabels } from "./manifests/metadata.ts";
import type { SecretSource } from "./manifests/workload.ts";
import type { RuntimeStatefulSetArgs } from "./runtime-args.ts";

function sharedArgs(plan: TenantPlan) {
  return {
    instance: plan.id,
    labels: tenantLabels(plan),
    config: { name: objectNames.config, checksum: configChecksum(plan.config) },
  };
}

/** Arguments of the tenant's runtime. Only the runtime gets the secrets: the dashboard asks it, and holds none to lose. */
export function tenantRuntimeArgs(
  plan: TenantPlan,
  namespace: Input<string>,
  secrets: SecretSource | null,
  guardrails: readonly pulumi.Resource[] = [],
): RuntimeStatefulSetArgs {
  return {
    ...plan.runtime,
    ...sharedArgs(plan),
    namespace,
    objectName: objectNames.runtime,
    secrets,
    guardrails,
    protect: plan.protect,
    // The namespace takes the pods when the tenant goes; until then an object made anew adopts them.
    keepPodsOnReplacement: true,
  };
}

/** Arguments of the tenant's dashboard. */
export function tenantDashboardArgs(
  plan: TenantPlan,
  namespace: Input<string>,
  runtimeUrl: Input<string>,
  guardrails: readonly pulumi.Resource[] = [],
): DashboardArgs {
  return {
    ...plan.dashboard,
    ...sharedArgs(plan),
    namespace,
    objectName: objectNames.dashboard,
    runtimeUrl,
    guardrails,
  };
}
