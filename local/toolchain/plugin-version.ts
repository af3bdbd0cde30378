import { spawn } from "node:child_process";
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";

/** Milliseconds a plugin may take to start and to answer. */
const answerMilliseconds = 10_000;

/**
 * The version of a Pulumi provider, asked as the engine asks it (not every provider has a `--version`): started, it prints
 * its port, and answers GetPluginInfo there. `null` when it does not.
 */
export async function pluginVersion(path: string): Promise<string | null> {
  const signal = AbortSignal.timeout(answerMilliseconds);
  // The address of an engine, which a provider only calls back when it is used.
  const child = spawn(path, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"] });
  let session: ClientHttp2Session | undefined;
  try {
    await once(child, "spawn", { signal });
    const lines = createInterface(child.stdout);
    const [port] = (await Promise.race([once(lines, "line", { signal }), once(lines, "close", { signal })])) as [
      string?,
    ];
    if (port === undefined || !/^\d+$/.test(port)) return null;
    session = connect(`http://127.0.0.1:${port}`);
    await once(session, "connect", { signal });
    const call = session.request({
      ":method": "POST",
      ":path": "/pulumirpc.ResourceProvider/GetPluginInfo",
      "content-type": "application/grpc",
      te: "trailers",
    });
    signal.addEventListener("abort", () => call.destroy(), { once: true });
    // gRPC's frame: not compressed, length 0, for the request has no fields.
    call.end(Buffer.alloc(5));
    return versionIn(await buffer(call));
  } catch {
    return null;
  } finally {
    session?.destroy();
    child.kill("SIGKILL");
  }
}

/** PluginInfo in a gRPC frame: after five bytes of header field 1, a text (tag 10) with its length in one byte. */
function versionIn(answer: Buffer): string | null {
  const length = answer[6] ?? 0;
  if (answer[5] !== 10 || length === 0 || length > 127) return null;
  return answer
    .subarray(7, 7 + length)
    .toString("utf8")
    .replace(/^v/, "");
}
