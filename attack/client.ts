import type { OutgoingHttpHeaders } from "node:http";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";

import type { KubeConfig } from "@kubernetes/client-node";

import type { AttackRequest, Json, JsonObject } from "./attempt.ts";

/** By what right a request is sent. */
export type Identity =
  | { readonly kind: "administrator" }
  | { readonly kind: "impersonated"; readonly user: string; readonly groups: readonly string[] }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "anonymous" };

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

const administrator: Identity = { kind: "administrator" };

/** Longest time for one answer. */
const timeoutMilliseconds = 30_000;

/** Sends requests to one cluster, each in the name of whom it is for. */
export class AttackClient {
  /** Address of the API server. */
  readonly server: string;
  readonly #withCredentials: RequestOptions;
  readonly #bare: RequestOptions;

  private constructor(server: string, withCredentials: RequestOptions, bare: RequestOptions) {
    this.server = server;
    this.#withCredentials = withCredentials;
    this.#bare = bare;
  }

  /** Opens the current context of a configuration. Tokens are sent without the administrator's certificate. */
  static async open(config: KubeConfig): Promise<AttackClient> {
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new Error("the kubeconfig has no current cluster");
    const withCredentials: RequestOptions = {};
    await config.applyToHTTPSOptions(withCredentials);
    const { ca, servername, rejectUnauthorized } = withCredentials;
    const bare: RequestOptions = {
      ...(ca === undefined ? {} : { ca }),
      ...(servername === undefined ? {} : { servername }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    };
    if (cluster.proxyUrl !== undefined) bare.agent = withCredentials.agent;
    return new AttackClient(
      cluster.server,
      withAgent(withCredentials, cluster.proxyUrl),
      withAgent(bare, cluster.proxyUrl),
    );
  }

  /** Closes the kept connections, so that the program can end. */
  close(): void {
    for (const { agent } of [this.#withCredentials, this.#bare]) {
      if (agent instanceof Agent) agent.destroy();
    }
  }

  /** The administrator's own request, stored. */
  async administer(request: AttackRequest): Promise<Answer> {
    return this.send(request, { identity: administrator, store: true });
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
    const base = identity.kind === "token" || identity.kind === "anonymous" ? this.#bare : this.#withCredentials;
    const ownHeaders = base.headers as OutgoingHttpHeaders | undefined;
    const options: RequestOptions = {
      ...base,
      method,
      headers: { ...ownHeaders, ...credentials(identity), accept: "application/json", ...headers },
      timeout: timeoutMilliseconds,
      ...(signal === undefined ? {} : { signal }),
    };
    return exchange(
      new URL(`${this.server}${path}?${search.toString()}`),
      options,
      body === null ? null : JSON.stringify(body),
    );
  }
}

function withAgent(options: RequestOptions, proxy: string | undefined): RequestOptions {
  if (proxy !== undefined) return options;
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
  const known = Object.entries({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...options, agent: new Agent({ keepAlive: true, ...Object.fromEntries(known) }) };
}

function credentials(identity: Identity): Readonly<Record<string, string | string[]>> {
  switch (identity.kind) {
    case "administrator":
    case "anonymous":
      return {};
    case "impersonated":
      return { "impersonate-user": identity.user, "impersonate-group": [...identity.groups] };
    case "token":
      return { authorization: `Bearer ${identity.token}` };
    default:
      return identity satisfies never;
  }
}

function exchange(url: URL, options: RequestOptions, body: string | null): Promise<Answer> {
  const watching = url.searchParams.get("watch") === "true";
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(url, options, (response) => {
      const status = response.statusCode ?? 0;
      if (watching && status < 300) {
        // Let in is all there is to know; the events are of no interest.
        response.destroy();
        resolve({ status, message: "", body: {} });
        return;
      }
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const parsed = parse(text);
        const message = status < 300 ? "" : textOf(parsed["message"], text.slice(0, 500));
        resolve({ status, message, body: parsed });
      });
    });
    // A protocol switch that is let through, as by exec: the connection is not ours to use.
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 101, message: "", body: {} });
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer within 30 s")));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (error.name === "AbortError") reject(error);
      else resolve({ status: 0, message: `no answer: ${error.message}`, body: {} });
    });
    sent.end(body ?? undefined);
  });
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
