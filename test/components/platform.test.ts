import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { admissionPolicies } from "../../components/manifests/admission/index.ts";
import { Platform } from "../../components/platform.ts";
import type { PlatformPlan } from "../../tenants/model.ts";
import { platformPlan } from "../support/plans.ts";
import { deploy, find, type Registered } from "../support/pulumi.ts";

type Gateway = NonNullable<PlatformPlan["gateway"]>;

function withGateway(changes: Partial<Gateway>): PlatformPlan {
  if (platformPlan.gateway === null) throw new Error("the fixture has no gateway");
  return { ...platformPlan, gateway: { ...platformPlan.gateway, ...changes } };
}

/** What is made beside the guardrails. */
async function platform(plan: PlatformPlan): Promise<Registered[]> {
  const registered = await deploy((opts) => {
    new Platform("test", { plan }, opts);
  });
  return registered.filter(({ name }) => !name.includes("-guardrail"));
}

const tenants = {
  from: "Selector",
  selector: {
    matchLabels: { "app.kubernetes.io/managed-by": "tenantry" },
    matchExpressions: [{ key: "tenantry.dev/tenant", operator: "Exists" }],
  },
};

describe("Platform", () => {
  test("makes each policy of the guardrails and its binding, and binds nobody to what lifts them", async () => {
    const registered = await deploy((opts) => {
      new Platform("test", { plan: platformPlan }, opts);
    });
    const made = registered.filter(({ name }) => name.includes("-guardrail"));
    expect(made.map(({ name }) => name).sort()).toEqual(
      [
        "test-guardrails-administrator",
        ...admissionPolicies.flatMap(({ name }) => [`test-guardrail.${name}`, `test-guardrail-binding.${name}`]),
      ].sort(),
    );
    for (const { name, type, options, inputs } of made) {
      expect({ name, parent: options.parent }).toEqual({ name, parent: "test" });
      if (type.endsWith("Policy"))
        expect({ name, inputs }).toMatchObject({ inputs: { spec: { failurePolicy: "Fail" } } });
      if (type.endsWith("Binding")) {
        expect({ name, inputs }).toMatchObject({ inputs: { spec: { validationActions: ["Deny", "Audit"] } } });
      }
    }
  });

  test("takes pods out of a guardrail only once the policy stands that judges them instead", async () => {
    const registered = await deploy((opts) => {
      new Platform("test", { plan: platformPlan }, opts);
    });
    const depending = registered
      .filter(({ type }) => type.endsWith("ValidatingAdmissionPolicy"))
      .flatMap(({ name, options }) => options.dependsOn.map((before) => [name, before]));
    expect(depending).toEqual([["test-guardrail.finalizers", "test-guardrail.pods"]]);
  });

  test("makes the Gateway and its namespace; tenants bring listeners and none attaches to the shared one", async () => {
    const registered = await platform(platformPlan);
    expect(registered.map(({ name }) => name).sort()).toEqual(["test", "test-edge-namespace", "test-gateway"]);
    expect(find(registered, "test-gateway")).toMatchObject({
      options: { parent: "test", deletedWith: "test-edge-namespace" },
      inputs: {
        kind: "Gateway",
        metadata: { name: "tenantry-edge", namespace: "tenantry-edge" },
        spec: {
          gatewayClassName: "tenantry",
          allowedListeners: { namespaces: tenants },
          listeners: [
            {
              name: "http",
              hostname: "*.tenantry.example",
              port: 80,
              protocol: "HTTP",
              allowedRoutes: { namespaces: { from: "Same" }, kinds: [{ kind: "HTTPRoute" }] },
            },
          ],
        },
      },
    });
  });

  test("where tenants bring no listeners, only their namespaces attach routes to the shared one", async () => {
    const { inputs } = find(
      await platform(withGateway({ listenerSets: false, tlsSecret: "wildcard", listener: "public" })),
      "test-gateway",
    );
    expect(inputs).toMatchObject({
      spec: {
        allowedListeners: { namespaces: { from: "None" } },
        listeners: [
          {
            name: "public",
            port: 443,
            protocol: "HTTPS",
            tls: { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: "wildcard" }] },
            allowedRoutes: { namespaces: tenants },
          },
        ],
      },
    });
  });

  test.each([
    ["is somebody else's", withGateway({ create: false })],
    ["is not there", { ...platformPlan, gateway: null }],
  ])("makes nothing where the Gateway %s", async (_name, plan) => {
    expect((await platform(plan)).map(({ name }) => name)).toEqual(["test"]);
  });
});

test("docs/installation.md asks of another team's Gateway what we write into our own", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "installation.md"), "utf8");
  const [, selector = ""] = /```yaml\n(from: Selector\n[^`]+)```/.exec(page) ?? [];
  expect(parse(selector)).toEqual(tenants);
});

test("type tokens are identities: a change needs an alias and a line in the changelog", () => {
  const folder = join(import.meta.dirname, "..", "..", "components");
  const sources = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const tokens = sources.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    // The third argument is what the engine records as inputs; options there would silently lose provider and protect.
    return [...text.matchAll(/super\("([^"]+)", (\w+), (.+), opts\);/g)].map(
      ([, token, , inputs]) => `${token} ${inputs}`,
    );
  });
  expect(tokens.sort()).toEqual([
    "tenantry:index:Dashboard {}",
    "tenantry:index:Platform {}",
    "tenantry:index:RuntimeStatefulSet {}",
    "tenantry:index:TenantStack {}",
  ]);
});
