import type { TenantPlan } from "../model.ts";
import { hostsOf } from "./facts.ts";
import { guardrailNames } from "./guardrails.ts";
import { type Facts, type PlaneArgument, type Violation, type ViolationDetail, violationsOf } from "./plane.ts";

const violation = violationsOf("names");
const hostPattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

/** One host of one tenant, against everybody else's. A name has few labels, so looking up each of its parents stays linear. */
function hostFault(
  tenant: TenantPlan,
  host: string,
  { byHost, plan }: Facts,
): { readonly reason: string; readonly other?: TenantPlan } | null {
  if (!hostPattern.test(host))
    return { reason: `has the host ${JSON.stringify(host)}, which is not one exact host name` };
  const owner = byHost.get(host);
  if (owner !== undefined && owner !== tenant) return { reason: `has the host ${host} of ${owner.id}`, other: owner };
  const domain = plan.platform.gateway?.domain;
  if (domain !== undefined && (host === domain || domain.endsWith(`.${host}`))) {
    return { reason: `has the host ${host}, which is the platform's` };
  }
  for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1)) {
    const above = host.slice(dot + 1);
    const holder = byHost.get(above);
    if (holder !== undefined && holder !== tenant) {
      return { reason: `has the host ${host} below ${above} of ${holder.id}`, other: holder };
    }
  }
  const own = domain === undefined ? null : `${tenant.id}.${domain}`;
  return own !== null && host.endsWith(`.${domain}`) && host !== own && !host.endsWith(`.${own}`)
    ? { reason: `has the host ${host} in the environment's zone, where a tenant to come may have it by its id` }
    : null;
}

function hostViolations(tenant: TenantPlan, facts: Facts): readonly Violation[] {
  return hostsOf(tenant).flatMap((host) => {
    const fault = hostFault(tenant, host, facts);
    if (fault === null) return [];
    const detail: ViolationDetail = { path: ["domains"], item: host };
    return [violation(tenant, fault.reason, fault.other === undefined ? detail : { ...detail, other: fault.other.id })];
  });
}

/** What the edge serves has to be what admission holds the tenant to, or one of the two speaks of another tenant. */
function servingViolations(tenant: TenantPlan): readonly Violation[] {
  const allowed = new Set(tenant.guardrails.hosts);
  return (tenant.route?.hosts ?? [])
    .filter(({ host }) => !allowed.has(host))
    .map(({ host }) =>
      violation(tenant, `is served at ${host}, which its guardrails do not list`, { path: ["domains"], item: host }),
    );
}

/** Host names, and what routes, listeners and certificates may claim. */
export const names: PlaneArgument = {
  plane: "names",
  asks: "host names on routes, listeners, ingresses and certificates; names in DNS",
  violations: (facts) =>
    facts.plan.tenants.flatMap((tenant) => [...hostViolations(tenant, facts), ...servingViolations(tenant)]),
  steps: ({ byHost, plan }) => [
    {
      plane: "names",
      claim: "Every host has one tenant.",
      because: `${byHost.size} hosts of ${plan.tenants.length} tenants are exact names; none stands in two records, lies below another tenant's, or is the platform's.`,
    },
    {
      plane: "names",
      claim: "A tenant claims no other host.",
      because: `Routes, listeners and ingresses that owners write may name the record's hosts only (${guardrailNames.routeHosts}, ${guardrailNames.listenerHosts}, ${guardrailNames.ingressHosts}); kinds without hosts, grants and orders by annotation are refused (${guardrailNames.hostlessRoutes}, ${guardrailNames.referenceGrants}, ${guardrailNames.edgeAnnotations}).`,
    },
  ],
  limits: () => [
    "Names of other tenants and their Services are guessable through the cluster's DNS, which answers all namespaces; a name is no way in.",
    "Who may point a customer's own domain at the edge is decided in that domain's DNS.",
  ],
  explain: (_facts, from, to) => {
    const theirs = hostsOf(to);
    return [
      {
        plane: "names",
        question: `${from.id} on the hosts of ${to.id}`,
        verdict: "denied",
        because: `${theirs.length === 0 ? `${to.id} has no host` : `${theirs.join(", ")} of ${to.id}`}; ${from.id} may name ${from.guardrails.hosts.length === 0 ? "none" : `${from.guardrails.hosts.join(", ")} only`} (${guardrailNames.routeHosts}, ${guardrailNames.listenerHosts}, ${guardrailNames.ingressHosts}).`,
      },
      {
        plane: "names",
        question: `pods of ${from.id} asking DNS about ${to.id}`,
        verdict: "limit",
        because: "Level namespace shares DNS: names of Services are guessable. Connections to them stay closed.",
      },
    ];
  },
};
