import { readFileSync } from "node:fs";

import { firstLine } from "./backends/reasons.ts";
import type { ChangeLog } from "./changes.ts";
import { reasonIn } from "./pulumi-cli.ts";

/** Errors that only say that there was one. */
const empty =
  /^(update|preview|destroy|refresh) failed$|^resource .* (creation|update|deletion) failed$|^an unhandled error occurred/i;

/** What went wrong, in one line. */
export function reasonOf(changes: ChangeLog, log: string): string | null {
  const told = changes.summary().errors.find((error) => !empty.test(error));
  return told === undefined ? reasonIn(readFileSync(log, "utf8")) : firstLine(told);
}
