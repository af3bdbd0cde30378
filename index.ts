/** The program: load -> plan -> prove -> ask the cluster -> build -> export. Everything before the first `new` creates nothing. */
import * as pulumi from "@pulumi/pulumi";

import { clusterProvider } from "./components/cluster-provider.ts";
import { fleetRecord } from "./components/fleet-record.ts";
import { Platform } from "./components/platform.ts";
import * as guard from "./components/removal-guard.ts";
import { plannedStack } from "./components/stack-plan.ts";
import * as standing from "./components/standing-platform.ts";
import { tenantSecrets } from "./components/tenant-secrets.ts";
import { TenantStack } from "./components/tenant-stack.ts";
import { UpdateRecord } from "./components/update-record.ts";
import { preflight } from "./preflight/program.ts";

const config = new pulumi.Config("tenantry");
// The whole environment is planned and proved; this stack makes its own part of it (docs/fleet.md).
const stack = plannedStack(config, import.meta.dirname);
const { plan } = stack;
const platformPlan = { ...plan.platform, ...(await preflight(plan, import.meta.dirname)) };
await guard.refuseRemoval(stack);
const standingPlatform = await standing.standingPlatform(stack);

// Only where there are cells: a change of one stack shows no resource beside those of its tenants.
const update = plan.cells.count > 1 ? new UpdateRecord(stack.fingerprint) : undefined;
const provider = clusterProvider("cluster", platformPlan, update === undefined ? {} : { dependsOn: update });
const platform = standingPlatform ?? new Platform(plan.environment, { plan: plan.platform }, { provider });

/** What each tenant offers, by id; and which of them the next update must not find missing. */
export const tenants = Object.fromEntries(
  stack.tenants.map((tenant) => {
    const args = { plan: tenant, secrets: tenantSecrets(config, tenant), platform };
    const { namespace, endpoints, dashboardUrl } = new TenantStack(tenant.id, args, { provider });
    return [tenant.id, { namespace, endpoints, dashboardUrl }];
  }),
);
export const protectedTenants = guard.protectedTenants(stack);
/** Which platform tenants stand on, for the cells to ask; and what `npm run fleet` compares to see whether there is work. */
export const fleet = fleetRecord(stack, update);
