import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { CommandError, exitCodes } from "../../local/command-error.ts";

const scheme = "file://";

/** Whether a backend is a folder. */
function isFileUrl(url: string): boolean {
  return url.startsWith(scheme);
}

/**
 * The backend's URL with a whole path, as the CLI completes it: `file://~/state` is in the home folder, and `file://./state` and
 * `file://state` are relative to the folder that the CLI runs in. Parameters stay. The URL of any other backend is left as it is.
 */
export function absoluteUrl(url: string, directory: string): string {
  if (!isFileUrl(url)) return url;
  const [path = "", ...parameters] = url.slice(scheme.length).split("?");
  const expanded = path.startsWith("~") ? join(homedir(), path.slice(2)) : path;
  return scheme + [resolve(directory, expanded), ...parameters].join("?");
}

/** The folder of a `file://` URL; `null` for any other backend. Throws a `CommandError` for a URL that the CLI would refuse. */
export function folderOf(url: string, directory: string): string | null {
  if (!isFileUrl(url)) return null;
  const [path = ""] = absoluteUrl(url, directory).slice(scheme.length).split(/[?#]/);
  try {
    return decodeURIComponent(path);
  } catch {
    throw new CommandError(
      exitCodes.input,
      `PULUMI_BACKEND_URL is not a URL: ${url}`,
      "write a percent sign in a path as %25",
    );
  }
}
