import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { sortObjects } from "../../../bench/onboard/objects.ts";
import { writeChart } from "../../../bench/onboard/peers/helm.ts";

const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "tenant-a" } };
const config = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "config", namespace: "tenant-a" },
  data: { template: "hello {{ .Name }}" },
};

describe("writeChart", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tenantry-chart-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("writes one template per object, and nothing that helm would evaluate", () => {
    const chart = writeChart(directory, { id: "fresh-1-0-0", objects: [namespace, config] });
    expect(readdirSync(join(chart, "templates"))).toEqual(["00-namespace.yaml", "01-configmap.yaml"]);
    expect(JSON.parse(readFileSync(join(chart, "templates", "00-namespace.yaml"), "utf8"))).toEqual(namespace);
    expect(readFileSync(join(chart, "templates", "01-configmap.yaml"), "utf8")).toContain('hello {{ "{{" }} .Name }}');
    expect(readFileSync(join(chart, "Chart.yaml"), "utf8")).toContain("name: fresh-1-0-0\n");
  });
});

describe("sortObjects", () => {
  it("puts the namespace first and keeps the rest in order", () => {
    const other = { ...config, metadata: { ...config.metadata, name: "other" } };
    expect(sortObjects([config, namespace, other])).toEqual([namespace, config, other]);
  });
});
