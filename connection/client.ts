import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";

import { actsForSomebody, type Credentials } from "./credentials.ts";

/** By what right a request is sent. */
export type Identity =
  | { readonly kind: "administrator" }
  | { readonly kind: "impersonated"; readonly user: string; readonly groups: readonly string[] }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "anonymous" };

/** A request to an API server. */
export interface ApiRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly identity: Identity;
  /** @default "application/json" is accepted */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON. @default nothing */
  readonly body?: unknown;
  /** Longest time for the answer, in milliseconds. */
  readonly milliseconds: number;
  /** Gives up; the only way in which a request is rejected. @default never */
  readonly signal?: AbortSignal;
  /** An answer that lets the request in is not read: a watch has no end. @default false */
  readonly isWatch?: boolean;
}

/** What came back. */
export interface ApiAnswer {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The body, or why there was no answer. */
  readonly text: string;
}

/** The one HTTPS client: the preflight, the attack and the commands ask through it. Connections are kept until it is closed. */
export class ApiClient {
  /** Address of the API server. */
  readonly server: string;
  /** Context of the kubeconfig. */
  readonly context: string;
  /** Whether the server has to show a certificate that is checked. */
  readonly isVerified: boolean;
  readonly #ours: RequestOptions;
  readonly #nobody: RequestOptions;

  /** @param connections At most so many at once. @default without bound */
  constructor({ server, context, ours, nobody }: Credentials, connections = Infinity) {
    const isHttps = new URL(server).protocol === "https:";
    this.server = server;
    this.context = context;
    this.isVerified = isHttps && ours.rejectUnauthorized !== false;
    this.#ours = kept(ours, isHttps, connections);
    this.#nobody = kept(nobody, isHttps, connections);
  }

  /** Whether the kubeconfig acts for somebody, so that nobody else can be acted for. */
  get actsForSomebody(): boolean {
    return actsForSomebody(this.#ours);
  }

  /** Sends a request. No answer is an answer with status 0; only the caller's own signal rejects. */
  async send(request: ApiRequest): Promise<ApiAnswer> {
    const { method, identity, body, signal } = request;
    if (identity.kind === "impersonated" && this.actsForSomebody) {
      // A second impersonation would take the place of the first, and with it the limits of whom it is for.
      return { status: 403, text: "the kubeconfig acts for somebody already" };
    }
    const isBare = identity.kind === "token" || identity.kind === "anonymous";
    const base = isBare ? this.#nobody : this.#ours;
    const headers = {
      ...(base.headers as Readonly<Record<string, string>> | undefined),
      ...headersOf(identity),
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    };
    const late = AbortSignal.timeout(request.milliseconds);
    const either = signal === undefined ? late : AbortSignal.any([signal, late]);
    signal?.throwIfAborted();
    const answer = await exchange(
      new URL(this.server + request.path),
      { ...base, method, headers, signal: either },
      body === undefined ? null : JSON.stringify(body),
      request.isWatch === true,
    );
    signal?.throwIfAborted();
    return late.aborted && answer.status === 0
      ? { status: 0, text: `no answer within ${request.milliseconds / 1000} s` }
      : answer;
  }

  /** Lets go of kept connections, so that the program can end. */
  close(): void {
    for (const { agent } of [this.#ours, this.#nobody]) if (agent instanceof HttpAgent) agent.destroy();
  }
}

/** Keeps connections open between requests, where no agent leads through a proxy. */
function kept(options: RequestOptions, isHttps: boolean, maxSockets: number): RequestOptions {
  if (options.agent !== undefined) return options;
  if (!isHttps) return { ...options, agent: new HttpAgent({ keepAlive: true, maxSockets }) };
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
  const known = Object.entries({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...options, agent: new Agent({ keepAlive: true, maxSockets, ...Object.fromEntries(known) }) };
}

function headersOf(identity: Identity): Readonly<Record<string, string | string[]>> {
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

function exchange(url: URL, options: RequestOptions, body: string | null, isWatch: boolean): Promise<ApiAnswer> {
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve({ status: 0, text: reasonOf(error) });
    const listen = (response: IncomingMessage) => {
      const status = response.statusCode ?? 0;
      if (isWatch && status < 300) {
        response.destroy();
        resolve({ status, text: "" });
        return;
      }
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", failed);
      response.on("end", () => resolve({ status, text: Buffer.concat(chunks).toString("utf8") }));
    };
    const sent = (url.protocol === "http:" ? httpRequest : httpsRequest)(url, options, listen);
    // A protocol switch that is let through, as by exec: the connection is not ours to use.
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 101, text: "" });
    });
    sent.on("error", failed);
    sent.end(body ?? undefined);
  });
}

/** Node gathers what several addresses of one host said in an error without words of its own. */
function reasonOf(error: Error): string {
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const [first] = causes;
  return error.message === "" && first instanceof Error ? first.message : error.message;
}
