import { stripVTControlCharacters } from "node:util";

/** Blanks between two columns. */
const gap = 2;

/**
 * Rows as aligned columns without borders, the head first. A cell may have several lines and may be coloured. Work grows with the
 * number of cells: table libraries that lay out spanning cells take half a minute for ten thousand rows.
 */
export function columns(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.split("\n").map((text) => ({ text, width: widthOf(text) }))));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, lines] of row.entries()) {
      for (const { width } of lines) widths[column] = Math.max(widths[column] ?? 0, width);
    }
  }
  return cells
    .flatMap((row) => {
      const height = row.reduce((most, lines) => Math.max(most, lines.length), 1);
      return Array.from({ length: height }, (_, line) =>
        row
          .map((lines, column) => {
            const { text, width } = lines[line] ?? { text: "", width: 0 };
            return column === row.length - 1 ? text : text + " ".repeat((widths[column] ?? 0) - width + gap);
          })
          .join("")
          .trimEnd(),
      );
    })
    .join("\n");
}

/** Columns on a terminal; whatever reaches a table is printable text of one column a character. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
