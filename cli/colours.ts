import pc from "picocolors";

/** Paints text, or leaves it as it is. */
export type Colours = ReturnType<typeof pc.createColors>;

/** Colours for one stream: only on a terminal, and never where a person has set NO_COLOR (https://no-color.org). */
export function coloursFor(stream: NodeJS.WriteStream): Colours {
  return pc.createColors(stream.isTTY && process.env["NO_COLOR"] === undefined);
}
