import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Where the programs of an administrator are; a person's PATH often lacks them. */
export const systemPath = "/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs a program of the system to its end and gives its output. Throws with the program's own words. */
export async function run(program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      env: { PATH: systemPath, LC_ALL: "C" },
      maxBuffer: 2 ** 26,
    });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new Error(`${[program, ...args].join(" ")}: ${said === "" ? String(error) : said}`, { cause: error });
  }
}

/** Runs a program and says whether it went well, where failing is an answer. */
export async function succeeds(program: string, ...args: readonly string[]): Promise<boolean> {
  try {
    await run(program, ...args);
    return true;
  } catch {
    return false;
  }
}
