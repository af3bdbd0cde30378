import { PassThrough } from "node:stream";

import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";

import { CommandError, exitCodes } from "../../local/command-error.ts";
import type { PacketOutcome, Source } from "./probe.ts";

/** How long an answer may take. Inside one machine it takes a millisecond; a busy one may need several hundred times that. */
const timeout = "3s";

/** Where the images of the real node have the program that sends. */
const program = "/bin/probe";

/** Longest time for a session in a pod. */
const sessionMilliseconds = 60_000;

/** Answers by address. */
export type Outcomes = ReadonlyMap<string, PacketOutcome>;

/** Sends from a pod to every address at once, as the platform's administrator would by hand: `kubectl exec`. */
export async function sendFrom(
  config: KubeConfig,
  from: Source,
  addresses: readonly string[],
  signal?: AbortSignal,
): Promise<Outcomes> {
  const output = await inPod(config, from, [program, "connect", timeout, ...addresses], signal);
  const lines = output.split("\n").filter((line) => line !== "");
  const outcomes = new Map(
    lines.map((line) => {
      const { target, outcome } = JSON.parse(line) as { readonly target: string; readonly outcome: PacketOutcome };
      return [target, outcome] as const;
    }),
  );
  const missing = addresses.filter((address) => !outcomes.has(address));
  if (missing.length > 0) throw new Error(`${from.name} has not said what came of ${missing.join(", ")}`);
  return outcomes;
}

async function inPod(
  config: KubeConfig,
  { namespace, pod, container, name }: Source,
  command: readonly string[],
  signal?: AbortSignal,
) {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const chunks: Record<"output" | "errors", Buffer[]> = { output: [], errors: [] };
  output.on("data", (chunk: Buffer) => chunks.output.push(chunk));
  errors.on("data", (chunk: Buffer) => chunks.errors.push(chunk));
  const tooLong = AbortSignal.timeout(sessionMilliseconds);
  const over = signal === undefined ? tooLong : AbortSignal.any([signal, tooLong]);
  const ended = Promise.withResolvers<V1Status>();
  const session = new Exec(config).exec(
    namespace,
    pod,
    container,
    [...command],
    output,
    errors,
    null,
    false,
    (status) => ended.resolve(status),
  );
  session.catch(ended.reject);
  const abandon = () => {
    // Left open, it would keep the program from ending.
    void session
      .then((socket: { close(): void }) => {
        socket.close();
      })
      .catch(() => undefined);
    ended.reject(signal?.aborted === true ? signal.reason : new Error(`a session in ${name} has not ended`));
  };
  over.addEventListener("abort", abandon, { once: true });
  const status = await ended.promise.finally(() => over.removeEventListener("abort", abandon));
  if (status.status === "Success") return Buffer.concat(chunks.output).toString("utf8");
  const said = Buffer.concat(chunks.errors).toString("utf8").trim();
  throw new CommandError(
    exitCodes.missing,
    `pod ${pod} of ${namespace} could not send packets: ${[status.message, said].filter(Boolean).join(": ")}`,
    "packets are sent by a program in the images of the real node: npm run local -- up --real-node",
  );
}
