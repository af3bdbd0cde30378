import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes a result as JSON, whole or not at all, to `bench/results/<name>.json`. Returns the path inside the project. */
export function writeResult(project: string, name: string, result: unknown): string {
  const path = join("bench", "results", `${name}.json`);
  const target = join(project, path);
  const temporary = `${target}.${process.pid}.tmp`;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(temporary, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(temporary, target);
  return path;
}

/** Removes a result that is not needed any more. */
export function removeResult(project: string, name: string): void {
  rmSync(join(project, "bench", "results", `${name}.json`), { force: true });
}
