import { execFileSync } from "node:child_process";
import { type Stats, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { writePrivateFile } from "../private-file.ts";

/** A file's content as of one boot. Any write moves the change time, which no program can set back; so does a copy. */
const verificationSchema = z.object({
  boot: z.string(),
  inode: z.number(),
  size: z.number(),
  changedMilliseconds: z.number(),
});

/** File in a cache entry, beside its manifest. */
const fileName = "verified.json";

/** Milliseconds in which two writes may get the same change time: several ticks of the slowest kernel clock. */
const clockMilliseconds = 100;

let boot: string | null | undefined;

/** Whether the file's checksum was verified since the machine was started, and nothing has written to it since. */
export function isVerified(directory: string, file: string): boolean {
  try {
    const known = verificationSchema.parse(JSON.parse(readFileSync(join(directory, fileName), "utf8")));
    const now = verificationOf(lstatSync(file));
    return (
      now !== null &&
      known.boot === now.boot &&
      known.inode === now.inode &&
      known.size === now.size &&
      known.changedMilliseconds === now.changedMilliseconds
    );
  } catch {
    // Never verified, or the record is torn.
    return false;
  }
}

/** Notes that the file's checksum is right. `status` was taken before the checksum was computed. */
export function rememberVerified(directory: string, status: Stats): void {
  const verification = verificationOf(status);
  if (verification === null || Date.now() - status.ctimeMs < clockMilliseconds) return;
  try {
    writePrivateFile(join(directory, fileName), JSON.stringify(verification));
  } catch {
    // A cache that cannot be written is verified every time.
  }
}

function verificationOf(status: Stats): z.infer<typeof verificationSchema> | null {
  boot ??= bootIdentity();
  if (boot === null) return null;
  return { boot, inode: status.ino, size: status.size, changedMilliseconds: status.ctimeMs };
}

/** What differs from one start of the machine to the next; `null` where the system does not tell. */
export function bootIdentity(): string | null {
  try {
    return process.platform === "linux"
      ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
      : execFileSync("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
  } catch {
    return null;
  }
}
