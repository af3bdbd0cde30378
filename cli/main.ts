#!/usr/bin/env node
import { runCommandLine } from "./program.ts";

// `tenantry plan prod --json | head` and `tenantry local up 2>&1 | head` close a pipe early. That is no error of ours, and nobody has
// asked the work to stop: it goes on, and so does its exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2));
