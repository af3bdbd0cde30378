import type { Problem } from "../errors.ts";
import { tenantProblem, type Finding, type Fleet, type FleetTenant } from "./fleet.ts";

/** Label prefixes that say something to Kubernetes or to us; a person may not write them. Subdomains count too. */
const ownLabelDomains = ["tenantry.dev", "kubernetes.io", "k8s.io"] as const;

/** Keys without a prefix by which our own objects select pods. */
const selectorLabels: ReadonlySet<string> = new Set(["k8s-app"]);

/** Owners are people of the customer, and labels leave Kubernetes' and our own alone. */
export function accessProblems({ tenants }: Fleet): readonly Problem[] {
  return tenants.flatMap((tenant) => [...ownerProblems(tenant), ...labelProblems(tenant)]);
}

function ownerProblems(tenant: FleetTenant): readonly Problem[] {
  const seen = new Set<string>();
  return tenant.plan.owners.flatMap(({ kind, name }, index) => {
    const key = `${kind}:${name}`;
    const repeated = seen.has(key);
    seen.add(key);
    const path = ["owners", index, kind === "Group" ? "group" : "user"];
    if (name.startsWith("system:")) return [tenantProblem(tenant, path, systemOwner(name))];
    return repeated ? [tenantProblem(tenant, path, repeatedOwner(name))] : [];
  });
}

function systemOwner(name: string): Finding {
  return {
    rule: "owner-system",
    value: `"${name}"`,
    bound: "names that begin with system: belong to Kubernetes; everybody or the cluster itself would become owner",
    remedy: "Name a group or user of the customer.",
  };
}

function repeatedOwner(name: string): Finding {
  return {
    rule: "owner-repeated",
    value: `"${name}" again`,
    bound: "each owner may stand once",
    remedy: "Remove one.",
  };
}

function labelProblems(tenant: FleetTenant): readonly Problem[] {
  return Object.keys(tenant.spec.labels).flatMap((key) => {
    const prefix = key.includes("/") ? (key.split("/")[0] ?? null) : null;
    const path = ["labels", key];
    const own = ownLabelDomains.find((domain) => prefix === domain || prefix?.endsWith(`.${domain}`) === true);
    if (own === undefined && !selectorLabels.has(key)) return [];
    const bound =
      own === undefined ? "selects pods of the platform" : `labels under ${own} belong to Kubernetes or Tenantry`;
    const finding = {
      rule: "label-reserved",
      value: `"${key}"`,
      bound,
      remedy: "Use a key of your own, such as example.com/cost-center.",
    };
    return [tenantProblem(tenant, path, finding, "key")];
  });
}
