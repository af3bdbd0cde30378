import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";

import { Platform } from "../../components/platform.ts";
import { TenantStack, type TenantStackArgs } from "../../components/tenant-stack.ts";
import { logicalName, type Role, roles } from "../../tenants/names.ts";
import { barePlan, fullPlan, platformPlan, suspendedPlan } from "../support/plans.ts";
import { deploy, find, type Json, type Registered } from "../support/pulumi.ts";

/** A stack with a provider of its own, as the program makes it; only what the stack registers is returned. */
async function deployTenant(args: TenantStackArgs): Promise<Registered[]> {
  const all = await deploy((opts) => {
    const provider = new kubernetes.Provider("cluster", {});
    new TenantStack(args.plan.id, args, { ...opts, provider });
  });
  return all.filter(({ name }) => name !== "cluster");
}

function names(registered: readonly Registered[]): string[] {
  return registered.map(({ type, name }) => `${type.split(":").at(-1) ?? type} ${name}`).sort();
}

function field(value: Json | undefined, ...path: string[]): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (value === undefined || value === null || typeof value !== "object") return undefined;
  return field((value as Readonly<Record<string, Json>>)[first], ...rest);
}

/** Every path under which a text shows outside a secret. */
function leaks(value: Json, needle: string, path = ""): string[] {
  if (typeof value === "string") return value.includes(needle) ? [path] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === "$secret" ? [] : leaks(member, needle, `${path}.${key}`),
  );
}

const fullSecrets = { MODEL_TOKEN: "hunter2-provided" };

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

describe("secrets", () => {
  test("every value reaches the engine as a secret", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    expect(field(find(registered, "acme-secrets").inputs, "data")).toEqual({
      $secret: {
        SESSION_KEY: base64("generated-for-acme-generated.SESSION_KEY"),
        MODEL_TOKEN: base64(fullSecrets.MODEL_TOKEN),
      },
    });
  });

  test("no value shows anywhere else, in no encoding", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const plain = [
      "generated-for-acme-generated.SESSION_KEY",
      "generated-for-acme-rollout-key",
      fullSecrets.MODEL_TOKEN,
    ];
    const encoded = plain.flatMap((text) => [text, Buffer.from(text).toString("base64"), encodeURIComponent(text)]);
    for (const { name, inputs } of registered) {
      for (const text of encoded) expect(leaks(inputs, text, name)).toEqual([]);
    }
    expect(leaks({ a: { b: fullSecrets.MODEL_TOKEN } }, fullSecrets.MODEL_TOKEN)).toEqual([".a.b"]);
  });

  test("a changed value rolls the runtime's pods and nothing shows why", async () => {
    const version = async (token: string) => {
      const registered = await deployTenant({ plan: fullPlan, secrets: { MODEL_TOKEN: token } });
      const { inputs } = find(registered, "acme-runtime-workload");
      return field(inputs, "spec", "template", "metadata", "annotations", "checksum/secrets");
    };
    expect(await version("one")).toMatch(/^[0-9a-f]{32}$/);
    expect(await version("one")).toBe(await version("one"));
    expect(await version("one")).not.toBe(await version("two"));
  });

  test("only the runtime gets the secrets, as read-only files", async () => {
    const registered = await deployTenant({ plan: fullPlan, secrets: fullSecrets });
    const volumes = (name: string) => field(find(registered, name).inputs, "spec", "template", "spec", "volumes");
    expect(volumes("acme-runtime-workload")).toContainEqual({
      name: "secrets",
      secret: { secretName: "secrets", defaultMode: 0o440 },
    });
    expect(JSON.stringify(volumes("acme-dashboard-workload"))).not.toContain("secret");
  });

  test("generated values are kept until the rotation number changes", async () => {
    const keepers = async (rotation: number) => {
      const plan = { ...fullPlan, secrets: { ...fullPlan.secrets, rotation } };
      return find(await deployTenant({ plan, secrets: fullSecrets }), "acme-generated.SESSION_KEY").inputs;
    };
    expect(await keepers(1)).toEqual({ length: 32, special: false, keepers: { rotation: "1" } });
    expect(await keepers(2)).toEqual({ length: 32, special: false, keepers: { rotation: "2" } });
  });

  test("missing and unknown values are named together, before anything is registered", async () => {
    let thrown: unknown;
    const registered = await deploy((opts) => {
      try {
        new TenantStack(fullPlan.id, { plan: fullPlan, secrets: { MODEL_TOKN: "x" } }, opts);
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown).toEqual(
      new Error(
        "tenant acme: secrets hold no value for MODEL_TOKEN, which the plan lists; and a value for MODEL_TOKN, which the plan does not list. Values go in by the names in the plan.",
      ),
    );
    expect(registered).toEqual([]);
  });

  test("a logical name other than the tenant's id is refused: it would be a second identity", async () => {
    const attempt = deploy((opts) => {
      new TenantStack("acme-corp", { plan: barePlan }, opts);
    });
    await expect(attempt).rejects.toThrow("the logical name acme-corp must be the tenant's id acme");
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
