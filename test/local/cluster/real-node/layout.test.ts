import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { nodeLayout } from "../../../../local/cluster/real-node/layout.ts";
import { nodeCertificateRequests } from "../../../../local/cluster/real-node/certificates.ts";
import { nodePartNames, nodeParts } from "../../../../local/cluster/real-node/parts.ts";
import type { ClusterPorts } from "../../../../local/cluster/ports.ts";
import { localPaths } from "../../../../local/paths.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

const deep = `/${Array.from({ length: 30 }, (_, index) => `a-folder-with-a-long-name-${index}`).join("/")}`;
const link = { host: "10.213.0.1", node: "10.213.0.2" };
const tools = { node: "/t/node", "kube-router": "/t/kube-router", coredns: "/t/coredns", probe: "/t/probe" };
const parts = nodeParts(localPaths("/one"), link, { "kube-apiserver": 20001 } as ClusterPorts, tools);

test("two checkouts share no name on the machine, and a checkout keeps its own", () => {
  const [one, other] = [nodeLayout(localPaths("/one")), nodeLayout(localPaths("/other"))];
  expect(nodeLayout(localPaths("/one"))).toEqual(one);
  for (const key of Object.keys(one) as (keyof typeof one)[]) expect(one[key], key).not.toBe(other[key]);
});

test("a checkout keeps its names when its folder is gone and when it is reached by a link", () => {
  const folder = temporaryDirectory();
  const link = join(folder, "link");
  mkdirSync(join(folder, "checkout"));
  symlinkSync(join(folder, "checkout"), link);
  const { id } = nodeLayout(localPaths(join(folder, "checkout")));
  expect(nodeLayout(localPaths(link)).id).toBe(id);
  mkdirSync(join(folder, "checkout", ".tenantry"));
  expect(nodeLayout(localPaths(link)).id).toBe(id);
});

test("names fit where the system limits them, however deep the checkout is", () => {
  const { hostLink, socket } = nodeLayout(localPaths(deep));
  expect(hostLink.length).toBeLessThanOrEqual(15);
  expect(`${socket}.ttrpc`.length).toBeLessThanOrEqual(107);
});

test("everything but the relay runs in a network namespace of the node's, and the environment is its own", () => {
  expect(parts.map(({ name }) => name)).toEqual([...nodePartNames]);
  for (const { name, program, args } of parts) {
    expect(program, name).toBe(name === "relay" ? "/usr/bin/env" : "nsenter");
    const { network, world } = nodeLayout(localPaths("/one"));
    const namespace = `--net=/run/netns/${name === "world" ? world : network}`;
    expect(args[0], name).toEqual(name === "relay" ? expect.stringMatching(/^PATH=/) : namespace);
  }
});

test("a part is started anew when what it is told changes", () => {
  const moved = nodeParts(localPaths("/one"), link, { "kube-apiserver": 20002 } as ClusterPorts, tools);
  const changed = moved.filter(({ fingerprint }, index) => fingerprint !== parts[index]?.fingerprint);
  expect(changed.map(({ name }) => name)).toEqual(["relay"]);
});

test("the kubelet is a node to the API server, and nobody of the node's is its administrator", () => {
  const requests = nodeCertificateRequests(link);
  expect(requests.kubelet).toMatchObject({ commonName: "system:node:real-node", organization: "system:nodes" });
  expect(requests["kubelet-serving"].addresses).toEqual([link.node]);
  for (const { organization } of Object.values(requests)) expect(organization ?? "").not.toBe("system:masters");
});
