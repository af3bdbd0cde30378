/** What other programs import from the package: the components with their arguments, the planner and the plan's types. */
export { Dashboard, type DashboardArgs } from "./dashboard.ts";
export type { ConfigSource, Resources, SecretSource } from "./manifests/workload.ts";
export { Platform, type PlatformArgs } from "./platform.ts";
export { RuntimeStatefulSet, type RuntimeStatefulSetArgs } from "./runtime-stateful-set.ts";
export { type TenantManifest, tenantManifests } from "./tenant-manifests.ts";
export { type TenantEndpoints, TenantStack, type TenantStackArgs } from "./tenant-stack.ts";
export type { WorkloadArgs } from "./workload-args.ts";
export { InputError, type Problem } from "../tenants/errors.ts";
export { loadEnvironment } from "../tenants/load.ts";
export type * from "../tenants/model.ts";
export { describeEnvironment, type Environment, planEnvironment, planTenant } from "../tenants/plan.ts";
export { environmentSchema, type EnvironmentSpec, tenantSchema, type TenantSpec } from "../tenants/schema.ts";
