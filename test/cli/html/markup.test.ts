import { describe, expect, it } from "vitest";

import { escapeHtml, jsonForScript, markup } from "../../../cli/html/markup.ts";

describe("markup", () => {
  it("escapes text, in lists too, and leaves its own alone", () => {
    const inner = markup`<b>${"<i>"}</b>`;
    expect(markup`<p title="${`"'`}">${inner}${["&", 7, null, [inner]]}</p>`.text).toBe(
      '<p title="&quot;&#39;"><b>&lt;i&gt;</b>&amp;7<b>&lt;i&gt;</b></p>',
    );
  });

  it("shows characters that would reorder or end a line", () => {
    expect(escapeHtml("a\u202eb\u0000\n")).toBe("a\\u{202e}b\\u{0}\\u{a}");
  });
});

it("JSON for a script holds nothing that ends it, and reads back as it was", () => {
  const value = { "</script>": ["<!--", "\u2028", '"'] };
  const { text } = jsonForScript(value);
  expect(text).not.toContain("<");
  expect(JSON.parse(text)).toEqual(value);
});
