import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformPlan } from "../tenants/model.ts";
import { childOptions } from "./children.ts";
import { createGuardrailPolicies } from "./guardrails.ts";
import { buildEdgeNamespace, buildGateway } from "./manifests/gateway.ts";

/** Arguments of `Platform`. */
export interface PlatformArgs {
  /** What the environment needs once per cluster. */
  readonly plan: PlatformPlan;
}

/**
 * What an environment has once per cluster: the guardrails that judge what tenants make, and the namespace of its edge with the
 * Gateway where the plan says to make them. One per cluster: guardrails have fixed names.
 */
export class Platform extends pulumi.ComponentResource {
  /** The Gateway, for what must come after it; `undefined` where somebody else makes it or there is none. */
  readonly gateway: kubernetes.apiextensions.CustomResource | undefined;
  /** What has to stand before anybody works in a tenant's namespace. */
  readonly guardrails: readonly pulumi.Resource[];

  constructor(name: string, { plan }: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:Platform", name, {}, opts);
    const { gateway } = plan;
    this.guardrails = createGuardrailPolicies(name, plan.clusterIdentifier, childOptions(this));
    if (gateway?.create === true) {
      const namespace = new kubernetes.core.v1.Namespace(
        `${name}-edge-namespace`,
        buildEdgeNamespace(gateway),
        childOptions(this),
      );
      this.gateway = new kubernetes.apiextensions.CustomResource(
        `${name}-gateway`,
        buildGateway(gateway, namespace.metadata.name),
        { ...childOptions(this), deletedWith: namespace },
      );
    }
    this.registerOutputs({});
  }
}
