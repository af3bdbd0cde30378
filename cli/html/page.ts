import { createHash } from "node:crypto";

import packageJson from "../../package.json" with { type: "json" };
import type { PlanInspection } from "../plan-inspection.ts";
import { readAssets, type Assets } from "./assets.ts";
import { capacitySection } from "./capacity.ts";
import { pageData } from "./data.ts";
import { markup, jsonForScript, Markup } from "./markup.ts";
import { matrixSection } from "./matrix.ts";
import { planesSection } from "./planes.ts";
import { problemSections } from "./problems.ts";
import { tenantsSection } from "./tenants.ts";
import { verdictSection } from "./verdict.ts";

/** How a page of ours begins; a file that begins otherwise is never overwritten. */
export const pageBeginning = '<!doctype html>\n<html lang="en">\n<!-- tenantry plan -->\n';

/** Whether a file's text is a page that this program has written. */
export function isPage(text: string): boolean {
  return text.startsWith(pageBeginning);
}

/**
 * The plan and its isolation proof as one page that needs nothing else: style, script and data stand in it, and its policy forbids
 * every request and every script but its own. Equal plans give equal pages, byte by byte.
 *
 * @param document What `plan --json` prints of it; the page tells its fingerprint.
 */
export function renderPage(inspection: PlanInspection, document: string): string {
  const assets = readAssets();
  return `${pageBeginning}${head(inspection.environment, assets).text}${body(inspection, document, assets).text}</html>\n`;
}

/** What the browser holds the page to. Nothing is loaded from anywhere, nothing is sent, and text never becomes HTML or code. */
function policy({ style, script }: Assets): string {
  return [
    "default-src 'none'",
    `style-src '${style.hash}'`,
    `script-src '${script.hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function head(environment: string, assets: Assets): Markup {
  return markup`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${new Markup(policy(assets))}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <meta name="robots" content="noindex" />
    <title>${environment} · Tenantry plan</title>
    ${assets.style.element}
  </head> `;
}

function body(inspection: PlanInspection, document: string, assets: Assets): Markup {
  const { environment, plan, proof, sources } = inspection;
  const planned = plan !== null && proof !== null;
  return markup`<body>
    <a class="skip" href="#main">Skip to the content</a>
    <header>
      <div>
        <p class="eyebrow">Tenantry plan of the environment</p>
        <h1>${environment}</h1>
      </div>
      ${themeSwitch()}
    </header>
    ${planned ? sectionLinks(plan.tenants.length) : null}
    <main id="main" tabindex="-1">
      ${verdictSection(inspection)} ${problemSections(inspection)}
      ${
        planned
          ? [
              matrixSection(proof, plan.tenants),
              planesSection(proof),
              capacitySection(plan),
              tenantsSection(plan.tenants.length, proof.violations.length, `npm run -s plan -- ${environment}`),
              trustSection(proof.notCovered.slice(0, proof.notCovered.length - proof.limits.length)),
            ]
          : null
      }
    </main>
    ${footer(environment, document)}
    ${
      planned
        ? markup`<script type="application/json" id="data">${jsonForScript(pageData(plan, proof, sources))}</script>
${assets.script.element}`
        : null
    }
  </body> `;
}

function themeSwitch(): Markup {
  const choice = (value: string, label: string, checked: string): Markup =>
    markup`<label
      ><input
        type="radio"
        name="theme"
        id="theme-${value}"
        value="${value}"
        autocomplete="off"
        ${checked}
      />${label}</label
    >`;
  return markup`<fieldset class="theme">
    <legend>Colours</legend>
    ${choice("system", "System", " checked")}${choice("light", "Light", "")}${choice("dark", "Dark", "")}
  </fieldset>`;
}

function sectionLinks(tenants: number): Markup {
  const links = [
    ["matrix", "Who reaches whom"],
    ["planes", "Planes"],
    ["capacity", "Capacity"],
    ["tenants", "Tenants"],
    ...(tenants < 2 ? [] : [["pair", "Two tenants"]]),
  ];
  return markup`<nav aria-label="Sections">
    <ul>
      ${links.map(([id = "", text = ""]) => markup`<li><a href="#${id}">${text}</a></li>`)}
    </ul>
  </nav>`;
}

function trustSection(sentences: readonly string[]): Markup {
  return markup`<section id="trust" aria-labelledby="trust-title">
    <h2 id="trust-title">Taken on trust</h2>
    <ul>
      ${sentences.map((sentence) => markup`<li>${sentence}</li>`)}
    </ul>
  </section>`;
}

/** No date: the fingerprint tells which plan this is, and anybody can compute it again. */
function footer(environment: string, document: string): Markup {
  const fingerprint = createHash("sha256").update(document).digest("hex");
  return markup`<footer>
    <p>
      Made from files alone by Tenantry ${packageJson.version}. It holds no secrets; it names tenants, hosts and owners.
    </p>
    <p>sha256 of <code>npm run -s plan -- ${environment} --json</code>: <code class="hash">${fingerprint}</code></p>
  </footer>`;
}
