/** Entry of `npm run bench`: parses the command line, runs one benchmark, prints its table. */
import { CommanderError } from "commander";

import { CommandError } from "../local/command-error.ts";
import { errorMessage } from "../tenants/errors.ts";
import { benchCommand } from "./command.ts";

try {
  await benchCommand().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message. Help ends with 0; anything else is wrong input.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof CommandError) {
    process.stderr.write(`error: ${error.message}\n${error.hint === null ? "" : `  next: ${error.hint}\n`}`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`error: ${errorMessage(error)}\n`);
    process.exitCode = 1;
  }
}
