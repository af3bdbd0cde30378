import { describe, expect, it } from "vitest";

import { InputError } from "../../tenants/errors.ts";
import { inspectEnvironment, planEnvironment } from "../../tenants/plan.ts";
import { tiers } from "../../tenants/schema/tenant.ts";
import { loadedOf, roomyEnvironment } from "./support/fleet.ts";
import { bare, planOf } from "./support/planned.ts";
import { loadText } from "./support/project.ts";

describe("the bare tenant", () => {
  it("gets everything that nobody wrote, and it is the safe thing", () => {
    const plan = planOf(bare);
    expect(plan.namespace).toBe("tenant-acme");
    expect(plan.isolation).toEqual({ runtime: "namespace", dashboard: "namespace", data: "namespace" });
    expect(plan.status).toBe("active");
    expect(plan.owners).toEqual([]);
    expect(plan.network).toEqual({
      clusterPolicy: null,
      dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
      edge: { namespace: "edge", podLabels: {} },
      monitoring: null,
      sharedServices: [],
      egress: [],
      peers: [],
    });
    expect(plan.quota["services.nodeports"]).toBe("0");
    expect(plan.quota["services.loadbalancers"]).toBe("0");
    expect(plan.secrets.rotation).toBe(1);
    expect(plan.secrets.provided).toEqual([]);
  });

  it("is protected where the environment does not say otherwise", () => {
    const silent = { ...roomyEnvironment, protect: undefined };
    expect(planOf(bare, silent).protect).toBe(true);
    expect(planOf(bare).protect).toBe(false);
    expect(planOf({ ...bare, protect: false }, silent).protect).toBe(false);
    expect(planOf({ ...bare, protect: true }).protect).toBe(true);
  });

  it("has no edge where the environment has no gateway", () => {
    const without = { ...roomyEnvironment, gateway: undefined };
    const plan = planOf(bare, without);
    expect(plan.route).toBeNull();
    expect(plan.network.edge).toBeNull();
  });
});

describe("the tier table", () => {
  it("gives enterprise Bruno's quota and limit range", () => {
    const { quota, limitRange } = planOf({ ...bare, tier: "enterprise" });
    expect(quota).toMatchObject({
      "requests.cpu": "8",
      "requests.memory": "16Gi",
      "limits.cpu": "16",
      "limits.memory": "32Gi",
      "requests.storage": "100Gi",
      "standard.storageclass.storage.k8s.io/requests.storage": "100Gi",
      persistentvolumeclaims: "5",
      pods: "50",
      services: "20",
      configmaps: "50",
      secrets: "50",
    });
    expect(limitRange.container).toMatchObject({
      min: { cpu: "100m", memory: "128Mi" },
      max: { cpu: "4", memory: "8Gi" },
      default: { cpu: "500m", memory: "1Gi" },
      defaultRequest: { cpu: "250m", memory: "512Mi" },
    });
  });

  it.each([
    ["dev", { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } }],
    ["prod", { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2", memory: "4Gi" } }],
  ])("gives %s the runtime resources of Agentik OS", (sizes, expected) => {
    const { runtime } = planOf(bare, { ...roomyEnvironment, sizes });
    expect(runtime.resources).toMatchObject(expected);
    expect([runtime.port, runtime.healthPath]).toEqual([3000, "/health"]);
  });

  it("scales as Bruno asks", () => {
    const { runtime, dashboard } = planOf({ ...bare, tier: "enterprise" });
    expect(runtime.autoscaler).toMatchObject({
      cpuPercent: 70,
      memoryPercent: 80,
      requestsPerSecond: null,
      scaleUp: { stabilizationSeconds: 60, percent: 100, pods: 2, periodSeconds: 30 },
      scaleDown: { stabilizationSeconds: 300, percent: 50, pods: null, periodSeconds: 60 },
    });
    expect(dashboard.autoscaler).toMatchObject({ replicas: { min: 2, max: 10 }, cpuPercent: 70, memoryPercent: null });
    const withMetric = { ...roomyEnvironment, metrics: { requestsPerSecond: "http_requests" } };
    expect(planOf(bare, withMetric).runtime.autoscaler?.requestsPerSecond).toEqual({
      metric: "http_requests",
      averageValue: 100,
    });
  });

  it.each(tiers.flatMap((tier) => ["dev", "prod"].map((sizes) => ({ tier, sizes }))))(
    "gives $tier in $sizes sizes no problem of its own",
    ({ tier, sizes }) => {
      expect(inspectEnvironment(loadedOf([{ ...bare, tier }], { ...roomyEnvironment, sizes })).problems).toEqual([]);
    },
  );
});

describe("settings of the workloads", () => {
  it("are the tenant's id, the environment and the shared services, so that renaming a customer restarts nothing", () => {
    const { config } = planOf(bare);
    expect(config).toEqual({ TENANTRY_ENVIRONMENT: "test", TENANT_ID: "acme" });
    const changed = { ...bare, name: "Acme Holding", tier: "pro", labels: { "cost-center": "cc-18" } };
    expect(planOf(changed).config).toEqual(config);
  });
});

describe("overrides", () => {
  it("replace single numbers and leave the rest of the tier", () => {
    const plan = planOf({
      ...bare,
      runtime: { resources: { limits: { memory: "1Gi" } }, storage: "2048Mi", replicas: { max: 2 } },
      quota: { "requests.storage": "12Gi", "count/deployments.apps": 3 },
    });
    expect(plan.runtime.resources.limits).toEqual({ cpu: "500m", memory: "1Gi", ephemeralStorage: "1Gi" });
    expect(plan.runtime.volume.size).toBe("2Gi");
    expect(plan.runtime.autoscaler?.replicas).toEqual({ min: 1, max: 2 });
    expect(plan.quota["standard.storageclass.storage.k8s.io/requests.storage"]).toBe("12Gi");
    expect(plan.quota["count/replicasets.apps"]).toBe("36");
    // Two StatefulSets of tier free; each keeps a history of its own.
    expect(plan.quota["count/controllerrevisions.apps"]).toBe("24");
    expect(plan.limitRange.volume.max).toBe("12Gi");
    expect(plan.quota["pods"]).toBe("10");
  });

  it("of the storage class leave every class of the environment open, because claims of the old one go on", () => {
    const storage = { default: "standard", classes: ["standard", "fast"], closedClasses: ["scratch"] };
    const { quota, runtime } = planOf({ ...bare, runtime: { storageClass: "fast" } }, { ...roomyEnvironment, storage });
    expect(runtime.volume.storageClass).toBe("fast");
    expect(Object.entries(quota).filter(([resource]) => resource.includes(".storageclass."))).toEqual([
      ["standard.storageclass.storage.k8s.io/requests.storage", "10Gi"],
      ["standard.storageclass.storage.k8s.io/persistentvolumeclaims", "2"],
      ["fast.storageclass.storage.k8s.io/requests.storage", "10Gi"],
      ["fast.storageclass.storage.k8s.io/persistentvolumeclaims", "2"],
      ["scratch.storageclass.storage.k8s.io/requests.storage", "0"],
      ["scratch.storageclass.storage.k8s.io/persistentvolumeclaims", "0"],
    ]);
    expect([quota["requests.storage"], quota["persistentvolumeclaims"]]).toEqual(["10Gi", "2"]);
    expect(planOf(bare, { ...roomyEnvironment, storage }).quota).toEqual(quota);
  });

  it("of the environment set the pace of autoscalers and of termination", () => {
    const settings = {
      ...roomyEnvironment,
      autoscaling: { scaleUp: { stabilizationSeconds: 0 }, scaleDown: { periodSeconds: 15 } },
      termination: { preStopSeconds: 1, graceSeconds: 3 },
    };
    const { runtime } = planOf(bare, settings);
    expect(runtime.autoscaler?.scaleUp).toMatchObject({ stabilizationSeconds: 0, periodSeconds: 30 });
    expect(runtime.autoscaler?.scaleDown).toMatchObject({ stabilizationSeconds: 300, periodSeconds: 15 });
    expect([runtime.preStopSeconds, runtime.terminationGraceSeconds]).toEqual([1, 3]);
  });
});

describe("a suspended tenant", () => {
  it("has no pods and no route, and keeps its volume and quota", () => {
    const active = planOf(bare);
    const suspended = planOf({ ...bare, status: "suspended" });
    expect(suspended.runtime.autoscaler).toBeNull();
    expect(suspended.runtime.maxUnavailable).toBeNull();
    expect(suspended.dashboard.autoscaler).toBeNull();
    expect(suspended.route).toBeNull();
    expect(suspended.quota).toEqual(active.quota);
    expect(suspended.runtime.volume).toEqual(active.runtime.volume);
  });
});

describe("isolation", () => {
  it("may be a map per part; parts that nobody wrote are the default", () => {
    expect(planOf({ ...bare, isolation: { data: "namespace" } }).isolation).toEqual({
      runtime: "namespace",
      dashboard: "namespace",
      data: "namespace",
    });
  });
});

describe("images", () => {
  it("are pulled always by tag, and once by digest", () => {
    expect(planOf(bare).runtime.pullPolicy).toBe("Always");
    const image = `registry.example/runtime@sha256:${"0".repeat(64)}`;
    expect(planOf({ ...bare, runtime: { image } }).runtime).toMatchObject({ image, pullPolicy: "IfNotPresent" });
    const images = { ...roomyEnvironment.images, pullPolicy: "IfNotPresent" };
    expect(planOf(bare, { ...roomyEnvironment, images }).dashboard.pullPolicy).toBe("IfNotPresent");
  });
});

describe("secrets", () => {
  it("are in the plan by name only, sorted, and never by value", () => {
    const config =
      "tenantry:tenantSecrets:\n  acme:\n    ZED: { secure: v1:ciphertext }\n    MODEL_TOKEN: { secure: v1:ciphertext }";
    const plan = planEnvironment(loadText({ config }));
    expect(plan.tenants[0]?.secrets.provided).toEqual(["MODEL_TOKEN", "ZED"]);
    expect(JSON.stringify(plan)).not.toContain("ciphertext");
  });
});

describe("the environment", () => {
  it("is planned for the platform, with every default applied", () => {
    expect(planEnvironment(loadedOf([])).platform).toEqual({
      clusterIdentifier: "test",
      clusterNetworkPolicies: null,
      kubeconfig: null,
      context: null,
      client: { queriesPerSecond: 100, burst: 200 },
      gateway: {
        create: false,
        name: "edge",
        namespace: "edge",
        className: "edge",
        tlsSecret: null,
        listener: "http",
        listenerSets: true,
        domain: "test.example",
      },
    });
  });

  it("counts what all tenants are promised, suspended ones included", () => {
    const { capacity } = planEnvironment(
      loadText({
        tenants: "- { id: acme, name: Acme, tier: pro }\n- { id: globex, name: Globex, tier: free, status: suspended }",
      }),
    );
    expect(capacity).toEqual([
      { resource: "requests.cpu", unit: "millicores", promised: 5000, capacity: 90_000 },
      { resource: "requests.memory", unit: "bytes", promised: 10 * 1024 ** 3, capacity: 360 * 1024 ** 3 },
      { resource: "requests.ephemeral-storage", unit: "bytes", promised: 10 * 1024 ** 3, capacity: 300 * 1024 ** 3 },
      { resource: "requests.storage", unit: "bytes", promised: 60 * 1024 ** 3, capacity: 1024 ** 4 },
      { resource: "pods", unit: "count", promised: 35, capacity: 600 },
      { resource: "persistentvolumeclaims", unit: "count", promised: 6, capacity: 100 },
    ]);
  });

  it("plans the tenants that can be planned beside those that cannot, and throws one error for all", () => {
    const loaded = loadedOf([bare, { id: "globex" }, { ...bare, id: "initech", tier: "gold" }]);
    const { plan, leftOut, problems } = inspectEnvironment(loaded);
    expect(plan?.tenants.map(({ id }) => id)).toEqual(["acme"]);
    expect([leftOut.of, leftOut.records.map(({ tenant, paths }) => `${tenant} ${paths.join()}`)]).toEqual([
      3,
      ["globex name,tier", "initech tier"],
    ]);
    expect(problems.map(({ tenant, path }) => `${tenant} ${path}`)).toEqual([
      "globex name",
      "globex tier",
      "initech tier",
    ]);
    expect(() => planEnvironment(loaded)).toThrow(new InputError(problems));
  });

  it("is nothing without settings", () => {
    const loaded = { ...loadedOf([bare]), settings: null };
    const leftOut = { records: [], of: 1, unread: [] };
    expect(inspectEnvironment(loaded)).toEqual({ plan: null, leftOut, problems: [] });
    expect(() => planEnvironment(loaded)).toThrow(InputError);
  });
});
