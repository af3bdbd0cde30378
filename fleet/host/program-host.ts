import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";

import { parse } from "yaml";
import * as z from "zod";

import type { PulumiEnding, PulumiLocation } from "../pulumi-cli.ts";

/** What Pulumi.yaml says of how the program is run. */
const projectSchema = z.object({
  main: z.string().default("index.ts"),
  runtime: z.union([
    z.string().transform(() => ({ options: { nodeargs: "" } })),
    z.object({ options: z.object({ nodeargs: z.string().default("") }).default({ nodeargs: "" }) }),
  ]),
});

const serve = join(import.meta.dirname, `serve${extname(import.meta.filename)}`);

/**
 * A process that runs the program for stacks, one after the other. Pulumi would start its language host and Node anew for each stack,
 * which is more than half of what a small stack costs; here both are paid once.
 *
 * It listens on a socket that only this user can reach. It is in a process group of its own, so that Ctrl-C leaves it to `pulumi`.
 */
export class ProgramHost {
  /** For `pulumi --client`. */
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #residentBytes = 0;

  private constructor(child: ChildProcess, folder: string, socket: string) {
    this.#child = child;
    this.#folder = folder;
    this.address = `unix:${socket}`;
    // Words say that it is ready, numbers how large it was when a run ended.
    child.on("message", (told) => {
      if (typeof told === "number") this.#residentBytes = told;
    });
  }

  /**
   * Throws when the process ends before it is ready.
   *
   * @param log File for what the process itself prints.
   * @param signal Ends the process before it is ready; later it has no effect.
   */
  static async start(
    { directory, environment, variables }: PulumiLocation,
    log: string,
    signal?: AbortSignal,
  ): Promise<ProgramHost> {
    const project = projectSchema.parse(parse(readFileSync(join(directory, "Pulumi.yaml"), "utf8")));
    const folder = mkdtempSync(join(tmpdir(), "tenantry-program-"));
    const socket = join(folder, "socket");
    mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
    const output = openSync(log, "a", 0o600);
    const nodeArguments = project.runtime.options.nodeargs.split(" ").filter((word) => word !== "");
    const child = spawn(process.execPath, [...nodeArguments, serve, directory, project.main, socket, environment], {
      cwd: directory,
      env: { ...process.env, ...variables },
      stdio: ["ignore", output, output, "ipc"],
      detached: true,
    });
    closeSync(output);
    const host = new ProgramHost(child, folder, socket);
    const abandon = (): void => host.kill();
    if (signal?.aborted === true) abandon();
    else signal?.addEventListener("abort", abandon, { once: true });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`the program's process ended before it was ready; see ${log}`)));
    })
      .catch((error: unknown) => {
        host.kill();
        throw error;
      })
      .finally(() => signal?.removeEventListener("abort", abandon));
    return host;
  }

  /** How the process ended: 0 by itself, also where the engine left it in the middle; `null` while it runs. */
  get ending(): PulumiEnding | null {
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  /** Bytes of memory that it had when its last run ended; 0 before. */
  get residentBytes(): number {
    return this.#residentBytes;
  }

  /** Lets it end when it has nothing to do. */
  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
