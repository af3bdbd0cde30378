import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { writePrivateFile } from "../../local/private-file.ts";
import type { PulumiCli } from "../pulumi-cli.ts";
import { readRecorded } from "../recorded.ts";
import { canonical, readDocument, resourcesOf, type StateDocument } from "./deployment.ts";
import { unmovable } from "./plan.ts";

/** Reads and replaces whole states through the CLI, which knows every backend, and how each stack encrypts. */
export class States {
  readonly #cli: PulumiCli;
  readonly #logs: string;

  /** `logs` is the folder where `fleet` notes what it starts. */
  constructor(cli: PulumiCli, logs: string) {
    this.#cli = cli;
    this.#logs = logs;
  }

  /** Writes a stack's state to a folder, its secrets encrypted as they are. */
  async backUp(stack: string, folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writePrivateFile(join(folder, `${stack}.json`), await this.#cli.ask(["stack", "export", "--stack", stack]));
  }

  /**
   * A stack's state with its secrets in clear, which come through a pipe and are never written: each stack encrypts with a salt or a
   * key of its own. Throws where the state is that of an update that did not end.
   */
  async read(stack: string): Promise<StateDocument> {
    const text = await this.#cli.ask(["stack", "export", "--stack", stack, "--show-secrets"]);
    const document = readDocument(text);
    const problem = unmovable(readRecorded(document));
    if (problem !== null) throw new Error(problem);
    return document;
  }

  /** Replaces a stack's state, which the CLI does under its lock and whole, and reads it back. Throws where it is another then. */
  async replace(stack: string, document: StateDocument): Promise<StateDocument> {
    await this.#cli.ask(["stack", "import", "--stack", stack], { input: JSON.stringify(document), logs: this.#logs });
    const written = await this.read(stack);
    const [wanted, found] = [document, written].map((state) => resourcesOf(state).map(canonical));
    const other = wanted?.findIndex((line, index) => line !== found?.[index]) ?? 0;
    if (wanted?.length === found?.length && other === -1) return written;
    const urn = resourcesOf(document)[other]?.urn ?? "the number of resources";
    throw new Error(`what was written to its state is not what is there now: ${urn}`);
  }
}
