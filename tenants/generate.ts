/** Writes what is made from the schema: `node tenants/generate.ts`. A test checks that the committed files are current. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import * as z from "zod";

import { configurationReference } from "./generate/reference.ts";
import { stackFileSchema, tenantFileSchema } from "./schema.ts";

/** Content of every generated file, by its path in the project. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    "tenants/schema.json": jsonSchema(stackFileSchema, "Pulumi.<environment>.yaml of Tenantry"),
    "tenants/tenant-file.schema.json": jsonSchema(tenantFileSchema, "A file of Tenantry tenants"),
    "docs/configuration.md": configurationReference(),
  };
}

/** Draft 7 of what a person may write, because that is what YAML editors know best. */
function jsonSchema(schema: z.ZodType, title: string): string {
  const generated = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
  return `${JSON.stringify({ title, ...generated }, null, 2)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  for (const [path, content] of Object.entries(generatedFiles())) {
    writeFileSync(join(import.meta.dirname, "..", path), content);
  }
}
