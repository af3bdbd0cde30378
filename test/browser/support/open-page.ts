import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

/** A page that is open, and all that it did beside showing itself. */
export interface OpenPage {
  readonly page: Page;
  /** Requests beside the one for the page, messages on the console, and errors. */
  readonly noise: readonly string[];
}

/** A browser with a folder for the files it opens. */
export class PageOpener {
  readonly #browser: Browser;
  readonly #folder = mkdtempSync(join(tmpdir(), "tenantry-browser-"));
  #count = 0;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(executablePath: string): Promise<PageOpener> {
    // Chromium refuses to run as root inside its sandbox, and a container's /dev/shm is small.
    const chromiumSandbox = process.getuid?.() !== 0;
    const args = ["--disable-dev-shm-usage"];
    return new PageOpener(await chromium.launch({ executablePath, chromiumSandbox, args }));
  }

  /** Opens HTML as a file, in a context of its own, without a network. */
  async open(html: string, options: BrowserContextOptions = {}, hash = ""): Promise<OpenPage> {
    const file = join(this.#folder, `page-${++this.#count}.html`);
    writeFileSync(file, html);
    const { href } = pathToFileURL(file);
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    await context.setOffline(true);
    const page = await context.newPage();
    const noise: string[] = [];
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== href) noise.push(`request ${request.url()}`);
    });
    page.on("requestfailed", (request) => noise.push(`refused by ${request.failure()?.errorText ?? "nobody"}`));
    page.on("console", (message) => noise.push(`${message.type()} ${message.text()}`));
    page.on("pageerror", (error) => noise.push(`error ${error.message}`));
    await page.goto(`${href}${hash}`);
    return { page, noise };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
