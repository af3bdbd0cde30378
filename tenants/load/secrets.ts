import { createHash } from "node:crypto";

import { child, type SourceValue } from "../document.ts";
import type { Problem, SourcePosition } from "../errors.ts";
import { idPattern, secretNamePattern } from "../names.ts";

/** One secret that a person set for a tenant: its name, and whether it has changed. The value is never read. */
export interface SecretName {
  readonly tenant: string;
  readonly name: string;
  /** Changes with the encrypted text. */
  readonly digest: string;
  readonly source: SourcePosition;
}

/** Names under `tenantry:tenantSecrets`. Whatever is not encrypted there is a problem, and the message never shows it. */
export function secretNames(source: SourceValue): {
  readonly names: readonly SecretName[];
  readonly problems: readonly Problem[];
} {
  const root = "tenantry:tenantSecrets";
  if (source.value === undefined) return { names: [], problems: [] };
  const tenants = mapEntries(source);
  if (tenants === null || isEncrypted(source.value))
    return { names: [], problems: [notByPath(source, null, root, "<id>")] };
  const names: SecretName[] = [];
  const problems: Problem[] = [];
  for (const [tenant, ofTenant] of tenants) {
    const secrets = mapEntries(ofTenant);
    if (secrets === null || isEncrypted(ofTenant.value)) {
      problems.push(notByPath(ofTenant, shownId(tenant), `${root}.${shownId(tenant) ?? "<id>"}`, tenant));
      continue;
    }
    for (const [name, secret] of secrets) {
      const at = source.position([tenant, name], "key");
      names.push({ tenant, name, digest: digestOf(secret.value), source: at });
      if (!isEncrypted(secret.value)) problems.push(inTheClear(at, tenant, name));
    }
  }
  return { names, problems };
}

/** Of the encrypted text only: what stands there in the clear is refused, and nothing is kept that came from it. */
function digestOf(value: unknown): string {
  return isEncrypted(value) ? createHash("sha256").update(JSON.stringify(value)).digest("hex") : "";
}

function mapEntries(source: SourceValue): readonly (readonly [string, SourceValue])[] | null {
  const { value } = source;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return Object.keys(value).map((key) => [key, child(source, [key])]);
}

/** True for what Pulumi writes for an encrypted value: `{ secure: <text> }` and nothing else. */
function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]?.[0] === "secure" && typeof entries[0][1] === "string";
}

function inTheClear(source: SourcePosition, tenant: string, name: string): Problem {
  return {
    source,
    tenant: shownId(tenant),
    path: secretPath(tenant, name),
    rule: "secret-in-the-clear",
    value: "a value that is not encrypted",
    bound: "must be encrypted by Pulumi",
    remedy: `Change the secret where it comes from, for it has been exposed; then run: ${setCommand(tenant, name)}`,
  };
}

function notByPath(source: SourceValue, tenant: string | null, path: string, id: string): Problem {
  return {
    source: source.position([]),
    tenant,
    path,
    rule: "secret-names-unreadable",
    value: "not a map of names to encrypted values",
    bound: "names must be readable, each value encrypted by itself",
    remedy: `Remove it and set each secret by path: ${setCommand(id, "<NAME>")}`,
  };
}

/** A command to paste holds nothing but checked words: an id with a quote in it would end the argument and begin another command. */
function setCommand(tenant: string, name: string): string {
  return `pulumi config set --secret --path '${secretPath(tenant, name)}'`;
}

/** Path of a secret for messages. A key that is no name is left out: it may be a secret that was pasted in the wrong place. */
export function secretPath(tenant: string, name: string): string {
  return `tenantry:tenantSecrets.${shownId(tenant) ?? "<id>"}.${secretNamePattern.test(name) ? name : "<NAME>"}`;
}

/** The key of a tenant where it has the form of an id; `null` where it may be anything else, which is never shown. */
export function shownId(tenant: string): string | null {
  return idPattern.test(tenant) ? tenant : null;
}
