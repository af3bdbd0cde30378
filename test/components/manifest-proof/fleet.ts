import { planEnvironment } from "../../../tenants/plan.ts";
import { loadedOf, roomyEnvironment } from "../../tenants/support/fleet.ts";

/** Three tenants with one of everything: two that consent to each other, and one that nobody consents to. */
export const fleet = planEnvironment(
  loadedOf(
    [
      {
        id: "acme",
        name: "Acme",
        tier: "pro",
        owners: [{ group: "acme-admins" }],
        domains: ["agents.acme.example"],
        egress: [{ cidr: "0.0.0.0/0", ports: [443] }],
        peers: [{ tenant: "globex", ports: [3000] }],
      },
      {
        id: "globex",
        name: "Globex",
        tier: "free",
        owners: [{ user: "hank@globex.example" }],
        peers: [{ tenant: "acme", ports: [3000] }],
      },
      { id: "initech", name: "Initech", tier: "free" },
    ],
    {
      ...roomyEnvironment,
      cluster: { ...roomyEnvironment.cluster, clusterNetworkPolicies: { priority: 100 } },
      gateway: {
        ...roomyEnvironment.gateway,
        create: true,
        podLabels: { app: "edge" },
        issuer: { kind: "ClusterIssuer", name: "ca" },
      },
      monitoring: { namespace: "monitoring", podLabels: { app: "prometheus" } },
      sharedServices: [{ name: "ollama", namespace: "models", podLabels: { app: "ollama" }, ports: [11434] }],
    },
  ),
);
