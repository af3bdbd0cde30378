import { printable } from "../../tenants/errors.ts";

/** Text that is HTML already. Only `markup` makes it, so whatever else reaches a page is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text and numbers are escaped, lists are joined, `null` is nothing. */
export type Insertion = Markup | string | number | null | readonly Insertion[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML text or as a quoted attribute; control and format characters are shown instead of obeyed. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** HTML with everything that is put into it escaped. Attributes have to be quoted. */
export function markup(strings: TemplateStringsArray, ...insertions: readonly Insertion[]): Markup {
  return new Markup(strings.reduce((text, part, index) => text + render(insertions[index - 1] ?? null) + part));
}

function render(insertion: Insertion): string {
  if (insertion === null) return "";
  if (insertion instanceof Markup) return insertion.text;
  if (typeof insertion === "object") return insertion.map(render).join("");
  return escapeHtml(String(insertion));
}

/** JSON that can stand inside a script element: no `<`, so no end of it and no comment. */
export function jsonForScript(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll("<", "\\u003c"));
}
