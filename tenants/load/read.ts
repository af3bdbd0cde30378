import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import type { Problem } from "../errors.ts";
import { fileProblem } from "./syntax.ts";

/** The text of a file with the SHA-256 of its bytes, or why there is none. */
export type FileText = { readonly text: string; readonly digest: string } | { readonly problem: Problem };

/** Whether a path leads to a regular file; `unknown` where that cannot be told, as in a folder that may not be entered. */
export function isRegularFile(path: string): boolean | "unknown" {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return "unknown";
  }
}

/** Reads a file of the project. One that cannot be read, or whose bytes are no UTF-8, is a problem, never an empty text. */
export function readText(directory: string, file: string): FileText {
  const bytes = readBytes(join(directory, file));
  if (bytes instanceof Error) {
    const value = `cannot be read: ${reasonOf(bytes)}`;
    const bound = "must be readable by whoever runs this";
    const remedy = "Mend its owner or mode; nothing in it was checked.";
    return { problem: fileProblem({ file, line: 0, column: 0 }, "unreadable-file", value, bound, { remedy }) };
  }
  const text = decoded(bytes);
  if (text !== null) return { text, digest: digestOf(bytes) };
  const bound = "other bytes would be replaced, and two different names could become one";
  const remedy = "Save the file as UTF-8.";
  const source = { file, line: firstBadLine(bytes), column: 1 };
  return { problem: fileProblem(source, "not-utf-8", "bytes that are not UTF-8", bound, { remedy }) };
}

/** SHA-256 of a file's bytes; `null` where it cannot be read. */
export function fileDigest(path: string): string | null {
  const bytes = readBytes(path);
  return bytes instanceof Error ? null : digestOf(bytes);
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Why the system refused, such as `permission denied (EACCES)`, without the path, which the message names already. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, code, reason] = /^([A-Z0-9_]+): ([^,]+)/.exec(error.message) ?? [];
  return code === undefined || reason === undefined ? error.message : `${reason} (${code})`;
}

function readBytes(path: string): Uint8Array | Error {
  try {
    return readFileSync(path);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** No character of several bytes has a line break among them, so each line can be judged by itself. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    if (decoded(bytes.subarray(start, stop)) === null) return line;
    start = stop + 1;
  }
  return 1;
}
