import { CommandError, exitCodes } from "../../local/command-error.ts";
import { schemeAndHost } from "../../tenants/errors.ts";
import type { Backend } from "../backend.ts";
import type { StackLock } from "../locks.ts";
import type { PulumiCli } from "../pulumi-cli.ts";
import { readRecorded } from "../recorded.ts";
import type { Reading } from "../verdict.ts";
import { firstLine, unreadable } from "./reasons.ts";

/** Pulumi Cloud, a database or another kind of bucket: asked through the CLI, once for all names and once for each state. */
export class CliBackend implements Backend {
  readonly store = null;
  readonly #cli: () => Promise<PulumiCli>;
  readonly #remedy: string;

  /** @param url As PULUMI_BACKEND_URL says it; for messages. */
  constructor(cli: () => Promise<PulumiCli>, url: string) {
    this.#cli = cli;
    this.#remedy = `PULUMI_BACKEND_URL ${told(url)}; docs/backends.md says what it may be`;
  }

  async list(): Promise<ReadonlySet<string>> {
    const cli = await this.#cli();
    try {
      const stacks = JSON.parse(await cli.ask(["stack", "ls", "--json"])) as readonly { readonly name: string }[];
      // Pulumi Cloud puts the organisation before the name where it is not the default one.
      return new Set(stacks.map(({ name }) => name.slice(name.lastIndexOf("/") + 1)));
    } catch (error) {
      throw new CommandError(exitCodes.failed, `the stacks cannot be listed: ${firstLine(error)}`, this.#remedy);
    }
  }

  async read(stack: string): Promise<Reading> {
    try {
      const cli = await this.#cli();
      return readRecorded(JSON.parse(await cli.ask(["stack", "export", "--stack", stack])));
    } catch (error) {
      return unreadable(error);
    }
  }

  locks(): Promise<readonly StackLock[]> {
    return Promise.resolve([]);
  }

  removeDeadLocks(): Promise<number> {
    return Promise.resolve(0);
  }

  mend(): void {
    // Objects of a bucket and rows of a database are written whole or not at all.
  }
}

/** What a person needs in order to recognise a backend's address; the rest of it may be secret, whatever its parameters are called. */
function told(url: string): string {
  if (url === "") return "is empty";
  const place = schemeAndHost(url);
  return place === null ? "is no address with a scheme" : `names ${JSON.stringify(place)}`;
}
