import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { Markup } from "./markup.ts";

/** Modules of the page's script; each comes after those that it imports. */
const modules = ["dom.js", "model.js", "bars.js", "detail.js", "pair.js", "list.js", "main.js"] as const;

/** Style sheets of the page; later ones win over earlier ones. */
const styleSheets = ["base.css", "sections.css", "tables.css", "parts.css", "media.css"] as const;

/** Style sheet and script of the page, each with the hash by which the page's policy admits it. */
export interface Assets {
  readonly style: Asset;
  readonly script: Asset;
}

/** A style or script element. */
export interface Asset {
  readonly element: Markup;
  /** Of what is inside it, as Content-Security-Policy names it. */
  readonly hash: string;
}

/** Reads the files of the page. They stand beside this one, in the sources as in the package. */
export function readAssets(): Assets {
  return {
    style: asset(styleSheets.map(readClientFile).join("\n"), "style"),
    script: asset(modules.map((name) => inlined(name, readClientFile(name))).join("\n"), "script"),
  };
}

function readClientFile(name: string): string {
  // A browser reads CRLF as LF before it makes the hash.
  return readFileSync(new URL(`client/${name}`, import.meta.url), "utf8").replaceAll("\r\n", "\n");
}

/** A module's text for one script that holds all of them: what it imports is there already. Nothing may import from afar. */
function inlined(name: string, text: string): string {
  const inline = text
    .replace(/^import \{[^}]*\} from "\.\/[a-z]+\.js";\n/gm, "")
    .replace(/^export (?=function|const|class)/gm, "");
  if (/^\s*(?:import|export)\b/m.test(inline)) {
    throw new Error(`${name} imports or exports in a way that the page cannot inline`);
  }
  return inline.trim();
}

function asset(text: string, name: "style" | "script"): Asset {
  if (text.toLowerCase().includes(`</${name}`)) throw new Error(`the page's ${name} would end itself`);
  const inside = `\n${text.trim()}\n`;
  const start = name === "script" ? '<script type="module">' : "<style>";
  return {
    element: new Markup(`${start}${inside}</${name}>`),
    hash: `sha256-${createHash("sha256").update(inside).digest("base64")}`,
  };
}
