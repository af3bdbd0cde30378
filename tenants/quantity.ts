/** A number of bytes, a safe integer. */
export type Bytes = number & { readonly __brand: "Bytes" };

/** A cpu amount in canonical Kubernetes form: `250m` or whole cores such as `2`. */
export type CpuQuantity = string & { readonly __brand: "CpuQuantity" };

/** An amount of memory or storage in canonical Kubernetes form, such as `512Mi`. */
export type ByteQuantity = string & { readonly __brand: "ByteQuantity" };

/** Binary and decimal suffixes of apimachinery's `resource.Quantity`; `m` and exponents are refused for bytes on purpose. */
const byteUnits: Readonly<Record<string, bigint>> = {
  "": 1n,
  k: 1000n,
  M: 1000n ** 2n,
  G: 1000n ** 3n,
  T: 1000n ** 4n,
  P: 1000n ** 5n,
  Ki: 1024n,
  Mi: 1024n ** 2n,
  Gi: 1024n ** 3n,
  Ti: 1024n ** 4n,
  Pi: 1024n ** 5n,
};

/** Binary suffixes from large to small, for the canonical form. */
const canonicalUnits = ["Pi", "Ti", "Gi", "Mi", "Ki"] as const;

/** Grammar of a cpu amount: millicores (`250m`), or cores with at most three decimals (`2`, `0.5`). */
export const cpuPattern = /^(?:[0-9]{1,10}m|[0-9]{1,7}(?:\.[0-9]{1,3})?)$/;

/** Grammar of an amount of bytes: a number with at most three decimals and a suffix (`512Mi`, `1.5Gi`, `100G`). */
export const bytesPattern = /^[0-9]{1,12}(?:\.[0-9]{1,3})?(?:k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;

/** Millicores of a cpu amount, or `null` when it is malformed or finer than a millicore. */
export function parseCpu(text: string): number | null {
  if (!cpuPattern.test(text)) return null;
  if (text.endsWith("m")) return Number(text.slice(0, -1));
  const [whole = "0", fraction = ""] = text.split(".");
  return Number(whole) * 1000 + Number(fraction.padEnd(3, "0"));
}

/** Bytes of an amount of memory or storage, or `null` when it is malformed, not whole, or too large to be exact. */
export function parseBytes(text: string): Bytes | null {
  if (!bytesPattern.test(text)) return null;
  const [, whole = "", fraction = "", suffix = ""] = /^([0-9]+)(?:\.([0-9]+))?([A-Za-z]*)$/.exec(text) ?? [];
  if (fraction === "") {
    // Exact as long as it is safe, and most amounts are whole.
    const product = Number(whole) * Number(byteUnits[suffix] ?? 0n);
    return Number.isSafeInteger(product) ? (product as Bytes) : null;
  }
  const thousandths = BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, "0"));
  const scaled = thousandths * (byteUnits[suffix] ?? 0n);
  if (scaled % 1000n !== 0n) return null;
  const bytes = Number(scaled / 1000n);
  return Number.isSafeInteger(bytes) ? (bytes as Bytes) : null;
}

/** Canonical form of millicores: `250m`, or whole cores (`2`). */
export function formatCpu(millicores: number): CpuQuantity {
  return (millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`) as CpuQuantity;
}

/** Canonical form of bytes: the largest binary suffix that stays whole, so that equal amounts are equal strings. */
export function formatBytes(bytes: number): ByteQuantity {
  const suffix = canonicalUnits.find((unit) => bytes !== 0 && BigInt(bytes) % (byteUnits[unit] ?? 1n) === 0n) ?? "";
  return `${BigInt(bytes) / (byteUnits[suffix] ?? 1n)}${suffix}` as ByteQuantity;
}

/** Millicores of an amount that a schema or this file has already checked. Throws on anything else: that is our defect. */
export function millicores(quantity: CpuQuantity): number {
  const parsed = parseCpu(quantity);
  if (parsed === null) throw new TypeError(`unchecked cpu quantity ${JSON.stringify(quantity)}`);
  return parsed;
}

/** Bytes of an amount that a schema or this file has already checked. Throws on anything else: that is our defect. */
export function bytes(quantity: ByteQuantity): Bytes {
  const parsed = parseBytes(quantity);
  if (parsed === null) throw new TypeError(`unchecked byte quantity ${JSON.stringify(quantity)}`);
  return parsed;
}

/** Canonical cpu amount of a literal in our own tables. */
export function cpu(text: string): CpuQuantity {
  return formatCpu(millicores(text as CpuQuantity));
}

/** Canonical amount of bytes of a literal in our own tables. */
export function byteQuantity(text: string): ByteQuantity {
  return formatBytes(bytes(text as ByteQuantity));
}
