import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { nodeNames } from "../../../local/cluster/furniture.ts";
import { type PartName, clusterParts } from "../../../local/cluster/parts.ts";
import { type ClusterPorts, portNames } from "../../../local/cluster/ports.ts";
import { createLocalDirectories, localPaths } from "../../../local/paths.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const tools = {
  kube: "/kube",
  kwok: "/kwok",
  "metrics-server": "/ms",
  "gateway-api": "/gateway-api",
  "network-policy-api": "/network-policy-api",
};
const ports = Object.fromEntries(portNames.map((name, index) => [name, 20_000 + index])) as ClusterPorts;

function flags(name: PartName): readonly string[] {
  const part = clusterParts(localPaths("/p"), ports, tools).find((each) => each.name === name);
  return part?.args ?? [];
}

test("nothing listens beyond loopback and nothing skips verification", () => {
  for (const { name, args } of clusterParts(localPaths("/p"), ports, tools)) {
    for (const arg of args) {
      expect(arg, name).not.toMatch(/insecure|0\.0\.0\.0|token-auth-file|\[::\]/);
      if (/^--(bind-address|server-address|listen-.*urls)=/.test(arg)) expect(arg, name).toContain("127.0.0.1");
    }
  }
  expect(flags("etcd")).toContain("--client-cert-auth=true");
  expect(flags("kube-apiserver")).toContain("--anonymous-auth=false");
  expect(flags("kube-apiserver")).toContain("--authorization-mode=Node,RBAC");
  expect(flags("kube-apiserver").join(" ")).not.toContain("disable-admission-plugins");
  expect(flags("metrics-server").join(" ")).toContain("--kubelet-certificate-authority=");
});

test("a part is restarted when its program, its arguments or a file they name changes", () => {
  const paths = localPaths(temporaryDirectory());
  createLocalDirectories(paths);
  const print = (changed = tools, at = ports) =>
    Object.fromEntries(clusterParts(paths, at, changed).map(({ name, fingerprint }) => [name, fingerprint]));
  const before = print();
  expect(print()).toEqual(before);
  const newer = print({ ...tools, kwok: "/kwok2" });
  expect(newer["kwok"]).not.toBe(before["kwok"]);
  expect(newer["etcd"]).toBe(before["etcd"]);
  expect(print(tools, { ...ports, etcd: 29_999 })["kube-apiserver"]).not.toBe(before["kube-apiserver"]);
  writeFileSync(join(paths.cluster.pki, "serving.crt"), "renewed");
  expect(print()["metrics-server"]).not.toBe(before["metrics-server"]);
  expect(print()["etcd"]).toBe(before["etcd"]);
});

test("six nodes over three zones", () => {
  expect(nodeNames).toEqual(["node-a-1", "node-a-2", "node-b-1", "node-b-2", "node-c-1", "node-c-2"]);
});
