import { explainPair } from "../../tenants/isolation/explain.ts";
import { factsOf } from "../../tenants/isolation/facts.ts";
import type { Answer } from "../../tenants/isolation/plane.ts";
import { proofOf, type Proof } from "../../tenants/isolation.ts";
import type { EnvironmentPlan, TenantPlan } from "../../tenants/model.ts";
import type { Expectation } from "./probe.ts";

/** Which part of a tenant a packet comes from or goes to. */
export type Workload = "runtime" | "dashboard";

/** What the isolation proof says about packets. What an answer says in words, such as "runtime to runtime", is read into a verdict here. */
export interface Expectations {
  readonly proof: Proof;
  /** From a workload of one tenant to one of another. */
  between(
    from: TenantPlan,
    source: Workload,
    to: TenantPlan,
    target: Workload,
    protocol: "TCP" | "UDP",
    port: number,
  ): Expectation;
  /** From a tenant to what is no tenant's. */
  outside(from: TenantPlan, to: "the API server" | "nodes" | "metadata addresses" | "the platform"): Expectation;
  /** From a tenant to an address outside of the cluster; `declared` when a record's egress names address and port. */
  internet(from: TenantPlan, declared: boolean): Expectation;
  /** Between a tenant and a pod that nobody has consented to, either way. */
  stranger(): Expectation;
  /** Inside a tenant. */
  within(): Expectation;
}

/** Reads the proof of a plan. Throws when it does not hold: then nothing is promised that packets could keep. */
export function expectationsOf(plan: EnvironmentPlan): Expectations {
  const facts = factsOf(plan);
  const proof = proofOf(facts);
  if (!proof.holds) throw new Error(`the isolation proof of ${plan.environment} does not hold; see the plan`);
  const answers = new Map<string, readonly Answer[]>();
  const answer = (from: TenantPlan, to: TenantPlan, question: string): Answer => {
    const key = `${from.id} ${to.id}`;
    const known = answers.get(key) ?? explainPair(facts, proof.violations, from, to);
    answers.set(key, known);
    const found = known.find((each) => each.plane === "network" && each.question === question);
    if (found === undefined) throw new Error(`the proof does not answer: ${question}`);
    return found;
  };
  const closed = proof.steps.find(({ plane }) => plane === "network")?.claim;
  if (closed === undefined) throw new Error("the proof says nothing about the network");
  return {
    proof,
    between(from, source, to, target, protocol, port) {
      const { verdict, because } = answer(from, to, `pods of ${from.id} to pods of ${to.id}`);
      // What the answer says in words, "runtime to runtime on TCP ports", the proof has as an edge with these ports.
      const edge = proof.edges.find((each) => each.from === from.id && each.to === to.id);
      const isOpen = source === "runtime" && target === "runtime" && protocol === "TCP" && edge?.ports.includes(port);
      return { passes: verdict === "consented" && isOpen === true, because };
    },
    outside(from, to) {
      const { verdict, because } = answer(from, from, `pods of ${from.id} to ${to}`);
      return { passes: verdict === "consented", because };
    },
    internet(from, declared) {
      const { verdict, because } = answer(from, from, `pods of ${from.id} to the internet`);
      return { passes: verdict === "consented" && declared, because };
    },
    stranger: () => ({ passes: false, because: closed }),
    within: () => ({
      passes: true,
      because: "Inside a namespace the opening allow-same-namespace lets every pod reach every other.",
    }),
  };
}
