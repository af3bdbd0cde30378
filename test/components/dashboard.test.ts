/** The dashboard on its own, as somebody else's program uses it. */
import { describe, expect, test } from "vitest";

import { Dashboard } from "../../components/dashboard.ts";
import { deploy, find } from "../support/pulumi.ts";
import { securePod, secureContainer, spread } from "./support/workload-shape.ts";

describe("Dashboard", () => {
  const dashboard = (args: object = {}) =>
    deploy((opts) => {
      new Dashboard("console", { namespace: "agents", image: "console:1", ...args }, opts);
    });

  test("needs a namespace and an image, and registers six objects", async () => {
    const registered = await dashboard();
    expect(registered.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      "kubernetes:apps/v1:Deployment console-workload",
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler console-autoscaler",
      "kubernetes:core/v1:Service console-service",
      "kubernetes:core/v1:ServiceAccount console-account",
      "kubernetes:policy/v1:PodDisruptionBudget console-budget",
      "tenantry:index:Dashboard console",
    ]);
    expect(find(registered, "console-autoscaler").inputs).toMatchObject({
      spec: { minReplicas: 2, maxReplicas: 10, scaleTargetRef: { kind: "Deployment" } },
    });
    expect(find(registered, "console-workload").options.dependsOn).toEqual(["console-account"]);
  });

  test("spreads the pods of each revision on their own, so that old ones do not count during a rollout", async () => {
    expect(find(await dashboard(), "console-workload").inputs).toHaveProperty(
      ...spread("console", { matchLabelKeys: ["pod-template-hash"] }),
    );
  });

  test("is hardened like the runtime and never short of a pod during an update", async () => {
    const { inputs } = find(await dashboard({ maxSurge: 2 }), "console-workload");
    expect(inputs).toMatchObject({
      spec: {
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 2 } },
        template: { spec: { ...securePod, containers: [{ securityContext: secureContainer }] } },
      },
    });
    expect(inputs).not.toHaveProperty("spec.replicas");
  });

  test("knows its runtime only when it has one", async () => {
    const env = async (args: object) => JSON.stringify(find(await dashboard(args), "console-workload").inputs);
    expect(await env({ runtimeUrl: "http://agent.agents.svc:3000" })).toContain(
      '{"name":"RUNTIME_URL","value":"http://agent.agents.svc:3000"}',
    );
    expect(await env({})).not.toContain("RUNTIME_URL");
  });

  test("suspended: zero replicas, no autoscaler, no budget", async () => {
    const registered = await dashboard({ autoscaler: null, maxUnavailable: null });
    expect(registered.map(({ name }) => name).sort()).toEqual([
      "console",
      "console-account",
      "console-service",
      "console-workload",
    ]);
    expect(find(registered, "console-workload").inputs).toMatchObject({ spec: { replicas: 0 } });
  });
});
