/** The runtime on its own, as somebody else's program uses it. */
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";

import { RuntimeStatefulSet, type RuntimeStatefulSetArgs } from "../../components/runtime-stateful-set.ts";
import { deploy, find, type Registered } from "../support/pulumi.ts";
import { securePod, secureContainer, spread } from "./support/workload-shape.ts";

const volume = { storageClass: "standard", size: "10Gi" };

function runtime(args: Partial<RuntimeStatefulSetArgs> = {}): Promise<Registered[]> {
  return deploy((opts) => {
    new RuntimeStatefulSet("agent", { namespace: "agents", image: "agent:1", volume, ...args }, opts);
  });
}

describe("RuntimeStatefulSet", () => {
  test("needs a namespace, an image and a volume, and registers seven objects", async () => {
    const registered = await runtime();
    expect(registered.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      "kubernetes:apps/v1:StatefulSet agent-workload",
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler agent-autoscaler",
      "kubernetes:core/v1:Service agent-headless",
      "kubernetes:core/v1:Service agent-service",
      "kubernetes:core/v1:ServiceAccount agent-account",
      "kubernetes:policy/v1:PodDisruptionBudget agent-budget",
      "tenantry:index:RuntimeStatefulSet agent",
    ]);
  });

  test("hands the provider and the protection of its caller to every child", async () => {
    const registered = await deploy((opts) => {
      const provider = new kubernetes.Provider("mine", {});
      const args = { namespace: "agents", image: "agent:1", volume };
      new RuntimeStatefulSet("agent", args, { ...opts, provider, protect: true });
    });
    const children = registered.filter(({ options }) => options.parent === "agent");
    expect(children).toHaveLength(6);
    for (const { name, provider, options } of children) {
      expect(provider, name).toContain("::mine::");
      expect(options.protect, name).toBe(true);
    }
  });

  test("the pod is hardened in every container", async () => {
    const { inputs } = find(await runtime(), "agent-workload");
    expect(inputs).toMatchObject({
      spec: {
        template: {
          spec: {
            ...securePod,
            serviceAccountName: "agent",
            initContainers: [{ name: "prepare-volume", securityContext: secureContainer }],
            containers: [{ name: "agent", securityContext: secureContainer }],
          },
        },
      },
    });
    expect(find(await runtime(), "agent-account").inputs).toMatchObject({ automountServiceAccountToken: false });
  });

  test("SIGTERM comes after the endpoints were withdrawn, and probes watch every phase", async () => {
    const container = { lifecycle: { preStop: { sleep: { seconds: 5 } } } };
    const probe = { httpGet: { path: "/health", port: "http" } };
    expect(find(await runtime(), "agent-workload").inputs).toMatchObject({
      spec: {
        template: {
          spec: {
            terminationGracePeriodSeconds: 30,
            containers: [{ ...container, startupProbe: probe, readinessProbe: probe, livenessProbe: probe }],
          },
        },
      },
    });
    const without = find(await runtime({ preStopSeconds: 0 }), "agent-workload").inputs;
    expect(JSON.stringify(without)).not.toContain("preStop");
  });

  test("volumes outlive a scale-down and the StatefulSet, and their claims carry no label that may change", async () => {
    expect(find(await runtime({ labels: { team: "a" } }), "agent-workload").inputs).toMatchObject({
      spec: {
        podManagementPolicy: "Parallel",
        serviceName: "agent-headless",
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        volumeClaimTemplates: [
          {
            metadata: {
              name: "data",
              labels: { "app.kubernetes.io/name": "agent", "app.kubernetes.io/instance": "agent" },
            },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: "standard",
              resources: { requests: { storage: "10Gi" } },
            },
          },
        ],
      },
    });
    const { inputs } = find(await runtime({ labels: { team: "a" } }), "agent-workload");
    const claims = JSON.stringify((inputs as { spec: { volumeClaimTemplates: unknown } }).spec.volumeClaimTemplates);
    expect(claims).not.toContain("team");
  });

  test("the volume is prepared by the runtime's own image unless another is given", async () => {
    const containers = async (args: Partial<RuntimeStatefulSetArgs>) => {
      const { inputs } = find(await runtime(args), "agent-workload");
      return (inputs as unknown as { spec: { template: { spec: { initContainers: unknown[] } } } }).spec.template.spec
        .initContainers;
    };
    expect(await containers({})).toMatchObject([
      {
        image: "agent:1",
        command: ["/bin/sh", "-ec", expect.stringContaining("mkdir -p")],
        env: [
          { name: "DATA_DIRECTORY", value: "/data" },
          { name: "DATA_SUBDIRECTORIES", value: "state workspace" },
        ],
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
    ]);
    const prepare = { image: "tools:1", command: ["/prepare"], directories: ["index"] };
    expect(await containers({ prepare })).toMatchObject([
      { image: "tools:1", command: ["/prepare"], env: [{}, { value: "index" }] },
    ]);
  });

  test("config is environment, secrets are read-only files, and both roll the pods", async () => {
    const config = { name: "settings", checksum: "c1" };
    const secrets = { name: "keys", version: "v1" };
    const { inputs } = find(await runtime({ config, secrets, environment: { LOG: "debug" } }), "agent-workload");
    expect(inputs).toMatchObject({
      spec: {
        template: {
          metadata: { annotations: { "checksum/config": "c1", "checksum/secrets": "v1" } },
          spec: {
            containers: [
              {
                envFrom: [{ configMapRef: { name: "settings" } }],
                env: [
                  { name: "DATA_DIRECTORY", value: "/data" },
                  { name: "LOG", value: "debug" },
                  { name: "PORT", value: "3000" },
                  { name: "SECRETS_DIRECTORY", value: "/var/run/secrets/tenantry" },
                ],
                volumeMounts: [
                  { name: "data" },
                  { name: "tmp" },
                  { name: "secrets", mountPath: "/var/run/secrets/tenantry", readOnly: true },
                ],
              },
            ],
            volumes: [
              { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
              { name: "secrets", secret: { secretName: "keys", defaultMode: 0o440 } },
            ],
          },
        },
      },
    });
  });

  test("spreads over zones and nodes without ever refusing to schedule", async () => {
    expect(find(await runtime(), "agent-workload").inputs).toHaveProperty(...spread("agent"));
  });

  test("suspended: zero replicas, no autoscaler, no budget", async () => {
    const registered = await runtime({ autoscaler: null, maxUnavailable: null });
    expect(registered.map(({ name }) => name).sort()).toEqual([
      "agent",
      "agent-account",
      "agent-headless",
      "agent-service",
      "agent-workload",
    ]);
    expect(find(registered, "agent-workload").inputs).toMatchObject({ spec: { replicas: 0 } });
  });

  test("the autoscaler has every metric it is given and both directions of its behaviour", async () => {
    const registered = await runtime({
      autoscaler: {
        replicas: { min: 2, max: 6 },
        cpuPercent: 70,
        memoryPercent: 80,
        requestsPerSecond: { metric: "rps", averageValue: 100 },
        scaleUp: { stabilizationSeconds: 60, percent: 100, pods: 2, periodSeconds: 30 },
        scaleDown: { stabilizationSeconds: 300, percent: 50, pods: null, periodSeconds: 60 },
      },
    });
    expect(find(registered, "agent-autoscaler").inputs).toMatchObject({
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: "agent" },
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
          { type: "Resource", resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } } },
          { type: "Pods", pods: { metric: { name: "rps" }, target: { type: "AverageValue", averageValue: "100" } } },
        ],
        behavior: {
          scaleUp: {
            stabilizationWindowSeconds: 60,
            selectPolicy: "Max",
            policies: [
              { type: "Percent", value: 100, periodSeconds: 30 },
              { type: "Pods", value: 2, periodSeconds: 30 },
            ],
          },
          scaleDown: {
            stabilizationWindowSeconds: 300,
            policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
          },
        },
      },
    });
    expect(find(registered, "agent-workload").inputs).not.toHaveProperty("spec.replicas");
  });

  test("a drain always finishes: one pod at a time, and unhealthy pods at any time", async () => {
    expect(find(await runtime(), "agent-budget").inputs).toMatchObject({
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    });
  });

  test("Services select the pods; the headless one knows them before they are ready", async () => {
    const registered = await runtime();
    const selector = { "app.kubernetes.io/name": "agent", "app.kubernetes.io/instance": "agent" };
    expect(find(registered, "agent-service").inputs).toMatchObject({
      metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { type: "ClusterIP", selector, ports: [{ port: 3000, targetPort: "http" }] },
    });
    expect(find(registered, "agent-headless").inputs).toMatchObject({
      spec: { clusterIP: "None", publishNotReadyAddresses: true, selector },
    });
    expect(find(registered, "agent-workload").inputs).toMatchObject({ spec: { selector: { matchLabels: selector } } });
  });

  test("pods outlive a replacement of the StatefulSet only where asked", async () => {
    const orphan = { metadata: { annotations: { "pulumi.com/deletionPropagationPolicy": "orphan" } } };
    expect(find(await runtime(), "agent-workload").inputs).not.toMatchObject(orphan);
    expect(find(await runtime({ keepPodsOnReplacement: true }), "agent-workload").inputs).toMatchObject(orphan);
  });

  test("takes outputs of other resources as leaves, unknown ones in a preview included", async () => {
    const image = pulumi.output("agent:2");
    const { inputs } = find(await runtime({ image, namespace: pulumi.output("elsewhere") }), "agent-workload");
    expect(inputs).toMatchObject({
      metadata: { namespace: "elsewhere" },
      spec: { template: { spec: { containers: [{ image: "agent:2" }] } } },
    });
    const preview = await deploy(
      (opts) => {
        const namespace = new kubernetes.core.v1.Namespace("agents", {}, opts);
        new RuntimeStatefulSet("agent", { namespace: namespace.id, image: "agent:1", volume }, opts);
      },
      { preview: true },
    );
    expect(preview.map(({ name }) => name)).toContain("agent-workload");
  });

  test("tells its address and the labels of its pods", async () => {
    let component: RuntimeStatefulSet | undefined;
    await deploy((opts) => {
      component = new RuntimeStatefulSet("agent", { namespace: "agents", image: "agent:1", volume }, opts);
    });
    const endpoint = await new Promise((resolve) => component?.endpoint.apply(resolve));
    expect(endpoint).toBe("http://agent.agents.svc:3000");
    expect(component?.podLabels).toEqual({ "app.kubernetes.io/name": "agent", "app.kubernetes.io/instance": "agent" });
  });
});
