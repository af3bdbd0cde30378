import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";

import { Platform } from "../../components/platform.ts";
import { TenantStack, type TenantStackArgs } from "../../components/tenant-stack.ts";
import { logicalName, type Role, roles } from "../../tenants/names.ts";
import { barePlan, fullPlan, platformPlan, suspendedPlan } from "../support/plans.ts";
import { deploy, find, type Registered } from "../support/pulumi.ts";
import { deployTenant, field, fullSecrets } from "./support/tenant.ts";

function names(registered: readonly Registered[]): string[] {
  return registered.map(({ type, name }) => `${type.split(":").at(-1) ?? type} ${name}`).sort();
}

describe("resources", () => {
  test("the bare tenant is exactly this", async () => {
    expect(names(await deployTenant({ plan: barePlan }))).toEqual([
      "ConfigMap acme-config",
      "Dashboard acme-dashboard",
      "Deployment acme-dashboard-workload",
      "HorizontalPodAutoscaler acme-dashboard-autoscaler",
      "HorizontalPodAutoscaler acme-runtime-autoscaler",
      "LimitRange acme-limits",
      "Namespace acme-namespace",
      "NetworkPolicy acme-allow-dns",
      "NetworkPolicy acme-allow-same-namespace",
      "NetworkPolicy acme-default-deny",
      "PodDisruptionBudget acme-dashboard-budget",
      "PodDisruptionBudget acme-runtime-budget",
      "ResourceQuota acme-affinity-quota",
      "ResourceQuota acme-priority-quota",
      "ResourceQuota acme-quota",
      "Role acme-owner",
      "RuntimeStatefulSet acme-runtime",
      "Service acme-dashboard-service",
      "Service acme-runtime-headless",
      "Service acme-runtime-service",
      "ServiceAccount acme-dashboard-account",
      "ServiceAccount acme-runtime-account",
      "StatefulSet acme-runtime-workload",
      "TenantStack acme",
    ]);
  });

  test("a tenant with everything has these besides", async () => {
    const bare = new Set(names(await deployTenant({ plan: barePlan })));
    const full = names(await deployTenant({ plan: fullPlan, secrets: fullSecrets }));
    expect(full.filter((name) => !bare.has(name))).toEqual([
      "Certificate acme-certificate.tls-acme",
      "Certificate acme-certificate.tls-agents",
      "ClusterNetworkPolicy acme-default-deny-tenants",
      "HTTPRoute acme-route",
      "ListenerSet acme-listeners",
      "NetworkPolicy acme-allow-edge.dashboard",
      "NetworkPolicy acme-allow-edge.runtime",
      "NetworkPolicy acme-allow-egress",
      "NetworkPolicy acme-allow-monitoring.dashboard",
      "NetworkPolicy acme-allow-monitoring.runtime",
      "NetworkPolicy acme-allow-peers",
      "NetworkPolicy acme-allow-shared-services",
      "RandomPassword acme-generated.SESSION_KEY",
      "RandomPassword acme-rollout-key",
      "RoleBinding acme-owner-binding",
      "Secret acme-secrets",
    ]);
    expect([...bare].filter((name) => !full.includes(name))).toEqual([]);
  });

  test("a suspended tenant keeps its namespace, volumes and guards, with nothing that scales or is disrupted", async () => {
    const bare = names(await deployTenant({ plan: barePlan }));
    const registered = await deployTenant({ plan: suspendedPlan });
    const gone = bare.filter((name) => !names(registered).includes(name));
    expect(gone).toEqual([
      "HorizontalPodAutoscaler acme-dashboard-autoscaler",
      "HorizontalPodAutoscaler acme-runtime-autoscaler",
      "PodDisruptionBudget acme-dashboard-budget",
      "PodDisruptionBudget acme-runtime-budget",
    ]);
    for (const name of ["acme-runtime-workload", "acme-dashboard-workload"]) {
      expect(field(find(registered, name).inputs, "spec", "replicas")).toBe(0);
    }
  });

  test("no workload carries replicas while an autoscaler owns it", async () => {
    const registered = await deployTenant({ plan: barePlan });
    for (const name of ["acme-runtime-workload", "acme-dashboard-workload"]) {
      expect(field(find(registered, name).inputs, "spec")).not.toHaveProperty("replicas");
    }
  });

  test("every logical name is the id and a frozen role", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const known = (name: string) =>
      roles.some((role: Role) => name === logicalName("acme", role) || name.startsWith(logicalName("acme", role, "")));
    expect(registered.filter(({ name }) => name !== "acme" && !known(name)).map(({ name }) => name)).toEqual([]);
    const urns = registered.map(({ type, name }) => `${type}::${name}`);
    expect(new Set(urns).size).toBe(urns.length);
  });
});

describe("options", () => {
  test("a logical name other than the tenant's id is refused: it would be a second identity", async () => {
    const attempt = deploy((opts) => {
      new TenantStack("acme-corp", { plan: barePlan }, opts);
    });
    await expect(attempt).rejects.toThrow("the logical name acme-corp must be the tenant's id acme");
  });

  test("every Kubernetes object of every component has the tenant's provider", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const objects = registered.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.length).toBeGreaterThan(25);
    expect(objects.filter(({ provider }) => provider?.includes("::cluster::") !== true)).toEqual([]);
  });

  test("every resource but the stack has a parent inside the stack", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const parents = new Map(registered.map(({ name, options }) => [name, options.parent]));
    expect(parents.get("acme")).toBeUndefined();
    for (const [name, parent] of parents) {
      if (name !== "acme") expect(["acme", "acme-runtime", "acme-dashboard"], name).toContain(parent);
    }
    expect(parents.get("acme-runtime-workload")).toBe("acme-runtime");
    expect(parents.get("acme-dashboard-workload")).toBe("acme-dashboard");
  });

  test("everything in the namespace is deleted with it, and what holds data is protected", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const holdsData = ["acme-namespace", "acme-runtime-workload"];
    for (const { name, options } of registered) {
      const outer = ["acme", "acme-namespace", "acme-default-deny-tenants"].includes(name);
      expect(options.deletedWith, name).toBe(outer ? undefined : "acme-namespace");
      expect(options.protect, name).toBe(holdsData.includes(name));
    }
  });

  test("the cluster's policy stands before the namespace, and goes after it", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    expect(find(registered, "acme-namespace").options.dependsOn).toEqual(["acme-default-deny-tenants"]);
    expect(find(registered, "acme-default-deny-tenants").options.dependsOn).toEqual([]);
    expect(find(await deployTenant({ plan: barePlan }), "acme-namespace").options.dependsOn).toEqual([]);
  });

  test("the namespace may be deleted where the plan says so", async () => {
    const registered = await deployTenant({ plan: { ...barePlan, protect: false } });
    expect(registered.filter(({ options }) => options.protect)).toEqual([]);
  });

  test("no pod runs before its guards, settings and account exist", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const guards = [
      "acme-quota",
      "acme-priority-quota",
      "acme-affinity-quota",
      "acme-limits",
      "acme-default-deny",
      "acme-config",
    ];
    expect(find(registered, "acme-runtime-workload").options.dependsOn).toEqual([
      "acme-runtime-account",
      "acme-runtime-headless",
      ...guards,
      "acme-secrets",
    ]);
    expect(find(registered, "acme-dashboard-workload").options.dependsOn).toEqual([
      "acme-dashboard-account",
      ...guards,
    ]);
  });

  test("everything that the quota counts waits for the quota's first count", async () => {
    const after = { metadata: { namespace: "counted" } };
    const registered = await deploy(
      (opts) => {
        new TenantStack("acme", { plan: fullPlan, secrets: fullSecrets }, opts);
      },
      { outputs: { "kubernetes:core/v1:ResourceQuota": after } },
    );
    const early = registered
      .filter(({ type }) => type.startsWith("kubernetes:") && !/:(Namespace|ClusterNetworkPolicy)$/.test(type))
      .filter(({ inputs }) => field(inputs, "metadata", "namespace") !== "counted");
    expect(early.map(({ name }) => name).sort()).toEqual(["acme-limits", "acme-quota"]);
    const annotations = field(find(registered, "acme-quota").inputs, "metadata", "annotations");
    const { "pulumi.com/waitFor": waitFor, tenantryRevision: revision } = annotations as Record<string, string>;
    expect(JSON.parse(waitFor ?? "")).toEqual([
      "jsonpath={.status.used}",
      `jsonpath={.metadata.annotations.tenantryRevision}=${revision}`,
    ]);
  });

  test("components hand no arguments to the engine, so nothing secret can be among them", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    for (const { custom, inputs } of registered) if (!custom) expect(inputs).toEqual({});
  });

  test("listeners, certificates and route come after the Gateway", async () => {
    const registered = await deploy((opts) => {
      const platform = new Platform("test", { plan: platformPlan }, opts);
      new TenantStack("acme", { plan: fullPlan, secrets: fullSecrets, platform }, opts);
    });
    for (const name of ["acme-listeners", "acme-route", "acme-certificate.tls-acme"]) {
      expect(find(registered, name).options.dependsOn).toEqual(["test-gateway"]);
      expect(find(registered, name).options.deletedWith).toBe("acme-namespace");
    }
  });
});

describe("outputs", () => {
  async function outputs(args: TenantStackArgs): Promise<unknown> {
    let stack: TenantStack | undefined;
    await deploy((opts) => {
      stack = new TenantStack(args.plan.id, args, opts);
    });
    const { namespace, endpoints, dashboardUrl } = stack ?? {};
    return await new Promise((resolve) => {
      pulumi.all([namespace, endpoints, dashboardUrl]).apply(resolve);
    });
  }

  test("name the namespace, the addresses inside the cluster and the public ones", async () => {
    expect(await outputs({ plan: fullPlan, secrets: fullSecrets })).toEqual([
      "tenant-acme",
      {
        runtime: "http://runtime.tenant-acme.svc:3000",
        dashboard: "http://dashboard.tenant-acme.svc:3001",
        hosts: {
          "acme.tenantry.example": "https://acme.tenantry.example",
          "agents.acme.example": "https://agents.acme.example",
        },
      },
      "https://acme.tenantry.example",
    ]);
  });

  test("fall back to the address inside the cluster while there is no route", async () => {
    expect(await outputs({ plan: barePlan })).toMatchObject([
      "tenant-acme",
      { hosts: {} },
      "http://dashboard.tenant-acme.svc:3001",
    ]);
  });

  test("name no dashboard while the tenant is suspended, because nobody answers there", async () => {
    expect(await outputs({ plan: suspendedPlan })).toMatchObject(["tenant-acme", { hosts: {} }, undefined]);
  });

  test("are those of the plan, whoever made the Gateway", async () => {
    const gateway = { name: "edge", namespace: "edge", listener: "https" };
    // The shared listener ends TLS: neither the host nor anything else given to the component says so, only the plan.
    const hosts = [{ host: "acme.example", tlsSecret: null, url: "https://acme.example" }];
    const plan = { ...barePlan, route: { gateway, listenerSet: false, issuer: null, hosts } };
    expect(await outputs({ plan })).toMatchObject([
      "tenant-acme",
      { hosts: { "acme.example": "https://acme.example" } },
      "https://acme.example",
    ]);
  });
});
