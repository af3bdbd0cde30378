import { canonicalCidr, containsCidr, parseCidr } from "../cidr.ts";
import type { Problem } from "../errors.ts";
import type { Environment } from "../plan/environment.ts";
import { environmentProblem, tenantProblem, type Finding, type Fleet } from "./fleet.ts";

/** Declared egress is public: ranges inside closed ones are refused; wide ranges get them as exceptions in the plan. */
export function egressProblems({ environment, settings, tenants }: Fleet): readonly Problem[] {
  const ranges = environment.spec.cluster.privateRanges.flatMap((cidr, index) => {
    const finding = parseCidr(cidr) === null ? malformed(cidr) : null;
    return finding === null ? [] : [environmentProblem(settings, ["cluster", "privateRanges", index], finding)];
  });
  const egress = tenants.flatMap((tenant) =>
    tenant.spec.egress.flatMap(({ cidr }, index) => {
      const finding = egressFinding(environment, cidr);
      return finding === null ? [] : [tenantProblem(tenant, ["egress", index, "cidr"], finding)];
    }),
  );
  return [...ranges, ...egress];
}

function egressFinding({ closed }: Environment, cidr: string): Finding | null {
  const range = parseCidr(cidr);
  if (range === null) return malformed(cidr);
  const around = closed.find((candidate) => containsCidr(candidate, range));
  if (around === undefined) return null;
  return {
    rule: "egress-private",
    value: cidr,
    bound: `lies in ${around.text}: ${around.why}`,
    remedy: "Name the public address; services inside the cluster go under environment.sharedServices.",
  };
}

function malformed(cidr: string): Finding {
  const canonical = canonicalCidr(cidr);
  return {
    rule: "cidr",
    value: `"${cidr}"`,
    bound: "must be a range as the API server accepts it, without bits beyond the prefix and without leading zeros",
    remedy: canonical === null ? "Write it like 203.0.113.0/24 or 2001:db8::/32." : `Did you mean ${canonical}?`,
  };
}
