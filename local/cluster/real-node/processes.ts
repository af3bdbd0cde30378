import { readFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";

import { CommandError } from "../../command-error.ts";
import type { LocalPaths } from "../../paths.ts";
import { ApiClient } from "../api-client.ts";
import { partLog } from "../parts.ts";
import { isRunning } from "../process-identity.ts";
import { logTail, startPart, stopProcess } from "../processes.ts";
import { readRunState, writeRunState } from "../run-state.ts";
import { WaitTimeout, waitFor } from "../../wait.ts";
import { type NodeHealth, type NodePart, type NodePartName, nodePartNames } from "./parts.ts";

/** Milliseconds that a part has to answer, and to end by itself. */
const answerMilliseconds = 3_000;
const graceMilliseconds = 6_000;

/** How the kernel numbers the state of a socket that listens. */
const listenState = "0A";

/** Seconds that a part may take to become healthy. */
const healthySeconds = 90;

/** Makes the part run as its command line asks; says whether it had to be started. */
export async function ensureNodePart(paths: LocalPaths, part: NodePart): Promise<boolean> {
  const record = readRunState(paths.cluster.run).processes[part.name];
  if (record !== undefined && record.fingerprint === part.fingerprint && isRunning(record)) return false;
  if (record !== undefined) await stopProcess(record, graceMilliseconds);
  const identity = await startPart(paths, part);
  remember(paths, part.name, { ...identity, fingerprint: part.fingerprint });
  return true;
}

/** Waits until the part is well. Throws with the end of its log when it ends or takes too long. */
export async function waitForNodePart(paths: LocalPaths, part: NodePart, signal?: AbortSignal): Promise<void> {
  const fail = (what: string) =>
    new CommandError(
      1,
      `${part.name} of the real node ${what}; its last lines:\n${logTail(paths, part)}`,
      `Read ${partLog(paths, part.name)}; "npm run local -- up --real-node" tries again.`,
    );
  try {
    await waitFor(
      async () => {
        if (!isNodePartRunning(paths, part.name)) throw fail("ended right after its start");
        return (await answers(part.health)) ? true : null;
      },
      { seconds: healthySeconds, signal },
    );
  } catch (error) {
    throw error instanceof WaitTimeout ? fail(`is not healthy after ${healthySeconds} s`) : error;
  }
}

/** Whether any part of the node runs. */
export function isRealNodeRunning(paths: LocalPaths): boolean {
  return nodePartNames.some((name) => isNodePartRunning(paths, name));
}

/** Whether the process of a part runs. */
export function isNodePartRunning(paths: LocalPaths, name: NodePartName): boolean {
  const record = readRunState(paths.cluster.run).processes[name];
  return record !== undefined && isRunning(record);
}

/** Ends every part in the opposite order; returns those that ran. */
export async function stopNodeParts(paths: LocalPaths): Promise<readonly NodePartName[]> {
  const running = nodePartNames.filter((name) => isNodePartRunning(paths, name));
  for (const name of nodePartNames.toReversed()) {
    const record = readRunState(paths.cluster.run).processes[name];
    if (record === undefined) continue;
    await stopProcess(record, graceMilliseconds);
    remember(paths, name, null);
  }
  return running;
}

function remember(
  paths: LocalPaths,
  name: NodePartName,
  record: ReturnType<typeof readRunState>["processes"][string] | null,
): void {
  const state = readRunState(paths.cluster.run);
  const others = Object.fromEntries(Object.entries(state.processes).filter(([other]) => other !== name));
  writeRunState(paths.cluster.run, {
    ...state,
    processes: record === null ? others : { ...others, [name]: record },
  });
}

/** Asks a part whether it is well. One without anything to ask is well as long as it runs. */
export async function answers(health: NodeHealth): Promise<boolean> {
  switch (health.kind) {
    case "process":
      return true;
    case "listening":
      return isListening(readFileSync("/proc/net/tcp", "utf8"), health.host, health.port);
    case "socket":
      return await connects(health.path);
    case "http":
      return await healthz(health.host, health.port);
    case "kubelet":
      return await isKubeletWell(health);
    default:
      return health satisfies never;
  }
}

async function isKubeletWell({ host, port, pki }: Extract<NodeHealth, { kind: "kubelet" }>): Promise<boolean> {
  const client = new ApiClient(port, pki, "kubelet-client", "ca", host);
  try {
    return (await client.get("/healthz", AbortSignal.timeout(answerMilliseconds))).status === 200;
  } finally {
    client.close();
  }
}

/** Whether the kernel's table of TCP sockets (IPv4) shows one that listens on this address. */
export function isListening(table: string, host: string, port: number): boolean {
  const hexadecimal = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");
  const octets = host.split(".").map((octet) => hexadecimal(Number(octet), 2));
  // The address is printed as a number of the processor, and those that we run on begin with the lowest byte.
  const local = `${octets.toReversed().join("")}:${hexadecimal(port, 4)}`;
  return table.split("\n").some((line) => {
    const [, address, , state] = line.trim().split(/\s+/);
    return address === local && state === listenState;
  });
}

async function connects(path: string): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect({ path, timeout: answerMilliseconds });
    const end = (well: boolean) => {
      socket.destroy();
      resolve(well);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

async function healthz(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const request = get({ host, port, path: "/healthz", agent: false, timeout: answerMilliseconds }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("timeout", () => request.destroy(new Error("no answer")));
    request.once("error", () => resolve(false));
  });
}
