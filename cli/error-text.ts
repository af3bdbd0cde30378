import type { Colours } from "./colours.ts";

/** A failure as people read it on standard error: what went wrong and, where there is something to do, what. */
export function errorText(message: string, hint: string | null, colours: Colours): string {
  const next = hint === null ? "" : `  ${colours.dim("next")}: ${hint}\n`;
  return `${colours.red("error")}: ${message}\n${next}`;
}
