import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { TenantPlan } from "../tenants/model.ts";
import { logicalName } from "../tenants/names.ts";
import { childOptions } from "./children.ts";
import { Dashboard } from "./dashboard.ts";
import { buildConfigMap } from "./manifests/config.ts";
import type { InputMap } from "./manifests/kubernetes.ts";
import { buildNamespace } from "./manifests/namespace.ts";
import { RuntimeStatefulSet } from "./runtime-stateful-set.ts";
import { createEdge, publicUrls } from "./tenant-edge.ts";
import { createClusterPolicy, createGuardrails, createOwnerAccess } from "./tenant-guardrails.ts";
import { assertProvided, createSecret } from "./tenant-secret.ts";
import { tenantDashboardArgs, tenantRuntimeArgs } from "./tenant-workloads.ts";

/** Arguments of `TenantStack`. */
export interface TenantStackArgs {
  /** What the tenant is, completely decided; `planTenant` makes it. */
  readonly plan: TenantPlan;
  /**
   * Values for exactly the names in `plan.secrets.provided`. They are kept as Pulumi secrets whether or not they come as such.
   * @default none
   */
  readonly secrets?: InputMap;
  /**
   * The environment's platform, so that the tenant's listeners come after its Gateway, and its owners after the guardrails.
   * @default none: the Gateway is somebody else's, and without guardrails owners only look
   */
  readonly platform?: {
    readonly gateway: pulumi.Resource | undefined;
    readonly guardrails: readonly pulumi.Resource[];
  };
}

/** Where a tenant can be reached. */
export interface TenantEndpoints {
  /** URL of the runtime inside the cluster. */
  readonly runtime: string;
  /** URL of the dashboard inside the cluster. */
  readonly dashboard: string;
  /** Public URL of each host, by host; empty while the tenant has no route. */
  readonly hosts: Readonly<Record<string, string>>;
}

/**
 * One isolated tenant: namespace, quota, limit range, network policies, owners' role, config, secrets, runtime, dashboard and
 * route. The logical name is the tenant's id.
 *
 * Everything in the namespace is deleted with it, in one call; the cluster's policy about the namespace, which is not in it, after it.
 * Throws before anything is registered when `secrets` does not match
 * the plan.
 *
 * @example
 * new TenantStack(plan.id, { plan, secrets: { MODEL_TOKEN: config.requireSecret("modelToken") } }, { provider });
 */
export class TenantStack extends pulumi.ComponentResource {
  /** Name of the tenant's namespace, known once it exists. */
  readonly namespace: pulumi.Output<string>;
  readonly endpoints: pulumi.Output<TenantEndpoints>;
  /**
   * Where people find the dashboard: its first host, or its address inside the cluster while there is none. `undefined` while the
   * tenant is suspended: nobody answers at either.
   */
  readonly dashboardUrl: pulumi.Output<string | undefined>;

  constructor(id: string, args: TenantStackArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, platform, secrets = {} } = args;
    if (id !== plan.id) throw new Error(`the logical name ${id} must be the tenant's id ${plan.id}`);
    assertProvided(plan, secrets);
    super("tenantry:index:TenantStack", id, {}, opts);
    // First, and therefore removed last: it stands before the first pod starts and until the last one is gone.
    const clusterPolicy = createClusterPolicy(plan, { parent: this });
    const resource = new kubernetes.core.v1.Namespace(logicalName(plan.id, "namespace"), buildNamespace(plan), {
      ...childOptions(this, [clusterPolicy]),
      protect: plan.protect,
    });
    const namespace = resource.metadata.name;
    const child = { parent: this, deletedWith: resource };

    const { counted, beforePods } = createGuardrails(plan, namespace, child);
    createOwnerAccess(plan, counted, platform?.guardrails, child);
    const config = new kubernetes.core.v1.ConfigMap(
      logicalName(plan.id, "config"),
      buildConfigMap(plan, counted),
      child,
    );
    const secret = createSecret(plan, counted, secrets, child);

    const guardrails = [...beforePods, config];
    const runtimeGuardrails = secret === undefined ? guardrails : [...guardrails, secret.resource];
    const runtime = new RuntimeStatefulSet(
      logicalName(plan.id, "runtime"),
      tenantRuntimeArgs(plan, counted, secret?.source ?? null, runtimeGuardrails),
      child,
    );
    const dashboard = new Dashboard(
      logicalName(plan.id, "dashboard"),
      tenantDashboardArgs(plan, counted, runtime.endpoint, guardrails),
      child,
    );
    createEdge(plan, counted, platform?.gateway === undefined ? child : { ...child, dependsOn: [platform.gateway] });

    const hosts = publicUrls(plan);
    this.namespace = namespace;
    this.endpoints = pulumi.output({ runtime: runtime.endpoint, dashboard: dashboard.endpoint, hosts });
    this.dashboardUrl = dashboard.endpoint.apply((inCluster) =>
      plan.status === "suspended" ? undefined : (Object.values(hosts)[0] ?? inCluster),
    );
    this.registerOutputs({
      namespace: this.namespace,
      endpoints: this.endpoints,
      dashboardUrl: this.dashboardUrl,
    });
  }
}
