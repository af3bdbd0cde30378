import { execFileSync } from "node:child_process";

/** Ends a process and every `pulumi` that it has started, all at once and without a word. */
export function killWithChildren(pid: number): void {
  let children: readonly number[] = [];
  try {
    children = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/)
      .map(Number);
  } catch {
    // It has none.
  }
  for (const one of [pid, ...children]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
