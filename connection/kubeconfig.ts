import { readFileSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";

import { parse } from "yaml";

import { errorMessage } from "../tenants/errors.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./fields.ts";

/** What a kubeconfig says of one context. Paths in it are absolute. */
export interface ChosenEntries {
  readonly context: string;
  readonly cluster: Fields;
  /** Empty where the context names no user. */
  readonly user: Fields;
}

/** How files are read. */
export interface ReadingRules {
  /** The context to take; `null` for the current one. */
  readonly context: string | null;
  /** Folder that paths in a file start from. */
  readonly base: (file: string) => string;
  /** Whether a file that is not there counts as empty. */
  readonly skipMissing: boolean;
}

interface Merged {
  readonly current: string | null;
  readonly contexts: ReadonlyMap<string, Fields>;
  readonly clusters: ReadonlyMap<string, Fields>;
  readonly users: ReadonlyMap<string, Fields>;
}

/** kubectl's rules: files that are not there are left out, and paths start from the file that they stand in. */
export const ambientRules = { base: dirname, skipMissing: true } as const;

/**
 * The provider's rules for a file that it is told of: it hands on the text without saying where it was read, so paths start from where the
 * provider runs, which is the folder of the program.
 */
export function explicitRules(directory: string): Pick<ReadingRules, "base" | "skipMissing"> {
  return { base: () => directory, skipMissing: false };
}

/**
 * Reads files as client-go does, which kubectl and the provider are made of: of several entries of one name, and of several current
 * contexts, the first file's counts. Returns `null` where no file says anything; throws where they do not hold together.
 *
 * The JavaScript client does not serve here: it takes the last file's current context, and so another cluster than the provider.
 */
export function readKubeconfig(files: readonly string[], rules: ReadingRules): ChosenEntries | null {
  const read = files.map((file) => readOne(file, rules)).filter((config) => config !== null);
  if (read.length === 0) return null;
  const first = (key: "contexts" | "clusters" | "users") =>
    new Map([...read].reverse().flatMap((config) => [...config[key]]));
  const [contexts, clusters, users] = [first("contexts"), first("clusters"), first("users")];
  const context = rules.context ?? read.find(({ current }) => current !== null)?.current ?? null;
  if (context === null) throw new Error("no context is the current one");
  const chosen = existing(contexts, context, "context");
  const user = textOf(chosen, "user");
  return {
    context,
    cluster: existing(clusters, textOf(chosen, "cluster") ?? "", "cluster"),
    user: user === null ? {} : existing(users, user, "user"),
  };
}

function readOne(file: string, { base, skipMissing }: ReadingRules): Merged | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (skipMissing && (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const config = fieldsOf(parseYaml(text), "the whole");
    const folder = base(file);
    return {
      current: textOf(config, "current-context"),
      contexts: named(config, "contexts", "context", []),
      clusters: named(config, "clusters", "cluster", ["certificate-authority"], folder),
      users: named(config, "users", "user", ["client-certificate", "client-key", "tokenFile"], folder),
    };
  } catch (error) {
    throw new Error(`${file} is no kubeconfig: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** The parser's own message shows the lines around the mistake, which may be somebody's key. */
function parseYaml(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    throw new Error("not YAML");
  }
}

function named(
  config: Fields,
  list: string,
  key: string,
  paths: readonly string[],
  folder = "",
): ReadonlyMap<string, Fields> {
  const entries = new Map<string, Fields>();
  for (const entry of listOf(config[list], list)) {
    const name = textOf(entry, "name") ?? "";
    if (entries.has(name)) throw new Error(`two ${list} are called ${JSON.stringify(name)}`);
    entries.set(name, absolute(fieldsOf(entry[key], key), paths, folder));
  }
  return entries;
}

function absolute(fields: Fields, paths: readonly string[], folder: string): Fields {
  const changed = paths.flatMap((key) => {
    const path = textOf(fields, key);
    return path === null ? [] : [[key, resolve(folder, path)] as const];
  });
  const exec = fieldsOf(fields["exec"], "exec");
  const command = textOf(exec, "command");
  // A login program without a folder is looked for on the PATH.
  const isBeside = command?.includes("/") === true && !isAbsolute(command);
  const login = isBeside ? { exec: { ...exec, command: resolve(folder, command) } } : {};
  return { ...fields, ...Object.fromEntries(changed), ...login };
}

function existing(entries: ReadonlyMap<string, Fields>, name: string, kind: string): Fields {
  const found = entries.get(name);
  if (found === undefined) throw new Error(`no ${kind} ${JSON.stringify(name)}`);
  return found;
}
