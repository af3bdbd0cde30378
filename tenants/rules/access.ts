import type { Problem } from "../errors.ts";
import { tenantProblem, type Finding, type Fleet, type FleetTenant } from "./fleet.ts";

/** Keys without a prefix that software acts on: DNS is selected by the first, the others let a namespace out of admission or a mesh. */
const platformLabels: ReadonlySet<string> = new Set(["k8s-app", "control-plane", "istio-injection"]);

/** Owners are people of the customer, and labels are nobody else's. */
export function accessProblems({ environment, tenants }: Fleet): readonly Problem[] {
  const { domain } = environment.spec;
  return tenants.flatMap((tenant) => [...ownerProblems(tenant), ...labelProblems(tenant, domain)]);
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

/**
 * Labels also stand on the namespace, where webhooks and controllers read them (`admission.gatekeeper.sh/ignore` switches a policy
 * engine off). Which of them a cluster runs cannot be known, so only the environment's own prefixes are free.
 */
function labelProblems(tenant: FleetTenant, domain: string): readonly Problem[] {
  return Object.keys(tenant.spec.labels).flatMap((key) => {
    const prefix = key.includes("/") ? (key.split("/")[0] ?? "") : null;
    const free = prefix === null ? !platformLabels.has(key) : prefix === domain || prefix.endsWith(`.${domain}`);
    if (free) return [];
    const finding = {
      rule: "label-reserved",
      value: `"${key}"`,
      bound:
        prefix === null
          ? "software of the platform acts on it"
          : "its prefix belongs to other software, which may act on it",
      remedy: `Use a key without a prefix, such as cost-center, or one under ${domain}/.`,
    };
    return [tenantProblem(tenant, ["labels", key], finding, "key")];
  });
}
