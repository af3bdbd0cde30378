import { expect, test } from "vitest";

import { apiPort } from "../../../../local/cluster/real-node/layout.ts";
import { isListening } from "../../../../local/cluster/real-node/processes.ts";
import { linkTable, nodeRules } from "../../../../local/cluster/real-node/rules.ts";

const rules = nodeRules({ host: "10.213.0.1", node: "10.213.0.2" });

test("every chain that sees the link ends by dropping what nothing let pass, in both families", () => {
  expect(rules).toContain(`table inet ${linkTable} {`);
  const chains = [...rules.matchAll(/chain (\w+) \{([^}]*(?:\{[^}]*\}[^}]*)*?)\n {2}\}/g)];
  const filters = chains.filter(([, , body = ""]) => body.includes("type filter"));
  expect(filters.map(([, name]) => name)).toEqual(["output", "forward", "input"]);
  for (const [, name, body = ""] of filters) expect(body.trim(), name).toMatch(/ifname "machine" counter drop$/);
});

test("outward nothing new is let pass but connections to the relay", () => {
  const accepted = rules.split("\n").filter((line) => line.includes('oifname "machine"') && line.includes("accept"));
  const fresh = [...new Set(accepted.filter((line) => !line.includes("established,related")))];
  expect(fresh.map((line) => line.trim())).toEqual([
    `oifname "machine" ip daddr 10.213.0.1 tcp dport ${apiPort} accept`,
  ]);
});

test("a listener is found in the kernel's table by address, port and state", () => {
  const row = (address: string, state: string) =>
    `   1: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1143 1\n`;
  const table = `  sl  local_address rem_address   st\n${row("0100D50A:192B", "0A")}`;
  expect(isListening(table, "10.213.0.1", 6443)).toBe(true);
  expect(isListening(table, "10.213.0.1", 6444)).toBe(false);
  expect(isListening(table, "10.213.0.2", 6443)).toBe(false);
  expect(isListening(row("0100D50A:192B", "01"), "10.213.0.1", 6443)).toBe(false);
});
