import { describe, expect, it } from "vitest";

import { comparable, differences } from "../../../bench/onboard/equality.ts";

const service = (overrides: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "runtime", namespace: "tenant-a", labels: { tier: "pro" }, ...metadata },
  spec: { ports: [{ port: 3000 }], clusterIP: "10.96.0.7" },
  ...overrides,
});

describe("comparable", () => {
  it("takes away what the server writes and what tools mark", () => {
    const marked = service(
      { status: { loadBalancer: {} }, spec: { ports: [{ port: 3000 }], clusterIP: "10.96.9.9" } },
      {
        uid: "1",
        resourceVersion: "9",
        managedFields: [{}],
        labels: { tier: "pro", "app.kubernetes.io/managed-by": "Helm" },
        annotations: { "meta.helm.sh/release-name": "a" },
      },
    );
    expect(comparable(marked, "a-1")).toEqual(comparable(service(), "a-1"));
  });

  it("sees a changed field", () => {
    expect(comparable(service({ spec: { ports: [{ port: 3001 }] } }), "x")).not.toEqual(comparable(service(), "x"));
  });

  it("sees an added label of ours", () => {
    const labelled = service({}, { labels: { tier: "pro", team: "red" } });
    expect(comparable(labelled, "x")).not.toEqual(comparable(service(), "x"));
  });

  it("makes two tenants' objects equal", () => {
    const left = comparable(service({}, { namespace: "tenant-fresh-1-0-1" }), "fresh-1-0-1");
    const right = comparable(service({}, { namespace: "tenant-fresh-1-0-2" }), "fresh-1-0-2");
    expect(left).toEqual(right);
  });

  it("keeps the names of secret values and drops the values", () => {
    const secret = (data: Record<string, string>) =>
      comparable({ apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data }, "x");
    expect(secret({ TOKEN: "b25l" })).toEqual(secret({ TOKEN: "dHdv" }));
    expect(secret({ TOKEN: "b25l" })).not.toEqual(secret({ OTHER: "b25l" }));
    expect(JSON.stringify(secret({ TOKEN: "b25l" }))).not.toContain("b25l");
  });
});

describe("differences", () => {
  it("is empty for equal sets", () => {
    expect(differences(new Map([["Service/runtime", "1"]]), new Map([["Service/runtime", "1"]]))).toEqual([]);
  });

  it("names what is missing on either side and what differs", () => {
    const left = new Map([
      ["Role/owner", "1"],
      ["Secret/secrets", "1"],
    ]);
    const right = new Map([
      ["Secret/secrets", "2"],
      ["Service/runtime", "1"],
    ]);
    expect(differences(left, right)).toEqual([
      "Role/owner: 1 / absent",
      "Secret/secrets: 1 / 2",
      "Service/runtime: absent / 1",
    ]);
  });
});
