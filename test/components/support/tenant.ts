import * as kubernetes from "@pulumi/kubernetes";

import { TenantStack, type TenantStackArgs } from "../../../components/tenant-stack.ts";
import { deploy, type Json, type Registered } from "../../support/pulumi.ts";

/** Values for what the full plan wants provided. */
export const fullSecrets = { MODEL_TOKEN: "hunter2-provided" };

/** A stack with a provider of its own, as the program makes it; only what the stack registers is returned. */
export async function deployTenant(args: TenantStackArgs): Promise<Registered[]> {
  const all = await deploy((opts) => {
    const provider = new kubernetes.Provider("cluster", {});
    new TenantStack(args.plan.id, args, { ...opts, provider });
  });
  return all.filter(({ name }) => name !== "cluster");
}

/** The value at a path, `undefined` where there is none. */
export function field(value: Json | undefined, ...path: string[]): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (value === undefined || value === null || typeof value !== "object") return undefined;
  return field((value as Readonly<Record<string, Json>>)[first], ...rest);
}
