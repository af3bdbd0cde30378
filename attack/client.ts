import { ApiClient, type Identity } from "../connection/client.ts";
import type { Credentials } from "../connection/credentials.ts";
import type { AttackRequest, Json, JsonObject } from "./attempt.ts";

export type { Identity };

/** What the server said. Status 0 stands for no answer. */
export interface Answer {
  readonly status: number;
  /** The server's words; empty when it accepted. */
  readonly message: string;
  /** The object or Status in the answer; empty where it is no JSON. */
  readonly body: JsonObject;
}

/** A request without its actor, and whether the server stores what it makes. */
export interface Sending {
  readonly identity: Identity;
  readonly store?: boolean;
  readonly signal?: AbortSignal;
}

/** Longest time for one answer. */
const milliseconds = 30_000;

/** Sends requests to one cluster, each in the name of whom it is for. Tokens go without the administrator's certificate. */
export class AttackClient {
  readonly #api: ApiClient;

  constructor(credentials: Credentials) {
    this.#api = new ApiClient(credentials);
  }

  /** Address of the API server. */
  get server(): string {
    return this.#api.server;
  }

  /** Whether the kubeconfig acts for somebody, so that it cannot act for the actors of an attack. */
  get actsForSomebody(): boolean {
    return this.#api.actsForSomebody;
  }

  /** Closes the kept connections, so that the program can end. */
  close(): void {
    this.#api.close();
  }

  /** The administrator's own request, stored. */
  async administer(request: AttackRequest): Promise<Answer> {
    return this.send(request, { identity: { kind: "administrator" }, store: true });
  }

  /** Sends a request. Writes are validated strictly and are dry runs unless `store` is set. */
  async send(request: AttackRequest, { identity, store = false, signal }: Sending): Promise<Answer> {
    const { method, path, query, headers, body } = request;
    const reads = method === "GET";
    const search = new URLSearchParams({
      ...query,
      ...(reads || method === "DELETE" ? {} : { fieldValidation: "Strict" }),
      ...(reads || store ? {} : { dryRun: "All" }),
    });
    const { status, text } = await this.#api.send({
      method,
      path: `${path}?${search.toString()}`,
      identity,
      headers,
      ...(body === null ? {} : { body }),
      milliseconds,
      // Let in is all there is to know of a watch; the events are of no interest.
      isWatch: search.get("watch") === "true",
      ...(signal === undefined ? {} : { signal }),
    });
    if (status === 0) return { status, message: `no answer: ${text}`, body: {} };
    const parsed = parse(text);
    return { status, message: status < 300 ? "" : textOf(parsed["message"], text.slice(0, 500)), body: parsed };
  }
}

/** A text in an answer. */
export function textOf(value: Json | undefined, otherwise = ""): string {
  return typeof value === "string" ? value : otherwise;
}

/** Name of an object in an answer. */
export function nameOf(object: JsonObject): string {
  return textOf((object["metadata"] as JsonObject | undefined)?.["name"]);
}

/** Objects of a list in an answer. */
export function itemsOf({ body }: Answer): readonly JsonObject[] {
  return Array.isArray(body["items"]) ? (body["items"] as readonly JsonObject[]) : [];
}

function parse(text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as JsonObject) : {};
  } catch {
    return {};
  }
}
