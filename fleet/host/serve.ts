/**
 * A process that runs the program for one stack after the other, started by `ProgramHost` with the folder of the program, the name of
 * its main file, the socket to listen on and the environment. To the engine it is the language runtime, as an inline program of the Automation API is.
 *
 * It ends when whoever started it is gone, but not in the middle of an update: then `pulumi` goes on by itself, and still needs it.
 */
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import type * as pulumi from "@pulumi/pulumi";

import { loadedDigest } from "../../components/fingerprint.ts";
import type * as stackPlan from "../../components/stack-plan.ts";
import { errorMessage } from "../../tenants/errors.ts";
import type { Answer, Call, GrpcModule, LanguageRuntime, ServerModule } from "./sdk.ts";

const [directory, main, socket, environment] = process.argv.slice(2);
if (directory === undefined || main === undefined || socket === undefined || environment === undefined) {
  throw new Error("usage: serve.ts <directory> <main file> <socket> <environment>");
}
// Whoever started this removes the socket and its folder as well, and may be gone.
process.on("exit", () => {
  const folder = dirname(socket);
  rmSync(socket, { force: true });
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
});

// The program's own SDK, since what one copy of it is told another does not know; it exports these and has no types of them.
const require = createRequire(join(directory, "package.json"));
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = sdk("@grpc/grpc-js") as GrpcModule;
const { RunError } = require("@pulumi/pulumi") as typeof pulumi;
const { LanguageServer } = require("@pulumi/pulumi/automation/server.js") as ServerModule;
const service = require("@pulumi/pulumi/proto/language_grpc_pb.js") as { readonly LanguageRuntimeService: object };

/**
 * Milliseconds that a program has to end by itself after an error that nobody has caught. The SDK has told the engine of the error, and
 * goes on to wait for resources, also for those that depend on what was never made; operations under way end all the same.
 */
const graceMilliseconds = 10_000;

let running = false;
/** As much as the SDK's own servers take: all configuration of a stack comes in one message. */
const largestMessage = 400 * 2 ** 20;
const server = new grpc.Server({ "grpc.max_receive_message_length": largestMessage });
server.addService(service.LanguageRuntimeService, runtimeOf(programIn(directory, main)));
server.bindAsync(`unix:${socket}`, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
  process.send?.("ready");
  // While the engine starts. What goes wrong here goes wrong in the run as well, and is told there.
  loadAhead(directory, environment).catch(() => undefined);
});
process.on("disconnect", endAlone);

/** Loads what every stack's run needs, and plans the whole environment, which they all look at. */
async function loadAhead(folder: string, name: string): Promise<void> {
  const load = (file: string): Promise<object> => import(pathToFileURL(join(folder, "components", file)).href);
  await load("index.ts");
  const { planOnce } = (await load("stack-plan.ts")) as typeof stackPlan;
  planOnce(folder, name, null);
}

/** The main file is evaluated anew for each stack; what it imports is loaded once, and so must not have changed since. */
function programIn(folder: string, file: string): () => Promise<object> {
  const url = pathToFileURL(join(folder, file)).href;
  const loaded = loadedDigest(folder);
  let runs = 0;
  return async () => {
    const outputs = { ...((await import(`${url}?run=${++runs}`)) as object) };
    if (loadedDigest(folder) === loaded) return outputs;
    throw new RunError("the program's files were changed while it ran; run the same command again");
  };
}

const uncaught = ["uncaughtException", "unhandledRejection"] as const;

function runtimeOf(program: () => Promise<object>): LanguageRuntime {
  const runtime = class extends LanguageServer {
    override run(call: Call, answer: Answer): void {
      running = true;
      // Told after every call; in the middle of one the engine is gone, and nobody waits for the rest.
      call.on("cancelled", () => {
        if (running) process.exit(0);
      });
      let timer: NodeJS.Timeout | undefined;
      const end: Answer = (error, response) => {
        clearTimeout(timer);
        for (const event of uncaught) process.off(event, giveUp);
        // Before the answer: whoever lent this process looks when `pulumi` has ended, which is later.
        if (process.connected) process.send?.(process.memoryUsage.rss());
        answer(error, response);
        running = false;
        endAlone();
      };
      const giveUp = (reason: unknown): void => {
        timer ??= setTimeout(() => end(new Error(errorMessage(reason))), graceMilliseconds);
      };
      for (const event of uncaught) process.on(event, giveUp);
      super.run(call, end);
    }
  };
  return new runtime(program);
}

function endAlone(): void {
  if (!process.connected && !running) server.tryShutdown(() => process.exit(0));
}
