import { expect, test } from "vitest";

import { type Case, forbidden, nodes, plugins, simulated, verdicts } from "../support/verdicts.ts";

const awsNode = (value: string) => ({
  name: "aws-node",
  containers: [{ name: "aws-eks-nodeagent", args: [`--enable-network-policy=${value}`] }],
});
const says = (enforcer: string) => ({ "tenantry.dev/network-policy-enforcer": enforcer });

const cases: readonly Case[] = [
  ["network-policy", "unknown", "no plugin", plugins()],
  [
    "network-policy",
    "unknown",
    "a tenant's own idea of a plugin",
    plugins({ name: "cilium", namespace: "tenant-acme" }),
  ],
  ["network-policy", "unknown", "no right to read nodes", { "we GET /api/v1/nodes": forbidden }],
  ["network-policy", "unknown", "no nodes", nodes()],
  ["network-policy", "assumed", "simulated nodes", nodes(simulated, simulated)],
  [
    "network-policy",
    "enforced",
    "a real node among simulated ones",
    { ...nodes(simulated, {}), ...plugins({ name: "calico-node", scheduled: 1 }) },
  ],
  ["network-policy", "not-enforced", "a plugin on one of two nodes", plugins({ name: "antrea-agent", scheduled: 1 })],
  ["network-policy", "not-enforced", "a plugin that is Ready nowhere", plugins({ name: "canal", ready: 0 })],
  ["network-policy", "not-enforced", "a plugin that is Ready on one of two", plugins({ name: "cilium", ready: 1 })],
  ["network-policy", "unknown", "a plugin's name where no plugin lives", plugins({ name: "cilium", namespace: "ci" })],
  ["network-policy", "not-enforced", "Flannel alone", plugins({ name: "kube-flannel-ds", namespace: "kube-flannel" })],
  [
    "network-policy",
    "enforced",
    "Flannel with its policy controller",
    plugins({ name: "kube-flannel-ds", containers: [{ name: "kube-network-policies" }] }),
  ],
  [
    "network-policy",
    "not-enforced",
    "kube-router as a router only",
    plugins({ name: "kube-router", containers: [{ args: ["--run-firewall=F"] }] }),
  ],
  [
    "network-policy",
    "enforced",
    "kube-router",
    plugins({ name: "kube-router", containers: [{ args: ["--run-router=true"] }] }),
  ],
  ["network-policy", "not-enforced", "the VPC CNI as it comes", plugins(awsNode("false"))],
  ["network-policy", "enforced", "the VPC CNI with its policy agent", plugins(awsNode("true"))],
  [
    "network-policy",
    "enforced",
    "a plugin that enforces beside one that does not",
    plugins({ name: "kube-flannel" }, { name: "calico-node" }),
  ],
  [
    "network-policy",
    "assumed",
    "a process that every real node names",
    { ...nodes(simulated, says("kube-router"), says("kube-router")), ...plugins() },
  ],
  [
    "network-policy",
    "unknown",
    "a process that one of two nodes names",
    { ...nodes(says("kube-router"), {}), ...plugins() },
  ],
  [
    "network-policy",
    "unknown",
    "a process that nobody knows",
    { ...nodes(says("hopes"), says("hopes")), ...plugins() },
  ],
  [
    "network-policy",
    "not-enforced",
    "a plugin that is not Ready, whatever the nodes name",
    { ...nodes(says("kube-router"), says("kube-router")), ...plugins({ name: "cilium", ready: 1 }) },
  ],
];

test.each(cases)("%s is %s: %s", async (name, verdict, _what, changed) => {
  expect((await verdicts(changed))[name]).toBe(verdict);
});
