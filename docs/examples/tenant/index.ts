/** One tenant inside somebody else's Pulumi program: settings and record in code, planned and then built. */
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { describeEnvironment, environmentSchema, planTenant, TenantStack, tenantSchema } from "tenantry";

const config = new pulumi.Config();

const environment = describeEnvironment(
  "example",
  environmentSchema.parse({
    sizes: "dev",
    domain: "agents.example",
    cluster: { identifier: "example" },
    capacity: { cpu: 16, memory: "64Gi", ephemeralStorage: "100Gi", storage: "200Gi", pods: 110 },
    storage: { default: "standard", classes: ["standard"] },
    images: {
      runtime: config.require("runtimeImage"),
      dashboard: config.require("dashboardImage"),
      requireDigest: false,
    },
  }),
);

const record = tenantSchema.parse({
  id: "acme",
  name: "Acme Corporation",
  tier: "pro",
  owners: [{ group: "acme-admins" }],
});

// The names of secrets are part of the plan; their values go beside it.
const plan = planTenant(environment, record, ["MODEL_TOKEN"]);

const provider = new kubernetes.Provider("cluster", { clusterIdentifier: "example" });

const acme = new TenantStack(
  plan.id,
  { plan, secrets: { MODEL_TOKEN: config.requireSecret("modelToken") } },
  { provider },
);

/** The tenant's namespace. */
export const namespace = acme.namespace;
/** Where people find the dashboard. */
export const dashboardUrl = acme.dashboardUrl;
