/** A real S3 server with one bucket, and a proxy in front of it that makes faults. Both on loopback. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

import { localPaths } from "../../../local/paths.ts";
import { createReporter } from "../../../local/reporter.ts";
import { ensureTools } from "../../../local/toolchain/index.ts";
import { eventually } from "./client.ts";

/** A request to the server, as the proxy sees it. */
export interface SeenRequest {
  readonly method: string;
  /** Key of the object, or prefix of the listing, below the backend's own. */
  readonly key: string;
}

/** `unavailable` is an answer 503, `denied` one of 403, `cut` a connection that ends in the middle of the request. */
export type Fault = "unavailable" | "denied" | "cut" | null;

const bucket = "states";
const prefix = "fleets/";
const credentials = { accessKeyId: "tenantry", secretAccessKey: "not-a-secret" } as const;

/** The running server. */
export class S3Server {
  /** Every request since this was last emptied. */
  readonly seen: SeenRequest[] = [];
  /** Asked about each request; set it to make faults. */
  fault: (request: SeenRequest) => Fault = () => null;
  readonly #directory = mkdtempSync(join(tmpdir(), "tenantry-s3-"));
  readonly #ends: (() => Promise<unknown>)[] = [];
  #client: S3Client | undefined;
  #endpoint = "";

  /** Builds the server where it is not there yet, and starts it. */
  static async start(): Promise<S3Server> {
    const server = new S3Server();
    await server.#start();
    return server;
  }

  /** PULUMI_BACKEND_URL. */
  get backendUrl(): string {
    return `s3://${bucket}/${prefix}?region=us-east-1&endpoint=${this.#endpoint}&s3ForcePathStyle=true`;
  }

  /** What a shell needs to use it. Nothing may be asked of the metadata address of a cloud. */
  get variables(): Readonly<Record<string, string>> {
    return {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  /** Keys of all objects below a prefix, in ascending order, looked up behind the server's back. */
  keys(below = ""): readonly string[] {
    const root = join(this.#directory, "data", bucket, prefix);
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((key) => key.startsWith(below))
      .sort();
  }

  /** Writes an object. */
  async put(key: string, content: string): Promise<void> {
    await this.#client?.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: content }));
  }

  /** Ends server and proxy and removes all objects. */
  async stop(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const paths = localPaths(this.#directory);
    const { versitygw } = await ensureTools(["versitygw"], { paths, reporter: createReporter() });
    const [data, socket] = [join(this.#directory, "data"), join(this.#directory, "socket")];
    mkdirSync(data);
    const log = openSync(join(this.#directory, "log"), "w", 0o600);
    const server = spawn(versitygw, ["--port", socket, "--quiet", "posix", data], {
      env: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
      stdio: ["ignore", log, log],
    });
    this.#ends.push(() => (server.kill("SIGTERM") ? once(server, "exit") : Promise.resolve()));
    const proxy = createServer((incoming, outgoing) => {
      const asked = readRequest(incoming);
      this.seen.push(asked);
      relay(this.fault(asked), socket, incoming, outgoing);
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    this.#ends.push(async () => {
      const closed = once(proxy, "close");
      proxy.close();
      proxy.closeAllConnections();
      await closed;
    });
    this.#endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const client = new S3Client({ endpoint: this.#endpoint, region: "us-east-1", forcePathStyle: true, credentials });
    this.#client = client;
    this.#ends.push(() => {
      client.destroy();
      return Promise.resolve();
    });
    const made = () =>
      client.send(new CreateBucketCommand({ Bucket: bucket })).then(
        () => true,
        () => false,
      );
    await eventually("the S3 server answers", made);
  }
}

function readRequest({ method = "", url = "" }: IncomingMessage): SeenRequest {
  const { pathname, searchParams } = new URL(url, "http://proxy");
  const key = searchParams.get("prefix") ?? decodeURIComponent(pathname).slice(`/${bucket}/`.length);
  return { method, key: key.startsWith(prefix) ? key.slice(prefix.length) : key };
}

/** Hands a request on to the server, or makes a fault of it. The signature covers the host, so headers stay as they are. */
function relay(fault: Fault, socketPath: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  switch (fault) {
    case "cut":
      incoming.once("data", () => incoming.socket.destroy());
      incoming.once("end", () => incoming.socket.destroy());
      return;
    case "unavailable":
    case "denied": {
      const [status, code] = fault === "denied" ? [403, "AccessDenied"] : [503, "ServiceUnavailable"];
      incoming.resume().once("end", () => {
        outgoing.writeHead(status, { "content-type": "application/xml" });
        outgoing.end(`<Error><Code>${code}</Code><Message>out of order</Message></Error>`);
      });
      return;
    }
    case null: {
      const { method, url, headers } = incoming;
      const onward = httpRequest({ socketPath, method, path: url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on("error", () => incoming.socket.destroy());
      incoming.pipe(onward);
      return;
    }
    default:
      fault satisfies never;
  }
}
