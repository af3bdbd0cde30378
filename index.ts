/** The program: load -> plan -> prove -> ask the cluster -> build -> export. Everything before the first `new` creates nothing. */
import * as pulumi from "@pulumi/pulumi";

import { clusterProvider } from "./components/cluster-provider.ts";
import { explained } from "./components/explained.ts";
import { Platform } from "./components/platform.ts";
import * as guard from "./components/removal-guard.ts";
import { tenantSecrets } from "./components/tenant-secrets.ts";
import { TenantStack } from "./components/tenant-stack.ts";
import { preflight } from "./preflight/program.ts";
import { assertIsolation } from "./tenants/isolation.ts";
import { loadEnvironment } from "./tenants/load.ts";
import { planEnvironment } from "./tenants/plan.ts";
import { sourcesOf } from "./tenants/sources.ts";

const config = new pulumi.Config("tenantry");
const environment = explained(() => {
  const runtime = { environment: config.getObject("environment"), tenants: config.getObject("tenants") };
  const loaded = loadEnvironment({ directory: import.meta.dirname, environment: pulumi.getStack(), runtime });
  return assertIsolation(planEnvironment(loaded), sourcesOf(loaded));
});
await preflight(environment);
await guard.refuseRemoval(environment);
const provider = clusterProvider("cluster", environment.platform);
const platform = new Platform(environment.environment, { plan: environment.platform }, { provider });

/** What each tenant offers, by id; and which of them the next update must not find missing. */
export const tenants = Object.fromEntries(
  environment.tenants.map((tenant) => {
    const args = { plan: tenant, secrets: tenantSecrets(config, tenant), platform };
    const { namespace, endpoints, dashboardUrl } = new TenantStack(tenant.id, args, { provider });
    return [tenant.id, { namespace, endpoints, dashboardUrl }];
  }),
);
export const protectedTenants = guard.protectedTenants(environment);
