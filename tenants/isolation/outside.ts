import { closedRanges, metadataRanges } from "../cidr.ts";
import type { TenantPlan } from "../model.ts";
import type { Answer } from "./plane.ts";

/** What a tenant's pods reach that is no tenant: the same for every other tenant one asks about. */
export function outsideAnswers(tenant: TenantPlan): readonly Answer[] {
  const { egress, dns, sharedServices, clusterPolicy } = tenant.network;
  const declared = egress.map(({ cidr, ports }) => `${cidr} on ${ports.map(({ port }) => port).join(", ")}`).join("; ");
  const answer = (question: string, verdict: Answer["verdict"], because: string): Answer => ({
    plane: "network",
    question: `pods of ${tenant.id} to ${question}`,
    verdict,
    because,
  });
  const byAddress =
    "default-deny lets nothing out, every opening towards the cluster names a namespace and pods, and private addresses are exceptions of every declared range.";
  return [
    answer("the API server", "denied", `No opening names it: ${byAddress}`),
    answer("nodes", "denied", `No opening names them: ${byAddress}`),
    answer(
      "metadata addresses",
      "denied",
      `${metadataRanges.join(" and ")} lie in closed ranges, and these, ${closedRanges.length} in all, are exceptions of every declared range that they overlap; without a declared range nothing leaves by address.${
        clusterPolicy === null
          ? ""
          : ` ClusterNetworkPolicy ${clusterPolicy.name} denies ${metadataRanges.join(" and ")} by itself.`
      }`,
    ),
    answer(
      "the internet",
      egress.length === 0 ? "denied" : "consented",
      egress.length === 0 ? "Its record declares no egress." : `Its record declares ${declared}, and nothing else.`,
    ),
    answer(
      "the platform",
      "consented",
      `The environment opens ${[`DNS in ${dns.namespace}`, ...sharedServices.map(({ name, namespace }) => `${name} in ${namespace}`)].join(", ")} to every tenant.`,
    ),
  ];
}
