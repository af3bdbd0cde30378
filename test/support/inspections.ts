/** Inspected environments for the tests of the page. */
import { inspectLoaded, inspectPlan, type PlanInspection } from "../../cli/plan-inspection.ts";
import { planResult } from "../../cli/plan.ts";
import { renderPage } from "../../cli/html/page.ts";
import { proofOf } from "../../tenants/isolation.ts";
import { factsOf } from "../../tenants/isolation/facts.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";
import { loadedOf } from "../tenants/support/fleet.ts";
import { stackText, withProject, type StackText } from "../tenants/support/project.ts";

/** What a page of it would be made of. */
export function pageOf(inspection: PlanInspection): string {
  return renderPage(inspection, planResult(inspection, { json: true }).stdout);
}

/** An environment called dev, read from the text of its file. */
export function inspectText(stack: StackText): PlanInspection {
  return withProject({ "Pulumi.dev.yaml": stackText(stack) }, (directory) => inspectPlan(directory, "dev"));
}

/** A fleet of any size, each tenant with an owner, a domain, an egress range and, in twos, a peer. */
export function inspectFleet(size: number): PlanInspection {
  const id = (index: number): string => `customer-${String(index).padStart(5, "0")}`;
  const records = Array.from({ length: size }, (_, index) => ({
    id: id(index),
    name: `Customer number ${index} Incorporated`,
    tier: ["free", "pro", "enterprise"][index % 3],
    status: index % 17 === 3 ? "suspended" : "active",
    owners: [
      { group: `${id(index)}-admins` },
      ...(index % 10 === 0 ? [{ group: `agency-${Math.floor(index / 50)}` }] : []),
    ],
    domains: [`agents.${id(index)}.example`],
    egress: [{ cidr: `8.${Math.floor(index / 256)}.${index % 256}.0/24`, ports: [443] }],
    peers: (index ^ 1) < size ? [{ tenant: id(index ^ 1), ports: [3000] }] : [],
    labels: { "cost-center": `cc-${index}` },
  }));
  return inspectLoaded(loadedOf(records));
}

/** The same inspection of a plan that was changed behind the rules' back. */
export function inspectTampered(
  inspection: PlanInspection,
  change: (plan: EnvironmentPlan) => EnvironmentPlan,
): PlanInspection {
  if (inspection.plan === null) throw new Error("there is no plan to change");
  const plan = change(inspection.plan);
  const facts = factsOf(plan);
  return { ...inspection, plan, facts, proof: proofOf(facts) };
}

/** Text that is markup, script and the end of both to whoever forgets to escape it. */
export const hostileText = `</script></style></title><img src=x onerror="document.title='hit'">'"&amp;<!--`;

/** Two tenants of whom every text that a person wrote is hostile. */
export function inspectHostile(): PlanInspection {
  const tenants = ["acme", "globex"].map(
    (id) => `- { id: ${id}, name: ${id}, tier: pro, owners: [{ group: agency }] }`,
  );
  return inspectTampered(inspectText({ tenants: tenants.join("\n") }), (plan) => ({
    ...plan,
    tenants: plan.tenants.map((tenant) => ({
      ...tenant,
      name: hostileText,
      labels: { [hostileText]: hostileText },
      owners: [{ kind: "Group", name: hostileText }],
      secrets: { ...tenant.secrets, provided: [hostileText] },
      guardrails: { ...tenant.guardrails, hosts: [hostileText] },
      network: { ...tenant.network, egress: [{ cidr: hostileText, except: [], ports: [] }] },
      runtime: { ...tenant.runtime, volume: { ...tenant.runtime.volume, storageClass: hostileText } },
    })),
  }));
}

/** One record opens towards another that does not consent. */
export function inspectBroken(): PlanInspection {
  const tenants = [
    "- { id: acme, name: Acme, tier: free, peers: [{ tenant: globex, ports: [3000] }] }",
    "- { id: globex, name: Globex, tier: free, owners: [{ group: agency }] }",
    "- { id: initech, name: Initech, tier: pro, owners: [{ group: agency }], status: suspended }",
  ];
  return inspectText({ tenants: tenants.join("\n") });
}
