import * as z from "zod";

import { mostCells } from "../cells.ts";
import { idPattern } from "../names.ts";
import { bytesPattern, cpuPattern, formatBytes, formatCpu, parseBytes, parseCpu } from "../quantity.ts";
import type { ByteQuantity, CpuQuantity, TenantId } from "../model.ts";

/** What a message says about a value that does not fit: what is allowed, what to do, and words that will exist later. */
export interface Hint {
  readonly bound: string;
  readonly remedy: string;
  readonly later?: readonly string[];
}

/** Hints by schema, read by `problems.ts`. Kept apart from zod's own metadata, which goes into the JSON Schema. */
export const hints = z.registry<Hint>();

/** Attaches a hint to a schema. */
export function hinted<S extends z.ZodType>(
  schema: S,
  bound: string,
  remedy: string,
  later: readonly string[] = [],
): S {
  hints.add(schema, { bound, remedy, later });
  return schema;
}

/** A whole number between bounds, both included. */
export function integer(minimum: number, maximum: number, unit: string) {
  const bound = `must be a whole number of ${unit} from ${minimum} to ${maximum}`;
  return hinted(z.int().min(minimum).max(maximum), bound, "Write it without quotes or a unit.");
}

/** The number of a cell, from 0. */
export const cellNumber = hinted(
  z
    .int()
    .min(0)
    .max(mostCells - 1),
  `must be the number of a cell, 0 to ${mostCells - 1}`,
  "Count cells from 0, and write the number without quotes.",
);

/** A string that matches a pattern and is no longer than `maximum` characters. */
export function text(pattern: RegExp, maximum: number, bound: string, remedy: string) {
  return hinted(z.string().max(maximum).regex(pattern), bound, remedy);
}

/** A cpu amount, canonical after parsing. */
export const cpuAmount = hinted(
  z
    .union([z.string().regex(cpuPattern, { abort: true }), z.number().nonnegative()])
    .refine((written) => parseCpu(String(written)) !== null)
    .transform((written): CpuQuantity => formatCpu(parseCpu(String(written)) ?? 0)),
  "must be a cpu amount",
  "Write millicores such as 250m, or cores such as 2 or 0.5.",
);

/** An amount of memory or storage, canonical after parsing. */
export const byteAmount = hinted(
  z
    .union([z.string().regex(bytesPattern, { abort: true }), z.number().nonnegative()])
    .refine((written) => parseBytes(String(written)) !== null)
    .transform((written): ByteQuantity => formatBytes(parseBytes(String(written)) ?? 0)),
  "must be an amount of bytes",
  "Write a number and a unit, such as 512Mi or 20Gi.",
);

/** The immutable identity of a tenant. Reserved words and role endings are rules of the fleet (`rules/identity.ts`). */
export const tenantId = hinted(
  z
    .string()
    .regex(idPattern)
    .transform((id) => id as TenantId),
  "must match [a-z][a-z0-9-]{1,29} and not end in a dash",
  "Use 2 to 30 lower-case letters, digits and dashes, beginning with a letter.",
);

/** One label of RFC 1123, as Kubernetes uses for namespaces and Services. */
export const dnsLabel = text(
  /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  63,
  "must be a name of at most 63 lower-case letters, digits and dashes",
  "Begin and end it with a letter or a digit.",
);

/** A Kubernetes object name (RFC 1123 subdomain). */
export const objectName = text(
  /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
  253,
  "must be a Kubernetes object name",
  "Use lower-case letters, digits, dashes and dots.",
);

/** An exact host name, lower case, at least two labels; room is left for the prefix of the TLS Secret's name. */
export const hostName = text(
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  220,
  "must be an exact host name in lower case, without wildcard, scheme, port or final dot",
  "Write it like agents.acme.example; a wildcard would also match hosts of others.",
);

/** An IPv4 or IPv6 range; whether it is canonical and public is a rule (`rules/egress.ts`). */
export const cidrText = text(
  /^[0-9a-f.:]{2,39}\/[0-9]{1,3}$/i,
  43,
  "must be an address range such as 203.0.113.0/24",
  "Write address, slash and prefix length; a single address ends in /32 or /128.",
);

/** A TCP or UDP port. */
export const portNumber = hinted(
  z.int().min(1).max(65535),
  "must be a port from 1 to 65535",
  "Write it without quotes.",
);

/** A port, or a port with a protocol; a bare number is TCP. */
export const port = z.union([
  portNumber,
  z.strictObject({
    port: portNumber,
    protocol: hinted(z.enum(["TCP", "UDP"]), "must be TCP or UDP", "Write it in capitals.").default("TCP"),
  }),
]);

/** A label key: an optional DNS prefix of at most 253 characters, and a name of at most 63. */
export const labelKey = text(
  /^(?![^/]{254})(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
  317,
  "must be a label key",
  "Write it like cost-center.",
);

/** A label value: at most 63 characters, or empty. */
export const labelValue = text(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$/,
  63,
  "must be a label value, in quotes where it looks like a number",
  "Use at most 63 letters, digits, dots, dashes and underscores.",
);

/** Labels that select pods. An empty map selects every pod of the one namespace it goes with. */
export const podLabels = z.record(labelKey, labelValue);

/** An image reference: `[registry/]path[:tag][@sha256:digest]`, the grammar of the distribution project. */
export const imageReference = text(
  /^(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
  512,
  "must be an image reference",
  "Write it like registry.example/runtime:1.4.2 or registry.example/runtime@sha256:<64 hexadecimal digits>.",
);
