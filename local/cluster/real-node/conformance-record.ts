import { existsSync, readFileSync } from "node:fs";

import { z } from "zod";

import { updatePrivateFile } from "../../private-file.ts";

const lineSchema = z.union([
  z.object({ focus: z.string().nullable() }),
  z.object({ total: z.number().int() }),
  z.object({ name: z.string(), state: z.string(), seconds: z.number(), message: z.string() }),
]);

/** One of upstream's tests that did not pass. */
export interface ConformanceFailure {
  readonly name: string;
  readonly message: string;
}

/** What came of upstream's tests so far. */
export interface ConformanceFigures {
  /** Expression that chose the tests; `null` stands for all that are about policies between pods. */
  readonly focus: string | null;
  /** How many were chosen; `null` until the program has counted them. */
  readonly total: number | null;
  /** Full names. */
  readonly passed: readonly string[];
  readonly failed: readonly ConformanceFailure[];
}

/** States of a test that was ended from outside, about which nothing is known. */
const unfinished: ReadonlySet<string> = new Set(["interrupted", "aborted"]);

/** Reads the record of a run. A line that its end has cut off counts for nothing. */
export function figuresOf(record: string): ConformanceFigures {
  const passed: string[] = [];
  const failed: ConformanceFailure[] = [];
  let focus: string | null = null;
  let total: number | null = null;
  for (const line of record.split("\n")) {
    const entry = parsed(line);
    if (entry === null) continue;
    if ("focus" in entry) focus = entry.focus;
    // A run that was resumed has left out what had passed before.
    else if ("total" in entry) total = entry.total + passed.length;
    else if (entry.state === "passed") passed.push(entry.name);
    else if (!unfinished.has(entry.state)) failed.push({ name: entry.name, message: entry.message });
  }
  return { focus, total, passed, failed };
}

function parsed(line: string): z.infer<typeof lineSchema> | null {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The figures in a file; `null` when there is none. */
export function readFigures(file: string): ConformanceFigures | null {
  return existsSync(file) ? figuresOf(readFileSync(file, "utf8")) : null;
}

/** Begins the record of a run, with what has passed before. */
export function beginRecord(file: string, focus: string | null, passed: readonly string[]): void {
  const before = passed.map((name) => ({ name, state: "passed", seconds: 0, message: "" }));
  updatePrivateFile(file, [{ focus }, ...before].map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}
