import { withoutCredentials } from "../../tenants/errors.ts";

/**
 * The first line of what an error says, without credentials: the URL of a database holds its password. Network errors that say nothing
 * have at least a code.
 */
export function firstLine(error: unknown): string {
  return withoutCredentials(lineOf(error));
}

function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).split("\n")[0] ?? "";
  const { message, name, code } = error as NodeJS.ErrnoException;
  const [first = ""] = message.split("\n");
  if (first !== "" && first !== "UnknownError") return first;
  return code ?? name;
}

/** A state that cannot be read, and why. */
export function unreadable(error: unknown): { readonly unreadable: string } {
  return { unreadable: `its state cannot be read: ${firstLine(error)}` };
}
