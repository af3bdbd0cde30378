import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { PlatformPlan } from "../tenants/model.ts";

/**
 * The one provider of an environment's cluster; every resource of every tenant inherits it. One per cluster and never per
 * tenant: each provider is a process that loads the cluster's whole schema.
 */
export function clusterProvider(
  name: string,
  plan: PlatformPlan,
  opts?: pulumi.CustomResourceOptions,
): kubernetes.Provider {
  return new kubernetes.Provider(
    name,
    {
      // Without it the provider compares kubeconfigs: a renamed context or a rotated token would replace every tenant.
      clusterIdentifier: plan.clusterIdentifier,
      // Empty is not the same as absent: where it is absent, the SDK puts KUBECONFIG's text in its place, which the provider takes for one
      // path. Of several files it would find none, and paths inside a file would start from elsewhere than kubectl's do.
      kubeconfig: plan.kubeconfig ?? "",
      ...(plan.context === null ? {} : { context: plan.context }),
      enableServerSideApply: true,
      // Config and secrets change in place and roll the pods by checksum. The provider's default would replace them, and an
      // object with a fixed name can only be replaced by deleting it under running pods.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
      // An update killed between a create and its record finds its own object again. Providers before 4.29 always do so. The price:
      // an object of that name which somebody else made is adopted too, unless its owner holds a field that we set.
      upsertExistingObjects: true,
      kubeClientSettings: { qps: plan.client.queriesPerSecond, burst: plan.client.burst },
    },
    opts,
  );
}
