#!/usr/bin/env node
import { runCommandLine } from "./program.ts";

// `tenantry plan prod --json | head` closes the pipe early; that is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2));
