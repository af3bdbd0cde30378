import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import type { EnvironmentPlan, PlatformPlan, TenantPlan } from "../tenants/model.ts";
import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  buildGuardrailsAdministrator,
} from "./manifests/admission/index.ts";
import { fleetOutput, tenantsOutput } from "./record-names.ts";
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
 * warns.
 */
export async function standingPlatform({
  platform,
  plan,
  tenants,
}: Pick<StackPlan, "platform" | "plan" | "tenants">): Promise<TenantStackArgs["platform"]> {
  if (platform) return undefined;
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${plan.environment}`;
  const reference = new pulumi.StackReference("platform", { name });
  const left = recordIn((await reference.getOutputDetails(fleetOutput)).value);
  const made = recordIn((await reference.getOutputDetails(tenantsOutput)).value);
  const value = left["platform"];
  if (value !== undefined) await refuseDivision(plan, tenants, left["cells"], made);
  if (value !== platformVersion(plan.platform)) {
    const what = value === undefined ? "is not up" : "is another than this program makes";
    const message = `the platform of ${plan.environment}, with the guardrails of its tenants, ${what}. First run: pulumi up -s ${plan.environment}`;
    await refuse(message);
  }
  return { gateway: undefined, guardrails: [] };
}

/**
 * A cell knows its own state only. Where the environment's stack holds its tenants, or knows of another number of cells, somebody else
 * may have them, and this update would take over what runs; only `fleet` sees all states.
 */
async function refuseDivision(
  { environment, cells }: Pick<EnvironmentPlan, "environment" | "cells">,
  tenants: readonly TenantPlan[],
  recorded: unknown,
  made: Readonly<Record<string, unknown>>,
): Promise<void> {
  const twice = tenants.filter(({ id }) => Object.hasOwn(made, id)).map(({ id }) => id);
  const way = `First run: npm run fleet -- move ${environment}, then npm run fleet -- up ${environment}`;
  if (twice.length > 0) await refuse(`the stack ${environment} still holds ${twice.join(", ")}. ${way}`);
  else if (recorded !== String(cells.count)) {
    const known = typeof recorded === "string" ? `for tenantry:cells ${recorded}` : "without cells";
    await refuse(`the stack ${environment} was last updated ${known}, and the files say ${cells.count}. ${way}`);
  }
}

/** A preview only warns, because a pull request may change both stacks. */
async function refuse(message: string): Promise<void> {
  if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(`${message}; nothing was changed.`);
  await pulumi.log.warn(message);
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
