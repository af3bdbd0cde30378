import type { Problem } from "../errors.ts";
import { defaultHost } from "../plan/network.ts";
import type { EnvironmentSpec } from "../schema.ts";
import { placeOf, tenantProblem, type Finding, type Fleet, type FleetTenant } from "./fleet.ts";

interface Claim {
  readonly tenant: FleetTenant;
  /** Index in `domains`, or `null` for the host made from the id. */
  readonly index: number | null;
}

/** Every host belongs to one tenant, nobody sits in another's zone, and the edge can serve it. */
export function hostProblems({ environment, tenants }: Fleet): readonly Problem[] {
  const claims = new Map<string, Claim>();
  for (const tenant of tenants) claims.set(defaultHost(environment.spec, tenant.spec.id), { tenant, index: null });
  const repeated = tenants.flatMap((tenant) =>
    tenant.spec.domains.flatMap((host, index) => {
      const first = claims.get(host);
      if (first === undefined) claims.set(host, { tenant, index });
      return first === undefined ? [] : [hostProblem(tenant, index, repetition(host, tenant, first))];
    }),
  );
  const rest = tenants.flatMap((tenant) =>
    tenant.spec.domains.flatMap((host, index) => {
      const finding =
        platformFinding(environment.spec, host) ??
        zoneFinding(host, tenant, claims) ??
        inZoneFinding(environment.spec, host, tenant, claims) ??
        specialUseFinding(environment.spec, host) ??
        servingFinding(environment.spec, host);
      return finding === null ? [] : [hostProblem(tenant, index, finding)];
    }),
  );
  return [...repeated, ...rest];
}

function repetition(host: string, tenant: FleetTenant, first: Claim): Finding {
  if (first.tenant.spec.id === tenant.spec.id) {
    const bound = first.index === null ? "every tenant has this host already" : "is in the list already";
    return { rule: "host-collision", value: host, bound, remedy: "Remove it." };
  }
  const owner = first.tenant.spec.id;
  const place = placeOf(first.tenant.source, first.index === null ? ["id"] : ["domains", first.index]);
  const bound =
    first.index === null
      ? `is the host that tenant ${owner} has by its id (${place})`
      : `belongs to tenant ${owner} (${place})`;
  return { rule: "host-collision", value: host, bound, remedy: "Remove it from one of the two." };
}

/** The zone itself, and what lies above it, belong to whoever runs the environment. */
function platformFinding({ domain }: EnvironmentSpec, host: string): Finding | null {
  if (host !== domain && !domain.endsWith(`.${host}`)) return null;
  return {
    rule: "host-platform",
    value: host,
    bound: `is ${host === domain ? "the environment's own zone" : `above the environment's zone ${domain}`}`,
    remedy: "Give the tenant a host of its own.",
  };
}

/** In the environment's zone live the platform's own hosts, and those of tenants to come, whose ids nobody knows yet. */
function inZoneFinding(
  environment: EnvironmentSpec,
  host: string,
  { spec }: FleetTenant,
  claims: ReadonlyMap<string, Claim>,
): Finding | null {
  const { domain } = environment;
  const own = defaultHost(environment, spec.id);
  // A host that some tenant has by its id is reported as a repetition, which names the tenant.
  if (!host.endsWith(`.${domain}`) || host.endsWith(`.${own}`) || claims.get(host)?.index === null) return null;
  return {
    rule: "host-platform",
    value: host,
    bound: `lies in the environment's zone ${domain}, where a tenant has ${own} and what is below it`,
    remedy: `Use a host such as agents.${own}, or one in the customer's own zone.`,
  };
}

/**
 * Last labels that no public name ends in, and what answers for them instead. `example` and `test` (RFC 6761) are not among them:
 * they are kept free for examples such as this project's own, and nothing answers for them.
 */
const specialUse: ReadonlyMap<string, string> = new Map([
  ["svc", "names Services of the cluster (Kubernetes DNS)"],
  ["local", "names Services of the cluster and machines of the local network (RFC 6762)"],
  ["internal", "names private machines, such as a cloud's metadata service (reserved by ICANN)"],
  ["localhost", "names the machine itself (RFC 6761)"],
  ["invalid", "never resolves (RFC 6761)"],
  ["arpa", "belongs to the infrastructure of the Internet and of home networks (RFC 3172, RFC 8375)"],
  ["onion", "belongs to Tor (RFC 7686)"],
  ["alt", "never is a name of the DNS (RFC 9476)"],
]);

/** A route for such a name would catch calls that mean something inside a cluster or a machine; no customer can own one. */
function specialUseFinding({ domain }: EnvironmentSpec, host: string): Finding | null {
  const last = host.slice(host.lastIndexOf(".") + 1);
  const meaning = specialUse.get(last);
  // Whoever runs the environment may have put its zone there, and answers for what is in it.
  if (meaning === undefined || host.endsWith(`.${domain}`)) return null;
  return {
    rule: "host-special-use",
    value: host,
    bound: `ends in .${last}, which ${meaning}`,
    remedy: "Use a host in a zone that the customer owns in the public DNS.",
  };
}

/** A host below another tenant's host could set that tenant's cookies, and a wildcard of theirs would match it. */
function zoneFinding(host: string, tenant: FleetTenant, claims: ReadonlyMap<string, Claim>): Finding | null {
  const labels = host.split(".");
  for (let depth = 1; depth < labels.length; depth += 1) {
    const above = labels.slice(depth).join(".");
    const claim = claims.get(above);
    if (claim !== undefined && claim.tenant.spec.id !== tenant.spec.id) {
      return {
        rule: "host-zone",
        value: host,
        bound: `lies below ${above} of tenant ${claim.tenant.spec.id}`,
        remedy: "Use a host that is in nobody else's zone.",
      };
    }
  }
  return null;
}

/** Without a listener of the tenant's own, only what the shared `*.<domain>` listener and its certificate match is served. */
function servingFinding({ domain, gateway }: EnvironmentSpec, host: string): Finding | null {
  const shared = gateway?.listenerSets === false;
  const inZone = host.endsWith(`.${domain}`);
  const labels = inZone ? host.slice(0, -domain.length - 1).split(".").length : 0;
  if (!shared || (inZone && labels === 1)) return null;
  return {
    rule: "host-not-served",
    value: host,
    bound: inZone
      ? `the wildcard certificate for *.${domain} covers one label only`
      : `the shared listener serves *.${domain} only`,
    remedy: `Turn on gateway.listenerSets, or remove it: each tenant has <id>.${domain}.`,
  };
}

function hostProblem(tenant: FleetTenant, index: number, finding: Finding): Problem {
  return tenantProblem(tenant, ["domains", index], finding);
}
