import * as z from "zod";

import { mostCells } from "./cells.ts";
import { environmentSchema, type EnvironmentSpec } from "./schema/environment.ts";
import { tenantFileSchema, tenantSchema, type TenantSpec } from "./schema/tenant.ts";
import { cellNumber, integer } from "./schema/words.ts";

export { environmentSchema, tenantFileSchema, tenantSchema };
export type { EnvironmentSpec, TenantSpec };

/** Keys that may stand under `tenantry:` in `Pulumi.<environment>.yaml`. */
export const configKeys = [
  "environment",
  "tenants",
  "tenantFiles",
  "tenantSecrets",
  "cells",
  "canaries",
  "history",
] as const;

/** Globs of YAML files, relative to the project, each a list of tenants. */
export const tenantFilesSchema = z
  .array(z.string())
  .describe("Globs of YAML files with more tenants, relative to this file; they must stay inside the project.");

/** How the environment is spread over stacks, and what is kept of them: `tenantry:cells`, `tenantry:canaries` and `tenantry:history`. */
export const fleetSchema = z.strictObject({
  cells: integer(1, mostCells, "cells")
    .default(1)
    .describe(
      "Stacks that the tenants are spread over; see docs/fleet.md. 1: everything is in the environment's own stack.",
    ),
  canaries: z
    .array(cellNumber)
    .default([])
    .describe("Cells that `fleet up` updates before all others; when one fails, the others are left alone."),
  history: z
    .strictObject({
      keep: integer(1, 100_000, "updates").describe("Updates of each stack whose history and backups stay."),
    })
    .optional()
    .describe(
      "`{ keep: 20 }`: `fleet up` removes older history of each stack that it has updated, in folders and S3 buckets; see docs/backends.md. Default: nothing is removed by itself.",
    ),
});

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
    "tenantry:cells": fleetSchema.shape.cells,
    "tenantry:canaries": fleetSchema.shape.canaries,
    "tenantry:history": fleetSchema.shape.history,
    "tenantry:tenantSecrets": tenantSecretsSchema.optional(),
  }),
});
