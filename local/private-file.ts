import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** Writes a file that only its owner may read (0600), whole or not at all: readers never see half of it. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** Like `writePrivateFile`, but leaves a file alone that already has this content. Returns whether it was written. */
export function updatePrivateFile(path: string, content: string): boolean {
  if (existsSync(path) && readFileSync(path, "utf8") === content) return false;
  writePrivateFile(path, content);
  return true;
}
