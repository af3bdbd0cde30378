import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { InputError } from "../../tenants/errors.ts";
import { inspectEnvironment, planEnvironment, planTenant } from "../../tenants/plan.ts";
import { amountOf } from "../../tenants/plan/environment.ts";
import { amountNumbers, maximumDemand } from "../../tenants/plan/demand.ts";
import { bytes } from "../../tenants/quantity.ts";
import { tiers } from "../../tenants/schema/tenant.ts";
import { acceptedId, environment, specOf } from "./support/arbitrary.ts";
import { loadedOf, roomyEnvironment, sourceOf } from "./support/fleet.ts";
import { loadText } from "./support/project.ts";

const bare = { id: "acme", name: "Acme", tier: "free" };

function planOf(record: unknown, settings: unknown = roomyEnvironment) {
  const plan = planEnvironment(loadedOf([record], settings)).tenants[0];
  if (plan === undefined) throw new Error("no plan");
  return plan;
}

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

describe("what a record opens", () => {
  it("is its declared egress, with private addresses excepted", () => {
    const { network } = planOf({
      ...bare,
      egress: [{ cidr: "0.0.0.0/0", ports: [443, { port: 53, protocol: "UDP" }] }],
    });
    const [egress] = network.egress;
    expect(egress?.ports).toEqual([
      { protocol: "TCP", port: 443 },
      { protocol: "UDP", port: 53 },
    ]);
    expect(egress?.except).toContain("169.254.0.0/16");
    expect(egress?.except).toContain("10.0.0.0/8");
  });

  it("is its peers, on the ports of its own record in both directions", () => {
    const plans = planEnvironment(
      loadedOf([
        { ...bare, peers: [{ tenant: "globex", ports: [8080, 3000, 8080] }] },
        { ...bare, id: "globex", peers: [{ tenant: "acme", ports: [3000, 8080] }] },
      ]),
    );
    expect(plans.tenants.map(({ network }) => network.peers)).toEqual([
      [{ tenant: "globex", namespace: "tenant-globex", egressPorts: [3000, 8080], ingressPorts: [3000, 8080] }],
      [{ tenant: "acme", namespace: "tenant-acme", egressPorts: [3000, 8080], ingressPorts: [3000, 8080] }],
    ]);
  });

  it("is the services that the environment shares, and tells the tenant where they are", () => {
    const settings = {
      ...roomyEnvironment,
      monitoring: { namespace: "monitoring", podLabels: { app: "prometheus" } },
      sharedServices: [
        { name: "model-server", namespace: "models", ports: [11434] },
        { name: "resolver", namespace: "models", ports: [{ port: 53, protocol: "UDP" }] },
        { name: "search", namespace: "models", ports: [8080, 9090], servicePort: 80 },
      ],
    };
    const { network, config } = planOf(bare, settings);
    expect(network.monitoring).toEqual({ namespace: "monitoring", podLabels: { app: "prometheus" } });
    expect(network.sharedServices[0]).toEqual({
      name: "model-server",
      namespace: "models",
      podLabels: {},
      ports: [{ protocol: "TCP", port: 11434 }],
    });
    expect(config["MODEL_SERVER_ADDRESS"]).toBe("model-server.models.svc:11434");
    expect(config["RESOLVER_ADDRESS"]).toBe("resolver.models.svc:53");
    // Policies act on the pods' ports, clients on the Service's.
    expect(config["SEARCH_ADDRESS"]).toBe("search.models.svc:80");
    expect(network.sharedServices[2]?.ports.map(({ port }) => port)).toEqual([8080, 9090]);
  });

  it("is its hosts, each with a certificate where the environment has an issuer", () => {
    const issuer = { kind: "ClusterIssuer", name: "ca" };
    const settings = { ...roomyEnvironment, gateway: { ...roomyEnvironment.gateway, issuer } };
    expect(planOf({ ...bare, domains: ["agents.acme.example"] }, settings).route).toMatchObject({
      listenerSet: true,
      issuer,
      hosts: [
        { host: "acme.test.example", tlsSecret: "tls-acme.test.example", url: "https://acme.test.example" },
        { host: "agents.acme.example", tlsSecret: "tls-agents.acme.example", url: "https://agents.acme.example" },
      ],
    });
  });

  it.each([
    { gateway: { listenerSets: false }, listener: "http", scheme: "http" },
    { gateway: { listenerSets: false, tlsSecret: "wildcard" }, listener: "https", scheme: "https" },
    {
      gateway: { listenerSets: false, tlsSecret: "wildcard", listener: "public" },
      listener: "public",
      scheme: "https",
    },
    { gateway: { listenerSets: true }, listener: "http", scheme: "http" },
  ])("is its hosts over $scheme at the shared listener $listener for $gateway", ({ gateway, listener, scheme }) => {
    const settings = { ...roomyEnvironment, gateway: { ...roomyEnvironment.gateway, ...gateway } };
    const { tenants, platform } = planEnvironment(loadedOf([bare], settings));
    expect(tenants[0]?.route).toMatchObject({
      gateway: { listener },
      listenerSet: gateway.listenerSets,
      issuer: null,
      hosts: [{ host: "acme.test.example", tlsSecret: null, url: `${scheme}://acme.test.example` }],
    });
    // The listener that routes name is the one that the Gateway gets.
    expect(platform.gateway?.listener).toBe(listener);
  });

  it("is its owners", () => {
    const owners = [{ group: "admins" }, { user: "jo@acme.example" }];
    expect(planOf({ ...bare, owners }).owners).toEqual([
      { kind: "Group", name: "admins" },
      { kind: "User", name: "jo@acme.example" },
    ]);
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
    const { plan, problems } = inspectEnvironment(loaded);
    expect(plan?.tenants.map(({ id }) => id)).toEqual(["acme"]);
    expect(problems.map(({ tenant, path }) => `${tenant} ${path}`)).toEqual([
      "globex name",
      "globex tier",
      "initech tier",
    ]);
    expect(() => planEnvironment(loaded)).toThrow(new InputError(problems));
  });

  it("is nothing without settings", () => {
    const loaded = { ...loadedOf([bare]), settings: null };
    expect(inspectEnvironment(loaded)).toEqual({ plan: null, problems: [] });
    expect(() => planEnvironment(loaded)).toThrow(InputError);
  });
});

describe("properties", () => {
  const fleet = fc
    .uniqueArray(acceptedId, { minLength: 2, maxLength: 6, selector: (id) => id.replaceAll("-", "") })
    .chain((ids) => fc.tuple(...ids.map(specOf)));

  it("every plan is total: plain JSON without anything left out", () => {
    fc.assert(
      fc.property(environment, acceptedId.chain(specOf), (where, spec) => {
        const plan = planTenant(where, spec);
        expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
      }),
    );
  });

  it("adding, changing or removing a tenant leaves every other plan as it was", () => {
    fc.assert(
      fc.property(fleet, fleet, (before, replacements) => {
        const plansOf = (specs: readonly unknown[]) => {
          const { plan } = inspectEnvironment(loadedOf(specs));
          return new Map(plan?.tenants.map((tenant) => [tenant.id, JSON.stringify(tenant)]));
        };
        const [subject, ...others] = before;
        const [replacement] = replacements;
        const alone = plansOf(others);
        expect(alone.size).toBe(others.length);
        const beside = [subject, { ...replacement, id: subject?.id }];
        for (const changed of beside) {
          const plans = plansOf([changed, ...others]);
          for (const { id } of others) expect(plans.get(id)).toBe(alone.get(id));
        }
      }),
    );
  });

  it("the order of the list does not matter", () => {
    fc.assert(
      fc.property(fleet, (specs) => {
        const forwards = inspectEnvironment(loadedOf(specs)).plan;
        const backwards = inspectEnvironment(loadedOf([...specs].reverse())).plan;
        expect(JSON.stringify(backwards)).toBe(JSON.stringify(forwards));
      }),
    );
  });

  /** What the API server would say: the tenant at its maximum, against its own quota and limit range. */
  function fits(plan: ReturnType<typeof planTenant>): boolean {
    const quotaFits = maximumDemand(plan).every(
      ({ resource, unit, total }) => total <= amountOf(plan.quota[resource] ?? "0", unit),
    );
    const { min, max } = plan.limitRange.container;
    const containers = [plan.runtime.resources, plan.dashboard.resources, plan.runtime.initResources];
    const within = containers.every(({ requests, limits }) =>
      [requests, limits].every((amounts) =>
        amountNumbers(amounts).every(
          ({ amount }, index) =>
            amount >= (amountNumbers(min)[index]?.amount ?? 0) && amount <= (amountNumbers(max)[index]?.amount ?? 0),
        ),
      ),
    );
    const initFits = amountNumbers(plan.runtime.initResources.limits).every(
      ({ amount }, index) => amount <= (amountNumbers(plan.runtime.resources.limits)[index]?.amount ?? 0),
    );
    const volumeFits =
      bytes(plan.runtime.volume.size) >= bytes(plan.limitRange.volume.min) &&
      bytes(plan.runtime.volume.size) <= bytes(plan.limitRange.volume.max);
    const budgets = [plan.runtime, plan.dashboard].every(({ maxUnavailable }) => (maxUnavailable ?? 1) >= 1);
    const ranges = [plan.runtime, plan.dashboard].every(
      ({ autoscaler }) => autoscaler === null || autoscaler.replicas.min <= autoscaler.replicas.max,
    );
    return quotaFits && within && initFits && volumeFits && budgets && ranges;
  }

  it("an accepted tenant at its maximum fits its own quota and limit range, also after it resumes", () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(environment, acceptedId.chain(specOf), (where, spec) => {
        const loaded = { ...loadedOf([spec]), settings: sourceOf(where.spec) };
        const accepted = inspectEnvironment(loaded).problems.length === 0;
        seen[accepted ? "accepted" : "refused"] += 1;
        if (!accepted) return;
        expect(fits(planTenant(where, spec))).toBe(true);
        expect(fits(planTenant(where, { ...spec, status: "active" }))).toBe(true);
      }),
      { numRuns: 1000 },
    );
    // Both must have been tried, or the property says nothing.
    expect(seen.accepted).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(50);
  });

  it("ten thousand tenants are planned without a problem", () => {
    const tenants = Array.from({ length: 10_000 }, (_, index) => {
      const partner = index % 2 === 0 ? index + 1 : index - 1;
      return {
        id: `t${index}x`,
        name: `Tenant ${index}`,
        tier: "free",
        peers: [{ tenant: `t${partner}x`, ports: [3000] }],
      };
    });
    const { plan, problems } = inspectEnvironment(loadedOf(tenants));
    expect(problems).toEqual([]);
    expect(plan?.tenants).toHaveLength(10_000);
  });
});
