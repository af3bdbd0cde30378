import pc from "picocolors";

/** Paints text, or leaves it as it is. */
export type Colours = ReturnType<typeof pc.createColors>;

/** Colours for one stream: only on a terminal, and never where a person has set NO_COLOR (https://no-color.org). */
export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  // `isTTY` is missing, not false, on a file or a pipe, and picocolors takes a missing answer as "decide by the
  // environment", where a CI variable means colour.
  return pc.createColors(stream.isTTY === true && process.env["NO_COLOR"] === undefined);
}
