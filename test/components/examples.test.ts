/** The programs in docs/examples, run as they stand. */
import { expect, test } from "vitest";

import { deploy, find } from "../support/pulumi.ts";

test("the runtime example registers a runtime in its namespace, rolled by its ConfigMap", async () => {
  const registered = await deploy(
    async () => {
      await import("../../docs/examples/runtime/index.ts");
    },
    {
      config: { "tenantry:image": "registry.example/agent:1" },
      outputs: {
        "kubernetes:core/v1:ConfigMap": { metadata: { name: "settings", namespace: "agents", resourceVersion: "7" } },
      },
    },
  );
  expect(registered.map(({ name }) => name)).toContain("agent-workload");
  expect(find(registered, "agent-workload").inputs).toMatchObject({
    metadata: { namespace: "agents" },
    spec: {
      template: {
        metadata: { annotations: { "checksum/config": "7" } },
        spec: {
          containers: [{ image: "registry.example/agent:1", envFrom: [{ configMapRef: { name: "settings" } }] }],
        },
      },
    },
  });
});

test("the tenant example registers a whole tenant with its own provider and keeps the token secret", async () => {
  const registered = await deploy(
    async () => {
      await import("../../docs/examples/tenant/index.ts");
    },
    {
      config: {
        "tenantry:runtimeImage": "registry.example/runtime:1",
        "tenantry:dashboardImage": "registry.example/dashboard:1",
        "tenantry:modelToken": "example-token",
      },
    },
  );
  expect(find(registered, "acme-namespace").inputs).toMatchObject({ metadata: { name: "tenant-acme" } });
  const objects = registered.filter(({ type }) => type.startsWith("kubernetes:"));
  expect(objects.length).toBeGreaterThan(20);
  for (const { name, provider } of objects) expect(provider, name).toContain("::cluster::");
  expect(find(registered, "acme-secrets").inputs).toMatchObject({
    data: { $secret: { MODEL_TOKEN: Buffer.from("example-token").toString("base64") } },
  });
  expect(JSON.stringify(registered)).not.toContain('"example-token"');
});
