import type { TestProject } from "vitest/node";

import { findBrowser, type FoundBrowser } from "./support/find-browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The browser of the tests, or why there is none. */
    readonly browser: FoundBrowser;
  }
}

/** Finds a browser for every file of the project, or says why their tests are skipped. */
export default async function setup(project: TestProject): Promise<void> {
  const browser = await findBrowser(process.env);
  if (browser.path === null) process.stderr.write(`> the tests in test/browser are skipped: ${browser.reason}\n`);
  project.provide("browser", browser);
}
