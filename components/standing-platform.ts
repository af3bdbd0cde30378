import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import type { PlatformPlan } from "../tenants/model.ts";
import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  buildGuardrailsAdministrator,
} from "./manifests/admission/index.ts";
import { fleetOutput } from "./record-names.ts";
import type { StackPlan } from "./stack-plan.ts";
import type { TenantStackArgs } from "./tenant-stack.ts";

/** Digest of what the platform's stack makes; tenants of this program need exactly this one. */
export function platformVersion({ gateway, clusterIdentifier }: PlatformPlan): string {
  const policies = admissionPolicies.map((policy) => [buildAdmissionPolicy(policy), buildAdmissionBinding(policy)]);
  const made = gateway?.create === true ? gateway : null;
  return createHash("sha256")
    .update(JSON.stringify([policies, buildGuardrailsAdministrator(clusterIdentifier), made]))
    .digest("hex");
}

/**
 * The platform that a cell's tenants stand on, which the stack of the environment has made; `undefined` in that stack itself.
 *
 * Throws a `RunError` where it is missing or another than this program's: tenants without guardrails would be open. A preview only
 * warns, because a pull request may change both.
 */
export async function standingPlatform({
  platform,
  plan,
}: Pick<StackPlan, "platform" | "plan">): Promise<TenantStackArgs["platform"]> {
  if (platform) return undefined;
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${plan.environment}`;
  const reference = new pulumi.StackReference("platform", { name });
  const left: unknown = (await reference.getOutputDetails(fleetOutput)).value;
  const value = typeof left === "object" && left !== null && "platform" in left ? left.platform : undefined;
  if (value !== platformVersion(plan.platform)) {
    const what = value === undefined ? "is not up" : "is another than this program makes";
    const message = `the platform of ${plan.environment}, with the guardrails of its tenants, ${what}. First run: pulumi up -s ${plan.environment}`;
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(`${message}; nothing was changed.`);
    await pulumi.log.warn(message);
  }
  return { gateway: undefined, guardrails: [] };
}
