import * as z from "zod";

import { environmentSchema, type EnvironmentSpec } from "./schema/environment.ts";
import { tenantFileSchema, tenantSchema, type TenantSpec } from "./schema/tenant.ts";

export { environmentSchema, tenantFileSchema, tenantSchema };
export type { EnvironmentSpec, TenantSpec };

/** Keys that may stand under `tenantry:` in `Pulumi.<environment>.yaml`. */
export const configKeys = ["environment", "tenants", "tenantFiles", "tenantSecrets"] as const;

/** Globs of YAML files, relative to the project, each a list of tenants. */
export const tenantFilesSchema = z
  .array(z.string())
  .describe("Globs of YAML files with more tenants, relative to this file; they must stay inside the project.");

const secretName = z.string().regex(/^[A-Z][A-Z0-9_]{0,62}$/);

/** Encrypted values by tenant and name, as `pulumi config set --secret --path` writes them. */
export const tenantSecretsSchema = z
  .record(z.string(), z.record(secretName, z.strictObject({ secure: z.string() })))
  .describe(
    "Secrets by tenant and name; set with pulumi config set --secret --path 'tenantry:tenantSecrets.<id>.<NAME>'.",
  );

/** The whole `Pulumi.<environment>.yaml`, for editors; keys of other packages and of Pulumi itself are left alone. */
export const stackFileSchema = z.looseObject({
  config: z.looseObject({
    "tenantry:environment": environmentSchema,
    "tenantry:tenants": z.array(tenantSchema).optional().describe("Tenants; large fleets use tenantFiles."),
    "tenantry:tenantFiles": tenantFilesSchema.optional(),
    "tenantry:tenantSecrets": tenantSecretsSchema.optional(),
  }),
});
