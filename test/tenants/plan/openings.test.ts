import { describe, expect, it } from "vitest";

import { planEnvironment } from "../../../tenants/plan.ts";
import { loadedOf, roomyEnvironment } from "../support/fleet.ts";
import { bare, planOf } from "../support/planned.ts";

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
