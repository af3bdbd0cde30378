import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { mostViolations } from "../../../cli/html/data.ts";
import type { PageData } from "../../../cli/html/page-data.ts";
import { isPage } from "../../../cli/html/page.ts";
import { planResult } from "../../../cli/plan.ts";
import {
  hostileText,
  inspectBroken,
  inspectFleet,
  inspectHostile,
  inspectTampered,
  inspectText,
  pageOf,
} from "../../support/inspections.ts";

/** What stands inside every element of a kind. */
function insides(page: string, pattern: RegExp): readonly string[] {
  return [...page.matchAll(pattern)].map(([, inside = ""]) => inside);
}

function dataOf(page: string): PageData {
  const [text = ""] = insides(page, /<script type="application\/json" id="data">(.*?)<\/script>/gs);
  return JSON.parse(text) as PageData;
}

describe("the page", () => {
  const page = pageOf(inspectFleet(12));

  it("forbids everything but its own style and script, which it names by hash", () => {
    const [policy = ""] = insides(page, /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/g);
    const hash = (text = "") => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const scripts = insides(page, /<script type="module">(.*?)<\/script>/gs);
    const styles = insides(page, /<style>(.*?)<\/style>/gs);
    expect([scripts.length, styles.length]).toEqual([1, 1]);
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `style-src ${hash(styles[0])}`,
      `script-src ${hash(scripts[0])}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  it("names nothing to load, holds no style or event attribute, and no import is left in its script", () => {
    expect(page).not.toMatch(/<link|<img|<iframe|@import|url\(|\ssrc=|\sstyle=|\son[a-z]+=/i);
    expect(page.match(/https?:\/\/[^"\s]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
    const [script = ""] = insides(page, /<script type="module">(.*?)<\/script>/gs);
    expect(script).not.toMatch(/^(?:import|export)\b/m);
  });

  it("is the same for the same plan, and tells which plan that is", () => {
    const again = inspectFleet(12);
    expect(pageOf(again)).toBe(page);
    const fingerprint = createHash("sha256")
      .update(planResult(again, { json: true }).stdout)
      .digest("hex");
    expect(page).toContain(`<code class="hash">${fingerprint}</code>`);
    expect(pageOf(inspectFleet(13))).not.toContain(fingerprint);
  });

  it("is known as a page by how it begins", () => {
    expect(isPage(page)).toBe(true);
    expect(isPage("<!doctype html>\n<html>")).toBe(false);
  });

  it("draws a square for few tenants, with every direction in it", () => {
    expect(insides(page, /<td class="(closed|open|broken|self)"/g)).toHaveLength(12 * 12);
    expect(page).toContain('href="#pair/customer-00000/customer-00001"');
    expect(page).toContain("network: 3000");
  });

  it("tells each plane's rule and its limits", () => {
    const { proof } = inspectFleet(12);
    for (const { because } of proof?.steps ?? []) expect(page).toContain(because.replaceAll("'", "&#39;"));
    for (const { text } of proof?.limits ?? []) expect(page).toContain(text.replaceAll("'", "&#39;"));
  });
});

describe("what people wrote", () => {
  const page = pageOf(inspectHostile());

  it("never becomes markup", () => {
    expect(page).not.toContain("<img");
    expect(page).not.toContain("</title><");
    expect(insides(page, /(<\/script>)/g)).toHaveLength(2);
    expect(page).toContain("&lt;/script&gt;&lt;/style&gt;");
  });

  it("is in the data as it was written", () => {
    const [tenant] = dataOf(page).tenants;
    expect(tenant).toMatchObject({
      name: hostileText,
      labels: [`${hostileText}=${hostileText}`],
      owners: [`group ${hostileText}`],
    });
    expect(tenant?.secrets).toContain(hostileText);
  });

  it("of a secret is its name only", () => {
    const config = `tenantry:tenantSecrets:\n  acme:\n    MODEL_TOKEN: { secure: v1:c2VjcmV0:opaque }\n    PLAIN: correct-horse`;
    const secret = pageOf(inspectText({ config }));
    expect(secret).toContain("MODEL_TOKEN");
    expect(secret).not.toMatch(/opaque|c2VjcmV0|correct-horse/);
  });
});

describe("quota against use", () => {
  it("is the worst case of the plan, once for tenants that have the same", () => {
    const data = dataOf(pageOf(inspectFleet(300)));
    expect(data.tenants).toHaveLength(300);
    expect(data.bars.length).toBeLessThan(10);
    const bars = data.bars[data.tenants[1]?.bars ?? -1] ?? [];
    expect(bars.map(([resource, ...bar]) => [data.resources[resource], ...bar])).toContainEqual([
      "pods",
      "8",
      "25",
      32,
    ]);
  });

  it("of the environment tells what is too much", () => {
    const environment = [
      "sizes: dev",
      "domain: dev.example",
      "cluster: { identifier: test }",
      "capacity: { cpu: 1, memory: 360Gi, ephemeralStorage: 300Gi, storage: 1Ti, pods: 600 }",
      "storage: { default: standard, classes: [standard] }",
      "images: { runtime: registry.example/r:1, dashboard: registry.example/d:1, requireDigest: false }",
    ].join("\n");
    const page = pageOf(inspectText({ environment }));
    expect(page).toContain("✕ 400 %, too much");
    expect(page).toContain("Isolation does not hold");
  });
});

describe("a page of what is wrong", () => {
  it("tells every violation with both tenants, the plane and the line", () => {
    const page = pageOf(inspectBroken());
    expect(page).toContain("Isolation does not hold");
    expect(page).toContain("opens to globex, which does not consent");
    expect(page).toContain("<code>Pulumi.dev.yaml:3</code>");
    expect(page).toContain("[peer-one-sided]");
    expect(page).toContain("network: broken");
  });

  it("tells problems where there is no plan at all", () => {
    const page = pageOf(inspectText({ environment: "sizes: huge" }));
    expect(page).toContain("No plan");
    expect(page).toContain("Pulumi.dev.yaml:5");
    expect(page).not.toContain("<script");
  });

  it("says so where there are no tenants", () => {
    expect(pageOf(inspectText({ tenants: "[]" }))).toContain("No tenants, so nobody reaches anybody.");
  });
});

describe("a large fleet", () => {
  const page = pageOf(inspectFleet(10_000));
  const elements = (text: string) => text.match(/<[a-z]/g)?.length ?? 0;

  it("of 10,000 tenants makes a page that grows with tenants, and whose elements do not", () => {
    expect(Buffer.byteLength(page)).toBeLessThan(8 * 1024 ** 2);
    expect(elements(page)).toBeLessThan(4_000);
    expect(dataOf(page).edges).toHaveLength(10_000);
    expect(page).toContain("too many for a square");
    expect(page).toContain("9,800 more rows not shown here");
  });

  it("that is broken everywhere still makes a page of a size that opens, and says what it leaves out", () => {
    const broken = inspectTampered(inspectFleet(2_000), (plan) => ({
      ...plan,
      tenants: plan.tenants.map((tenant) => ({ ...tenant, quota: { "requests.storage": "1Gi" } })),
    }));
    expect(broken.proof?.violations.length).toBeGreaterThan(2 * mostViolations);
    const red = pageOf(broken);
    expect(Buffer.byteLength(red)).toBeLessThan(6 * 1024 ** 2);
    expect(dataOf(red).violations).toHaveLength(mostViolations);
    const { violations, cut } = dataOf(red);
    const left = (broken.proof?.violations.length ?? 0) - mostViolations;
    expect(broken.proof?.violations.every(({ other }) => other === null)).toBe(true);
    expect(cut.reduce((sum, [, , count]) => sum + count, 0)).toBe(left);
    expect(new Set(cut.map(([plane, tenant]) => `${plane} ${tenant}`)).size).toBe(cut.length);
    const shown = new Set(violations.map(([, tenant]) => tenant));
    expect(new Set([...shown, ...cut.map(([, tenant]) => tenant)]).size).toBe(2_000);
    expect(dataOf(page).cut).toEqual([]);
    expect(red).toMatch(/The list knows 20,000 violations of \d\d,000;/);
  });
});
