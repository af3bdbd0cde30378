/** The real node's network and relay by themselves: network namespaces, without a cluster on them. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type Server, type Socket, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { apiPort, nodeLayout, nodePorts } from "../../../local/cluster/real-node/layout.ts";
import { restoreMachine } from "../../../local/cluster/real-node/machine.ts";
import { ensureNetwork, inside, removeNetwork } from "../../../local/cluster/real-node/network.ts";
import { linkTable } from "../../../local/cluster/real-node/rules.ts";
import { run } from "../../../local/cluster/real-node/run.ts";
import { type NodeLink, settleNodeLink } from "../../../local/cluster/real-node/state.ts";
import { localPaths } from "../../../local/paths.ts";
import { silentReporter as reporter } from "../../../local/reporter.ts";
import { ensureTools } from "../../../local/toolchain/index.ts";
import { eventually } from "../../cluster/support/client.ts";
import { freePort } from "../../support/free-port.ts";
import { prepareRealNode } from "../../cluster/support/real-node.ts";
import { answerFrom, answerOf, listenEverywhere, listenInside, makePodNetwork } from "./support/node-network.ts";

const obstacle = await prepareRealNode();

describe.skipIf(obstacle !== null)(
  `the real node's network${obstacle === null ? "" : ` (not here: ${obstacle})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "tenantry-link-"));
    const paths = localPaths(folder);
    const layout = nodeLayout(paths);
    const children: ChildProcess[] = [];
    let link: NodeLink;
    let pod: string;
    let probe: string;
    let machine: { readonly server: Server; readonly port: number };

    const startRelay = (limit: string, ...args: readonly string[]) => {
      const child = spawn("sh", ["-c", `${limit} exec "$0" relay "$@"`, probe, ...args], { stdio: "ignore" });
      children.push(child);
      return child;
    };
    /** What happens without the rules of the link shows that it is they that act. */
    const withoutRules = async (look: () => Promise<void>) => {
      await run("nsenter", ...inside(layout.network), "nft", "delete", "table", "inet", linkTable);
      try {
        await look();
      } finally {
        await ensureNetwork(layout, link);
      }
    };

    beforeAll(async () => {
      ({ probe } = await ensureTools(["probe"], { paths, reporter }));
      link = await settleNodeLink(paths, layout.id);
      await ensureNetwork(layout, link);
      pod = await makePodNetwork(layout);
      machine = await listenEverywhere("the machine");
      startRelay("", `${link.host}:${apiPort}`, `127.0.0.1:${machine.port}`, layout.hostLink, link.node);
      await eventually("the relay answers", async () => (await answerOf(layout.network, link.host, apiPort)) !== "");
    });

    afterAll(async () => {
      for (const child of children) child.kill("SIGKILL");
      machine.server.close();
      await run("ip", "netns", "delete", pod);
      await removeNetwork(layout);
      await restoreMachine(layout);
      rmSync(folder, { recursive: true, force: true });
    });

    test("a pod and the node reach the API server's relay, and no other port that the machine listens on everywhere", async () => {
      for (const from of [pod, layout.network]) {
        expect(await answerOf(from, link.host, machine.port), from).toBe("");
        expect(await answerOf(from, link.host, apiPort), from).toBe("the machine");
      }
      await withoutRules(async () => {
        for (const from of [pod, layout.network])
          expect(await answerOf(from, link.host, machine.port), from).toBe("the machine");
      });
      expect(await answerOf(pod, link.host, machine.port)).toBe("");
    });

    test("the link's addresses of version 6 lead nowhere either", async () => {
      const shown = await run("ip", "-6", "-o", "address", "show", "dev", layout.hostLink, "scope", "link");
      const [, address = ""] = /inet6 (fe80:\S+)\/64/.exec(shown) ?? [];
      expect(address).not.toBe("");
      const host = `${address}%machine`;
      expect(await answerOf(layout.network, host, machine.port)).toBe("");
      await withoutRules(async () => {
        expect(await answerOf(layout.network, host, machine.port)).toBe("the machine");
      });
    });

    test("the machine reaches the ports of the node that it asks, and no other", async () => {
      const fromMachine = async (port: number) => await answerOf(null, link.node, port);
      for (const port of [nodePorts.kubelet, nodePorts.kubelet + 1])
        children.push(await listenInside(layout.network, port, "the node"));
      expect(await fromMachine(nodePorts.kubelet)).toBe("the node");
      expect(await fromMachine(nodePorts.kubelet + 1)).toBe("");
      await withoutRules(async () => {
        expect(await fromMachine(nodePorts.kubelet + 1)).toBe("the node");
      });
    });

    test("the relay answers the node, and nobody who finds the way to its address otherwise", async () => {
      expect(await answerOf(layout.network, link.host, apiPort)).toBe("the machine");
      // From the machine itself the same address is not reached by the link.
      expect(await answerOf(null, link.host, apiPort)).toBe("");
      const port = await freePort();
      // On loopback everybody is on the right interface; all but one are the wrong peer.
      startRelay("", `127.0.0.1:${port}`, `127.0.0.1:${machine.port}`, "lo", "127.0.0.2");
      await expect.poll(() => answerFrom("127.0.0.2", port), { timeout: 10_000 }).toBe("the machine");
      expect(await answerFrom("127.0.0.3", port)).toBe("");
    });

    // Each connection takes two, so one of the limits leaves none to accept with, and the other one to accept and none to go on.
    test.each([16, 17])(
      "a relay with %i file descriptors in all goes on after it has run out of them",
      async (limit) => {
        const port = await freePort();
        const relay = startRelay(
          `ulimit -n ${limit};`,
          `127.0.0.1:${port}`,
          `127.0.0.1:${machine.port}`,
          "lo",
          "127.0.0.1",
        );
        await expect.poll(() => answerFrom("127.0.0.1", port), { timeout: 10_000 }).toBe("the machine");
        const sockets: Socket[] = [];
        for (let count = 0; count < 40; count++) {
          const socket = connect({ host: "127.0.0.1", port });
          socket.on("error", () => undefined);
          sockets.push(socket);
          await once(socket, "connect");
        }
        expect(await answerFrom("127.0.0.1", port)).toBe("");
        for (const socket of sockets) socket.destroy();
        await expect.poll(() => answerFrom("127.0.0.1", port), { timeout: 10_000 }).toBe("the machine");
        expect(relay.exitCode).toBeNull();
      },
    );
  },
);
