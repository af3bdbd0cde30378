import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import type { LocalPaths } from "../../paths.ts";
import { writePrivateFile } from "../../private-file.ts";
import { run } from "./run.ts";

const stateSchema = z.object({ version: z.literal(1), host: z.string(), node: z.string() });

/** Addresses of the link between the machine and the node. */
export interface NodeLink {
  /** The machine's end, where the API server is found. */
  readonly host: string;
  /** The node's end, and its address in the cluster. */
  readonly node: string;
}

/** Out of 10.213.0.0/16, four addresses for each checkout: the range is private and rarely anybody's. */
const rangeStart = "10.213";
const blocks = 2 ** 14;

function stateFile(paths: LocalPaths): string {
  return join(paths.cluster.directory, "real-node.json");
}

/** The addresses of this checkout's real node; `null` when it has none. */
export function readNodeLink(paths: LocalPaths): NodeLink | null {
  if (!existsSync(stateFile(paths))) return null;
  try {
    const { host, node } = stateSchema.parse(JSON.parse(readFileSync(stateFile(paths), "utf8")));
    return { host, node };
  } catch {
    // Damaged: addresses are drawn anew, and the link is made anew with them.
    return null;
  }
}

/** Whether this checkout's cluster is one with a real node; it stays one until its data is removed. */
export function hasRealNode(paths: LocalPaths): boolean {
  return existsSync(stateFile(paths));
}

/** The recorded addresses, or new ones that no interface and no route of the machine has. */
export async function settleNodeLink(paths: LocalPaths, id: string): Promise<NodeLink> {
  const known = readNodeLink(paths);
  if (known !== null) return known;
  const taken = `${await run("ip", "-4", "route", "show", "table", "all")}${await run("ip", "-4", "address")}`;
  for (let block = Number.parseInt(id, 16) % blocks; ; block = (block + 1) % blocks) {
    const prefix = `${rangeStart}.${block >> 6}`;
    const first = (block & 63) * 4;
    if (taken.includes(`${prefix}.${first}/`) || taken.includes(`${prefix}.${first + 1}/`)) continue;
    const link = { host: `${prefix}.${first + 1}`, node: `${prefix}.${first + 2}` };
    writePrivateFile(stateFile(paths), `${JSON.stringify({ version: 1, ...link }, null, 2)}\n`);
    return link;
  }
}
