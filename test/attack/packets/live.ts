import type { LiveCluster, LivePod, LiveTenant } from "../../../attack/packets/cluster.ts";
import { loadEnvironment } from "../../../tenants/load.ts";
import type { EnvironmentPlan, TenantId } from "../../../tenants/model.ts";
import { planEnvironment } from "../../../tenants/plan.ts";

/** The plan of dev, in which acme and globex consent to each other on port 3000. */
export function consentingPlan(): EnvironmentPlan {
  const plan = planEnvironment(loadEnvironment({ directory: process.cwd(), environment: "dev" }));
  const peers: Readonly<Record<string, string>> = { acme: "globex", globex: "acme" };
  const tenants = plan.tenants.map((tenant) => {
    const peer = peers[tenant.id];
    if (peer === undefined) return tenant;
    const opening = {
      tenant: peer as TenantId,
      namespace: `tenant-${peer}`,
      egressPorts: [3000],
      ingressPorts: [3000],
    };
    return { ...tenant, network: { ...tenant.network, peers: [opening] } };
  });
  return { ...plan, tenants };
}

/** A cluster that has every tenant of the plan, each with an address of its own. */
export function liveCluster({ tenants }: EnvironmentPlan): LiveCluster {
  const pod = (name: string, tenant: TenantId | null, address: string): LivePod => {
    return { tenant, namespace: "somewhere", pod: "pod", container: "main", name, address };
  };
  return {
    tenants: tenants.map((plan, index): LiveTenant => ({
      plan,
      pods: {
        runtime: pod(`${plan.id}/runtime`, plan.id, `10.244.0.${index * 2 + 10}`),
        dashboard: pod(`${plan.id}/dashboard`, plan.id, `10.244.0.${index * 2 + 11}`),
      },
      services: { runtime: `10.96.0.${index * 2 + 100}`, dashboard: `10.96.0.${index * 2 + 101}` },
    })),
    stranger: pod("stranger", null, "10.244.0.2"),
    strangerPort: 8080,
    node: "10.213.0.2",
    apiServer: [
      { address: "10.96.0.1", port: 443 },
      { address: "10.213.0.1", port: 6443 },
    ],
    dns: { service: "10.96.0.10", pod: "10.244.0.3" },
  };
}
