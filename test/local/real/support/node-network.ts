import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { type Server, connect, createServer } from "node:net";
import { promisify } from "node:util";

import { type NodeLayout, podRange } from "../../../../local/cluster/real-node/layout.ts";
import { inside } from "../../../../local/cluster/real-node/network.ts";
import { run } from "../../../../local/cluster/real-node/run.ts";

/** Connects, sends a line and prints what comes back; prints nothing where nothing comes in time. */
const client = `
const [host, port] = process.argv.slice(1);
const socket = require("node:net").connect({ host, port: Number(port) }, () => socket.end("hello\\n"));
socket.setTimeout(1500, () => process.exit(0));
socket.on("error", () => process.exit(0));
socket.on("data", (data) => process.stdout.write(data));
`;

/** What a listener says to a network namespace (`null` is the machine's); "" when no connection comes about, or it is ended. */
export async function answerOf(network: string | null, host: string, port: number): Promise<string> {
  const command = [process.execPath, "-e", client, host, String(port)];
  const prefix = network === null ? ["/usr/bin/env"] : ["nsenter", ...inside(network)];
  const [program = "", ...args] = [...prefix, ...command];
  return (await promisify(execFile)(program, args)).stdout;
}

/** What a listener on loopback says to an address of loopback. */
export async function answerFrom(localAddress: string, port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, localAddress }, () => socket.end("hello\n"));
  socket.setTimeout(1500, () => socket.destroy());
  const parts: string[] = [];
  socket.on("data", (data) => parts.push(data.toString()));
  socket.on("error", () => undefined);
  // Not `once` of node:events, which throws what the socket suffers: a relay that turns somebody away may reset.
  await new Promise((resolve) => socket.on("close", resolve));
  return parts.join("");
}

/** A listener on every address of the machine, in both families, that says its name. */
export async function listenEverywhere(name: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(name);
  });
  server.listen(0, "::");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a listener has a port");
  return { server, port: address.port };
}

/** The same inside a network namespace, as a process of its own. */
export async function listenInside(network: string, port: number, name: string): Promise<ChildProcess> {
  const program = `require("node:net").createServer((s) => s.on("error", () => 0).end(${JSON.stringify(name)})).listen(${port}, "::", () => console.log("ready"))`;
  const child = spawn("nsenter", [...inside(network), process.execPath, "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

/** A network namespace on the node's bridge, as the network plugins make one for a pod. Gives its name. */
export async function makePodNetwork({ network, id }: NodeLayout): Promise<string> {
  const pod = `tenantry-${id}-pod`;
  const [prefix = ""] = podRange.split(".0.0/");
  const node = (...args: readonly string[]) => run("ip", "-n", network, ...args);
  const own = (...args: readonly string[]) => run("ip", "-n", pod, ...args);
  await run("ip", "netns", "add", pod);
  await node("link", "add", "pods", "type", "bridge");
  await node("address", "add", `${prefix}.0.1/24`, "dev", "pods");
  await node("link", "set", "pods", "up");
  await node("link", "add", "pod", "type", "veth", "peer", "name", "eth0", "netns", pod);
  await node("link", "set", "pod", "master", "pods", "up");
  await own("address", "add", `${prefix}.0.7/24`, "dev", "eth0");
  await own("link", "set", "eth0", "up");
  await own("link", "set", "lo", "up");
  await own("route", "add", "default", "via", `${prefix}.0.1`);
  return pod;
}
