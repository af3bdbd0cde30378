import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import {
  hostileText,
  inspectBroken,
  inspectFleet,
  inspectHostile,
  inspectTampered,
  inspectText,
  pageOf,
} from "../support/inspections.ts";
import { PageOpener } from "./support/open-page.ts";

const browser = inject("browser");
const small = pageOf(inspectFleet(12));

const why = browser.path === null ? ` (not here: ${browser.reason})` : "";

describe.skipIf(browser.path === null)(`the page in a browser${why}`, () => {
  let opener: PageOpener;
  beforeAll(async () => void (opener = await PageOpener.start(browser.path ?? "")));
  afterAll(() => opener.close());

  test("asks the network for nothing and says nothing on the console, whatever one does with it", async () => {
    const { page, noise } = await opener.open(small);
    await page.getByLabel("Search").fill("customer-00003");
    await page.getByRole("link", { name: "customer-00003" }).last().click();
    await page.getByLabel("Dark").check();
    await ask(page, "customer-00001", "customer-00002");
    expect(await page.title()).toBe("test · Tenantry plan");
    expect(noise).toEqual([]);
  });

  test("lets nothing run or load that was put into it", async () => {
    const more = `<script>document.title = "hit"</script><img src="https://tenantry.example/x.png"><p style="color: red">`;
    const { page, noise } = await opener.open(small.replace("<main", `${more}<main`));
    expect(await page.title()).toBe("test · Tenantry plan");
    // The browser tells of a request that the policy refuses as well; it never leaves.
    expect(noise.filter((line) => line.startsWith("re"))).toEqual([
      "request https://tenantry.example/x.png",
      "refused by csp",
    ]);
    expect(noise.filter((line) => line.includes("Content Security Policy"))).toHaveLength(3);
    // Not even its own script could: text never becomes HTML.
    const refused = await page.evaluate(() => {
      try {
        document.body.innerHTML = "<i>";
        return false;
      } catch {
        return true;
      }
    });
    expect(refused).toBe(true);
  });

  test("shows hostile names as the text that they are", async () => {
    const { page, noise } = await opener.open(pageOf(inspectHostile()), {}, "#tenant/acme");
    expect(await page.getByRole("heading", { name: "acme", exact: true }).isVisible()).toBe(true);
    expect(await page.locator("#list tbody bdi").allTextContents()).toEqual([hostileText, hostileText]);
    expect(await page.locator("#tenant dd").allTextContents()).toContain(`${hostileText}=${hostileText}`);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toBe("dev · Tenantry plan");
    expect(noise).toEqual([]);
  });

  test("search, filter and order decide what is listed, and say how many", async () => {
    const { page } = await opener.open(small);
    const count = page.locator("#count");
    const ids = () => page.locator("#list tbody th").allTextContents();
    expect(await count.textContent()).toBe("12 of 12 tenants");
    await page.getByLabel("Search").fill("00004 ENTERPRISE");
    expect(await count.textContent()).toBe("0 of 12 tenants");
    await page.getByLabel("Search").fill("cc-4");
    expect(await ids()).toEqual(["customer-00004"]);
    expect(await count.getAttribute("aria-live")).toBe("polite");
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Show").selectOption("suspended");
    expect(await ids()).toEqual(["customer-00003"]);
    await page.getByLabel("Show").selectOption("all");
    await page.getByLabel("Order").selectOption("fullest");
    expect((await ids())[0]).toBe("customer-00002");
    await page.getByLabel("Order").selectOption("openings");
    expect((await ids())[0]).toBe("customer-00000");
  });

  test("a tenant shows whom it reaches and how full its quota is, and its address leads back to it", async () => {
    const { page } = await opener.open(small, {}, "#tenant/customer-00001");
    const card = page.locator("#tenant");
    const rows = await card.getByRole("row").allTextContents();
    expect(rows).toContain("◆ reachesnetworkcustomer-00000runtime to runtime on TCP 3000, by consent of both records");
    expect(rows).toContain("pods32 %825");
    await card.getByRole("link", { name: "customer-00000" }).first().click();
    expect(await card.getByRole("row").allTextContents()).toContain(
      "◆ shares an ownerapi, secrets1 other tenantgroup agency-0 also owns customer-00010",
    );
    await page.goBack();
    expect(await card.locator("h3").textContent()).toBe("customer-00001");
    await page.evaluate(() => void (location.hash = "#tenant/nobody"));
    await page.waitForFunction(() => document.getElementById("count")?.textContent.includes("nobody"));
  });

  test("answers for two tenants, plane by plane and both ways", async () => {
    const { page } = await opener.open(small);
    await ask(page, "customer-00001", "customer-00000");
    const status = page.locator("#pair-status");
    const open = "not closed on network; closed on the other planes.";
    expect(await status.textContent()).toBe(`customer-00001 and customer-00000: ${open}`);
    expect(await page.locator("#pair-answer tbody tr").count()).toBe(7);
    await page.locator("table.matrix").getByRole("link", { name: "api, secrets: owner" }).first().click();
    expect(await status.textContent()).toContain("not closed on api, secrets");
    await page.locator('table.matrix td[data-pair="customer-00002/customer-00005"]').click();
    expect(await status.textContent()).toBe("customer-00002 and customer-00005: closed on all 7 planes, both ways.");
    await ask(page, "customer-00001", "customer");
    expect(await status.textContent()).toBe("No tenant of this plan has the id “customer”.");
    await ask(page, "customer-00001", "customer-00001");
    expect(await status.textContent()).toBe("Name two different tenants.");
  });

  test("a red proof says why, in words and for the pair that it is about", async () => {
    const { page, noise } = await opener.open(pageOf(inspectBroken()), {}, "#pair/acme/globex");
    expect(await page.getByRole("heading", { name: "Isolation does not hold" }).isVisible()).toBe(true);
    expect(await page.locator("#pair-answer tbody tr").first().textContent()).toContain(
      "✕ broken✕ brokenacme opens to globex, which does not consent.",
    );
    await page.getByLabel("Show").selectOption("broken");
    expect(await page.locator("#list tbody th").allTextContents()).toEqual(["acme", "globex"]);
    expect(noise).toEqual([]);
  });

  test("calls nothing closed where violations were cut, and tells those that it shows", async () => {
    const tampered = inspectTampered(inspectFleet(2_000), (plan) => ({
      ...plan,
      tenants: plan.tenants.map((tenant) => ({ ...tenant, quota: { "requests.storage": "1Gi" } })),
    }));
    const { page, noise } = await opener.open(pageOf(tampered));
    const compute = page.locator("#pair-answer tbody tr").filter({ hasText: /^compute/ });
    await ask(page, "customer-01998", "customer-01999");
    expect(await compute.locator(".badge").allTextContents()).toEqual(["? not shown", "? not shown"]);
    expect(await compute.textContent()).toContain("left out of the page");
    expect(await page.locator("#pair-status").textContent()).toBe(
      "customer-01998 and customer-01999: not closed on network, storage; not shown on compute; closed on the other planes.",
    );
    await ask(page, "customer-00001", "customer-00002");
    expect(await compute.locator(".badge").allTextContents()).toEqual(["✕ broken", "✕ broken"]);
    await page.getByLabel("Search").fill("customer-01999");
    await page.getByLabel("Show").selectOption("broken");
    await page.locator("#list").getByRole("link", { name: "customer-01999" }).click();
    expect(await page.locator("#tenant").textContent()).toMatch(/more violations that this page has no room for/);
    expect(await page.locator("#tenant").textContent()).not.toMatch(/closed to every other tenant/);
    expect(noise).toEqual([]);
  });

  test("can be used with the keyboard alone, and shows where one is", async () => {
    const { page } = await opener.open(small);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatchObject({ text: "Skip to the content", inView: true });
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    const stops: string[] = [];
    for (let stop = 0; stop < 300; stop++) {
      await page.keyboard.press("Tab");
      const here = await focused(page);
      if (here.text === "") break;
      expect(here, `stop ${stop}`).toMatchObject({ inView: true, outline: "solid 3px" });
      stops.push(here.text);
      if (here.text === "query") await page.keyboard.type("customer-0000");
    }
    expect(stops).toEqual(
      expect.arrayContaining(["network", "query", "filter", "order", "customer-00009", "pair-from", "pair-to", "Ask"]),
    );
    expect(stops.filter((text) => text === "customer-00011")).toHaveLength(1);
    await page.getByLabel("Search").focus();
    for (const key of ["Tab", "Tab", "Tab", "Tab"]) await page.keyboard.press(key);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "tenant-title");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("customer-00000");
  });

  test("is light or dark as the system says, until somebody chooses", async () => {
    const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const { page: light } = await opener.open(small, { colorScheme: "light" });
    const { page: dark } = await opener.open(small, { colorScheme: "dark" });
    const [inLight, inDark] = [await ground(light), await ground(dark)];
    expect(inLight).not.toBe(inDark);
    await light.getByLabel("System").focus();
    for (const key of ["ArrowRight", "ArrowRight"]) await light.keyboard.press(key);
    expect(await light.getByLabel("Dark").isChecked()).toBe(true);
    expect(await ground(light)).toBe(inDark);
    await light.reload();
    expect(await ground(light)).toBe(inDark);
    await light.emulateMedia({ media: "print" });
    expect(await light.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("light");
    await dark.getByLabel("Light").check();
    expect(await ground(dark)).toBe(inLight);
  });

  test("fits a screen of 320 pixels without scrolling sideways", async () => {
    for (const html of [small, pageOf(inspectBroken())]) {
      const { page } = await opener.open(html, { viewport: { width: 320, height: 640 } });
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await width()).toBe(320);
      await page.locator("#list tbody a").first().click();
      await page.locator("table.matrix td.open a, table.matrix td.broken a").first().click();
      await page.locator("#pair-answer table").waitFor();
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      expect(await width()).toBe(320);
    }
  });

  test("prints every plane and leaves the controls away", async () => {
    const { page } = await opener.open(small);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(await page.locator("details:not([open])").count()).toBe(0);
    await page.emulateMedia({ media: "print" });
    for (const hidden of ["nav", "#search", ".theme"]) expect(await page.locator(hidden).isVisible()).toBe(false);
  });

  test("without its script still tells the verdict, the planes and what is open", async () => {
    const { page } = await opener.open(small, { javaScriptEnabled: false });
    expect(await page.getByText("Isolation holds").isVisible()).toBe(true);
    expect(await page.locator("table.matrix td.open").first().isVisible()).toBe(true);
    expect(await page.getByText("need this page's own script").isVisible()).toBe(true);
    expect(await page.locator("#search").isVisible()).toBe(false);
  });

  test("of 10,000 tenants opens, shows some of them and finds any", async () => {
    const { page, noise } = await opener.open(pageOf(inspectFleet(10_000)));
    expect(await page.locator("#count").textContent()).toBe("10,000 of 10,000 tenants, showing 1 to 50");
    await page.getByRole("button", { name: "Next" }).click();
    expect(await page.locator("#count").textContent()).toBe("10,000 of 10,000 tenants, showing 51 to 100");
    await page.getByLabel("Search").fill("customer-09999");
    expect(await page.locator("#list tbody th").allTextContents()).toEqual(["customer-09999"]);
    await ask(page, "customer-09998", "customer-09999");
    expect(await page.locator("#pair-status").textContent()).toContain("not closed on network");
    expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(8_000);
    expect(noise).toEqual([]);
  });

  const pages: readonly (readonly [string, string, string])[] = [
    ["a tenant", small, "#tenant/customer-00001"],
    ["a pair", small, "#pair/customer-00001/customer-00000"],
    ["a red proof", pageOf(inspectBroken()), "#pair/acme/globex"],
    ["no plan", pageOf(inspectText({ environment: "sizes: huge" })), ""],
  ];
  describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
    test.each(pages)("axe finds no barrier on a page of %s", async (_name, html, hash) => {
      const { page } = await opener.open(html, { colorScheme }, hash);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      expect(await barriers(page)).toEqual([]);
    });
  });

  test("axe sees a barrier where there is one", async () => {
    const { page } = await opener.open(small.replace("<main", '<button type="button"></button><main'));
    expect(await barriers(page)).toEqual(['critical button-name: body > button[type="button"]']);
  });
});

async function ask(page: Page, from: string, to: string): Promise<void> {
  await page.getByLabel("From").fill(from);
  await page.getByLabel("To", { exact: true }).fill(to);
  await page.getByRole("button", { name: "Ask" }).click();
}

/** What has the focus: its text or id, whether it can be seen, and how it is marked. */
function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return { text: "", inView: false, outline: "" };
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const label = element.getAttribute("aria-label");
    return {
      text: element.id === "" ? (label ?? element.textContent.trim()) : element.id,
      inView: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
      outline: `${outlineStyle} ${outlineWidth}`,
    };
  });
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What keeps people out, as axe sees it: serious and critical findings. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, impact, nodes }) => nodes.map(({ target }) => `${impact ?? ""} ${id}: ${target.join(" ")}`));
}
