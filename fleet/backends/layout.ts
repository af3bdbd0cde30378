/**
 * Where Pulumi keeps what it knows of a stack in a self-managed backend, since version 3.61 (project-scoped stacks):
 *
 * - `.pulumi/stacks/<project>/<stack>.json`: the state, perhaps packed
 * - `.pulumi/locks/organization/<project>/<stack>/<uuid>.json`: who works on it
 * - `.pulumi/history/<project>/<stack>/<stack>-<nanoseconds>.history.json` and `.checkpoint.json`: what an update was, and the state after it
 * - `.pulumi/backups/<project>/<stack>/<stack>.<nanoseconds>.json`: the state before an update
 */
import { gunzipSync, zstdDecompressSync } from "node:zlib";

/** What a state's name ends in, and how to unpack it. */
const forms: ReadonlyMap<string, (bytes: Uint8Array) => Uint8Array> = new Map([
  [".json", (bytes) => bytes],
  [".json.gz", (bytes) => gunzipSync(bytes)],
  [".json.zst", (bytes) => zstdDecompressSync(bytes)],
]);

/** Prefix of the states of a project; with a stack's name, of those of that one and of all whose names go on after it. */
export function statesPrefix(project: string, stack = ""): string {
  return `.pulumi/stacks/${project}/${stack}`;
}

/** Prefix of the locks on a stack. */
export function locksPrefix(project: string, stack: string): string {
  return `.pulumi/locks/organization/${project}/${stack}/`;
}

/** Prefix of a stack's history. */
export function historyPrefix(project: string, stack: string): string {
  return `.pulumi/history/${project}/${stack}/`;
}

/** Prefix of a stack's backups. */
export function backupsPrefix(project: string, stack: string): string {
  return `.pulumi/backups/${project}/${stack}/`;
}

/** The stack whose state has this key; `null` where it is no state, such as a backup beside it. */
export function stackOfState(project: string, key: string): string | null {
  const name = key.slice(statesPrefix(project).length);
  const end = [...forms.keys()].find((form) => name.endsWith(form));
  return end === undefined ? null : name.slice(0, -end.length);
}

/** The document in a state. */
export function parseState(key: string, bytes: Uint8Array): unknown {
  const unpack = [...forms].find(([form]) => key.endsWith(form))?.[1] ?? ((packed) => packed);
  return JSON.parse(Buffer.from(unpack(bytes)).toString("utf8"));
}
