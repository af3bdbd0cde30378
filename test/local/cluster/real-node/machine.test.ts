import { expect, test } from "vitest";

import { modulesToUnload } from "../../../../local/cluster/real-node/modules.ts";
import { kubeletSettings, settingsToRestore } from "../../../../local/cluster/real-node/settings.ts";

const off = { "net.bridge.bridge-nf-call-iptables": "0", "net.bridge.bridge-nf-call-ip6tables": "0" };
const on = { ...off, "net.bridge.bridge-nf-call-iptables": "1" };

test("only modules that were loaded for real nodes are unloaded", () => {
  expect(modulesToUnload(["overlay", "br_netfilter"], { bridgeSettings: off, networks: 1 })).toEqual([
    "overlay",
    "br_netfilter",
  ]);
  expect(modulesToUnload([], { bridgeSettings: off, networks: 1 })).toEqual([]);
});

test("the bridges' filter stays where somebody has turned it on since, or may have in a network of theirs", () => {
  expect(modulesToUnload(["overlay", "br_netfilter"], { bridgeSettings: on, networks: 1 })).toEqual(["overlay"]);
  expect(modulesToUnload(["overlay", "br_netfilter"], { bridgeSettings: off, networks: 2 })).toEqual(["overlay"]);
});

test("a setting is put back when the kubelet has changed it, and not when somebody else has since", () => {
  const before = { "vm.overcommit_memory": "0", "kernel.panic": "0", "kernel.panic_on_oops": "1" };
  expect(settingsToRestore(before, { ...before, ...kubeletSettings })).toEqual({
    "vm.overcommit_memory": "0",
    "kernel.panic": "0",
  });
  expect(settingsToRestore(before, { ...before, "vm.overcommit_memory": "2", "kernel.panic": "10" })).toEqual({
    "kernel.panic": "0",
  });
  expect(settingsToRestore(before, before)).toEqual({});
});
