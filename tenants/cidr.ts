import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A range of addresses, parsed; `text` is what was written. */
export interface Cidr {
  readonly text: string;
  readonly address: Address;
  readonly prefix: number;
}

/**
 * Ranges that no tenant's declared egress may reach, each with what lives there. They become `except` entries wherever a
 * wider range is declared. Documentation ranges are absent on purpose: nothing answers there.
 */
export const closedRanges: readonly { readonly cidr: string; readonly why: string }[] = [
  { cidr: "0.0.0.0/8", why: "this host (RFC 1122)" },
  { cidr: "10.0.0.0/8", why: "private addresses (RFC 1918)" },
  { cidr: "100.64.0.0/10", why: "carrier-grade NAT, used for pods and nodes by clouds (RFC 6598)" },
  { cidr: "127.0.0.0/8", why: "loopback (RFC 1122)" },
  { cidr: "168.63.129.16/32", why: "platform services of Azure's hosts, reached from every machine there" },
  { cidr: "169.254.0.0/16", why: "link-local, where cloud metadata answers (RFC 3927)" },
  { cidr: "172.16.0.0/12", why: "private addresses (RFC 1918)" },
  { cidr: "192.0.0.0/24", why: "protocol assignments, a metadata service of one cloud among them (RFC 6890)" },
  { cidr: "192.168.0.0/16", why: "private addresses (RFC 1918)" },
  { cidr: "198.18.0.0/15", why: "benchmarking, used inside clusters (RFC 2544)" },
  { cidr: "224.0.0.0/4", why: "multicast (RFC 5771)" },
  { cidr: "240.0.0.0/4", why: "reserved and broadcast (RFC 1112)" },
  { cidr: "::/96", why: "unspecified, loopback and IPv4-compatible (RFC 4291)" },
  { cidr: "64:ff9b::/96", why: "NAT64, which reaches private IPv4 addresses (RFC 6052)" },
  { cidr: "64:ff9b:1::/48", why: "local NAT64 (RFC 8215)" },
  { cidr: "2001::/32", why: "Teredo, which reaches IPv4 addresses (RFC 4380)" },
  { cidr: "2002::/16", why: "6to4, which reaches private IPv4 addresses (RFC 3056)" },
  { cidr: "fc00::/7", why: "unique local addresses, fd00:ec2::254 metadata among them (RFC 4193)" },
  { cidr: "fe80::/10", why: "link-local (RFC 4291)" },
  { cidr: "fec0::/10", why: "site-local (RFC 3879)" },
  { cidr: "ff00::/8", why: "multicast (RFC 4291)" },
];

/** Where clouds answer with credentials of the machine. Closed twice: as exceptions of declared egress, and in the Admin tier. */
export const metadataRanges = ["169.254.0.0/16", "fd00:ec2::254/128"] as const;

/** Parses `address/prefix`; `null` unless it is written in full decimal and without bits beyond the prefix. */
export function parseCidr(text: string): Cidr | null {
  if (!isWellWritten(text)) return null;
  const [address, prefix] = parseWritten(text);
  const network = networkAddress(address, prefix);
  return address.toNormalizedString() === network.toNormalizedString() ? { text, address, prefix } : null;
}

/** The text with the bits beyond the prefix cleared, for a message that says how to mend it; `null` when unreadable. */
export function canonicalCidr(text: string): string | null {
  if (!isWellWritten(text)) return null;
  const [address, prefix] = parseWritten(text);
  return `${networkAddress(address, prefix).toString()}/${prefix}`;
}

/** The family is told by the colon: the library's own guess tries IPv6 first and throws for every IPv4 range, of which there are many. */
function parseWritten(text: string): [Address, number] {
  return text.includes(":") ? ipaddr.IPv6.parseCIDR(text) : ipaddr.IPv4.parseCIDR(text);
}

/**
 * What the API server's strict parser accepts: no leading zeros (CVE-2021-29923), no dotted quad and no IPv4-mapped address
 * inside IPv6, no zone, four parts in IPv4. Refused here, before anything exists.
 */
function isWellWritten(text: string): boolean {
  if (!text.includes(":")) return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) && !/(^|[./])0[0-9]/.test(text);
  if (!ipaddr.IPv6.isValidCIDR(text) || /[.%]/.test(text) || /\/0[0-9]/.test(text)) return false;
  return ipaddr.IPv6.parseCIDR(text)[0].range() !== "ipv4Mapped";
}

/** True when every address of `inner` is in `outer`. Two ranges that overlap always nest. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  if (outer.address.kind() !== inner.address.kind() || inner.prefix < outer.prefix) return false;
  return inner.address.match(outer.address, outer.prefix);
}

/** Ranges closed in an environment: the fixed ones and its own, parsed once. */
export interface ClosedRange extends Cidr {
  readonly why: string;
}

/**
 * The fixed closed ranges plus the environment's own, each once and in one spelling: two texts of one range would each stand for
 * the other. Unreadable ones of the environment are the rules' to report.
 */
export function closedRangesWith(own: readonly string[]): readonly ClosedRange[] {
  const all = [...closedRanges, ...own.map((cidr) => ({ cidr, why: "listed in cluster.privateRanges" }))];
  const byText = new Map<string, ClosedRange>();
  for (const { cidr, why } of all) {
    const parsed = parseCidr(cidr);
    if (parsed === null) continue;
    const text = `${parsed.address.toString()}/${parsed.prefix}`;
    if (!byText.has(text)) byText.set(text, { ...parsed, text, why });
  }
  return [...byText.values()];
}

/** The parts of a declared range that stay closed: each closed range strictly inside it, without those nested in others. */
export function exceptFor(cidr: Cidr, closed: readonly ClosedRange[]): readonly string[] {
  const inside = closed.filter((range) => containsCidr(cidr, range));
  const outermost = inside.filter(
    (range) => !inside.some((other) => other.prefix < range.prefix && containsCidr(other, range)),
  );
  return [...new Set(outermost.map((range) => range.text))];
}

function networkAddress(address: Address, prefix: number): Address {
  const bytes = address.toByteArray().map((byte, index) => {
    const bits = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - bits)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes);
}
