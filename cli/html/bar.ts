import { markup, type Markup } from "./markup.ts";

/**
 * A bar on a scale of 100, for the eye only: its numbers stand beside it. Drawn with attributes, because the page's policy admits no
 * style attributes. `used` lies over `promised`.
 */
export function bar(promised: number, used: number): Markup {
  const width = (percent: number): string => String(Math.min(100, Math.max(0, percent)));
  const tone = promised > 100 ? "bar over" : "bar";
  return markup`<svg class="${tone}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="track" width="100" height="10"></rect>
    <rect class="promised" width="${width(promised)}" height="10"></rect>
    <rect class="used" width="${width(used)}" height="10"></rect>
  </svg>`;
}
