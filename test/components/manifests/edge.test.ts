import { describe, expect, test } from "vitest";

import { buildCertificates, buildListenerSet, buildRoute } from "../../../components/manifests/edge.ts";
import type { HostPlan, RoutePlan } from "../../../tenants/model.ts";
import { fullPlan } from "../../support/plans.ts";

function hostPlan(host: string, tlsSecret: string | null): HostPlan {
  return { host, tlsSecret, url: `${tlsSecret === null ? "http" : "https"}://${host}` };
}

const route: RoutePlan = {
  gateway: { name: "edge", namespace: "edge-system", listener: "https" },
  listenerSet: true,
  issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
  hosts: [hostPlan("acme.tenantry.example", "tls-a"), hostPlan("agents.acme.example", "tls-b")],
};

describe("listeners", () => {
  test("are one per host, end TLS, and take HTTPRoutes of their own namespace only", () => {
    const allowedRoutes = {
      namespaces: { from: "Same" },
      kinds: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute" }],
    };
    expect(buildListenerSet(fullPlan, route, "tenant-acme")?.spec).toEqual({
      parentRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge", namespace: "edge-system" },
      listeners: [
        {
          name: "acme.tenantry.example",
          hostname: "acme.tenantry.example",
          port: 443,
          protocol: "HTTPS",
          tls: { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: "tls-a" }] },
          allowedRoutes,
        },
        {
          name: "agents.acme.example",
          hostname: "agents.acme.example",
          port: 443,
          protocol: "HTTPS",
          tls: { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: "tls-b" }] },
          allowedRoutes,
        },
      ],
    });
  });

  test("speak plain HTTP where a host has no certificate", () => {
    const plain = { ...route, hosts: [hostPlan("acme.tenantry.example", null)] };
    const listener = buildListenerSet(fullPlan, plain, "tenant-acme")?.spec.listeners[0];
    expect(listener).toMatchObject({ port: 80, protocol: "HTTP" });
    expect(listener).not.toHaveProperty("tls");
  });

  test("are not made where the Gateway has its own, nor without hosts", () => {
    expect(buildListenerSet(fullPlan, { ...route, listenerSet: false }, "tenant-acme")).toBeNull();
    expect(buildListenerSet(fullPlan, { ...route, hosts: [] }, "tenant-acme")).toBeNull();
  });
});

describe("certificates", () => {
  test("are one per Secret; hosts that share a Secret share one", () => {
    const hosts: HostPlan[] = [...route.hosts, hostPlan("www.acme.example", "tls-b")];
    const certificates = buildCertificates(fullPlan, { ...route, hosts }, "tenant-acme");
    expect(certificates.map(({ secretName, manifest }) => [secretName, manifest.spec.dnsNames])).toEqual([
      ["tls-a", ["acme.tenantry.example"]],
      ["tls-b", ["agents.acme.example", "www.acme.example"]],
    ]);
    expect(certificates[0]?.manifest.spec.issuerRef).toEqual({
      group: "cert-manager.io",
      kind: "ClusterIssuer",
      name: "letsencrypt",
    });
  });

  test("are not made without an issuer, nor for hosts whose TLS ends elsewhere", () => {
    expect(buildCertificates(fullPlan, { ...route, issuer: null }, "tenant-acme")).toEqual([]);
    const hosts = [hostPlan("acme.tenantry.example", null)];
    expect(buildCertificates(fullPlan, { ...route, hosts }, "tenant-acme")).toEqual([]);
  });
});

describe("the route", () => {
  test("sends /api to the runtime and the rest to the dashboard, for the tenant's hosts only", () => {
    expect(buildRoute(fullPlan, route, "tenant-acme")?.spec).toEqual({
      parentRefs: [{ group: "gateway.networking.k8s.io", kind: "ListenerSet", name: "tenant" }],
      hostnames: ["acme.tenantry.example", "agents.acme.example"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/api" } }],
          backendRefs: [{ kind: "Service", name: "runtime", port: 3000 }],
        },
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ kind: "Service", name: "dashboard", port: 3001 }],
        },
      ],
    });
  });

  test("attaches to the one named listener of a shared Gateway", () => {
    expect(buildRoute(fullPlan, { ...route, listenerSet: false }, "tenant-acme")?.spec.parentRefs).toEqual([
      {
        group: "gateway.networking.k8s.io",
        kind: "Gateway",
        name: "edge",
        namespace: "edge-system",
        sectionName: "https",
      },
    ]);
  });

  test("does not exist without hosts, for it would then answer for every host", () => {
    expect(buildRoute(fullPlan, { ...route, hosts: [] }, "tenant-acme")).toBeNull();
  });

  test("holds 16 hosts and refuses a 17th by name of the tenant", () => {
    const hosts = (count: number) => Array.from({ length: count }, (_, n) => hostPlan(`h${n}.example`, null));
    expect(buildRoute(fullPlan, { ...route, hosts: hosts(16) }, "tenant-acme")?.spec.hostnames).toHaveLength(16);
    expect(() => buildRoute(fullPlan, { ...route, hosts: hosts(17) }, "tenant-acme")).toThrow(
      "tenant acme has 17 hosts; a route holds at most 16",
    );
  });
});
