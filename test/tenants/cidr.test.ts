import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  canonicalCidr,
  closedRanges,
  closedRangesWith,
  containsCidr,
  exceptFor,
  metadataRanges,
  parseCidr,
  type Cidr,
} from "../../tenants/cidr.ts";

function range(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(`not a range: ${text}`);
  return parsed;
}

describe("parseCidr", () => {
  it.each(["0.0.0.0/0", "203.0.113.0/24", "203.0.113.7/32", "::/0", "2001:db8::/32", "2001:db8::1/128"])(
    "accepts %s",
    (text) => {
      expect(parseCidr(text)).not.toBeNull();
    },
  );

  it.each([
    ["203.0.113.1/24", "bits beyond the prefix"],
    ["203.0.113.0", "no prefix"],
    ["203.0.113.0/33", "prefix too long"],
    ["203.0.113.0/-1", "negative prefix"],
    ["203.0.113.0/08", "leading zero in the prefix"],
    ["0203.0.113.0/24", "octal"],
    ["0xcb.0.113.0/24", "hexadecimal"],
    ["203.0.113/24", "three parts"],
    ["3405803776/24", "one number"],
    ["2001:db8::1/32", "bits beyond the prefix"],
    ["::ffff:10.0.0.0/104", "dotted quad"],
    ["::ffff:a00:0/104", "IPv4-mapped"],
    ["fe80::%eth0/64", "zone"],
    ["2001:db8::/129", "prefix too long"],
    ["example/24", "a name"],
  ])("refuses %s: %s", (text) => {
    expect(parseCidr(text)).toBeNull();
  });

  it("says how a range with bits beyond its prefix is written", () => {
    expect(canonicalCidr("203.0.113.77/20")).toBe("203.0.112.0/20");
    expect(canonicalCidr("2001:db8::1/32")).toBe("2001:db8::/32");
    expect(canonicalCidr("010.0.0.0/8")).toBeNull();
  });
});

describe("closed ranges", () => {
  const closed = closedRangesWith(["198.51.100.0/24"]);

  it("are all written as the API server accepts them", () => {
    expect(closed).toHaveLength(closedRanges.length + 1);
  });

  it.each([
    "169.254.169.254/32",
    "fd00:ec2::254/128",
    "10.0.0.1/32",
    "172.31.255.255/32",
    "192.168.1.1/32",
    "100.100.100.200/32",
    "192.0.0.192/32",
    "127.0.0.1/32",
    "::1/128",
    "fe80::1/128",
    "64:ff9b::a9fe:a9fe/128",
    "198.51.100.9/32",
  ])("hold %s", (address) => {
    expect(closed.some((candidate) => containsCidr(candidate, range(address)))).toBe(true);
  });

  it.each(["8.8.8.8/32", "203.0.113.1/32", "172.32.0.1/32", "100.128.0.1/32", "2606:4700::1111/128"])(
    "do not hold %s",
    (address) => {
      expect(closed.some((candidate) => containsCidr(candidate, range(address)))).toBe(false);
    },
  );

  it.each(metadataRanges)("hold %s, where clouds answer with credentials", (text) => {
    expect(closedRanges.some(({ cidr }) => containsCidr(range(cidr), range(text)))).toBe(true);
  });

  it("become exceptions of a wide range, of its own family only", () => {
    const v4 = exceptFor(range("0.0.0.0/0"), closed);
    expect(v4).toContain("169.254.0.0/16");
    expect(v4).toContain("198.51.100.0/24");
    expect(v4.every((text) => !text.includes(":"))).toBe(true);
    const v6 = exceptFor(range("::/0"), closed);
    expect(v6).toContain("fc00::/7");
    expect(v6.every((text) => text.includes(":"))).toBe(true);
    expect(exceptFor(range("203.0.113.0/24"), closed)).toEqual([]);
  });

  it("nested in another exception are left out, and equal ones stand once", () => {
    const nested = closedRangesWith(["10.1.0.0/16", "198.51.100.0/24", "198.51.100.0/24"]);
    const exceptions = exceptFor(range("0.0.0.0/0"), nested);
    expect(exceptions).not.toContain("10.1.0.0/16");
    expect(exceptions.filter((text) => text === "198.51.100.0/24")).toHaveLength(1);
  });

  it("never leave a private address open, whatever range is declared", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }), (a, b, c, d, prefix) => {
        const written = canonicalCidr(`${a}.${b}.${c}.${d}/${prefix}`) ?? "";
        const declared = range(written);
        const exceptions = exceptFor(declared, closed).map(range);
        for (const target of ["169.254.169.254/32", "10.9.8.7/32", "192.168.0.1/32", "198.51.100.5/32"].map(range)) {
          const refused = closed.some((candidate) => containsCidr(candidate, declared));
          const reached =
            containsCidr(declared, target) && !exceptions.some((exception) => containsCidr(exception, target));
          expect(reached && !refused).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("exceptions beside the environment's own ranges", () => {
  /** The same range as somebody else may write it. */
  const spelling = fc.constantFrom(...closedRanges.map(({ cidr }) => cidr)).chain((cidr) => {
    const [address = "", prefix = ""] = cidr.split("/");
    const zeros = address.startsWith("::") ? `0:0${address}` : address;
    return fc.constantFrom(
      cidr,
      `${address.toUpperCase()}/${prefix}`,
      `${address.includes(":") ? zeros : address}/${prefix}`,
    );
  });
  const own = fc.array(
    fc.oneof(
      spelling,
      fc.constantFrom("fd00:10::/32", "10.8.0.0/16", "198.51.100.0/26", "8.0.0.0/6", "F000::/4", "::/0"),
    ),
    { maxLength: 6 },
  );

  it("always cover every closed range that overlaps, however the environment writes its own", () => {
    fc.assert(
      fc.property(own, fc.constantFrom("0.0.0.0/0", "::/0", "8.0.0.0/5", "2000::/3"), (ranges, text) => {
        const cidr = parseCidr(text);
        if (cidr === null) throw new Error("unreadable");
        const parsed = (texts: readonly string[]) => texts.flatMap((range) => parseCidr(range) ?? []);
        const except = parsed(exceptFor(cidr, closedRangesWith(ranges)));
        const closed = parsed([...closedRanges.map((range) => range.cidr), ...ranges]);
        for (const range of closed.filter((candidate) => containsCidr(cidr, candidate))) {
          expect(except.some((exception) => containsCidr(exception, range))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("stand once each, in one spelling", () => {
    const everything = parseCidr("::/0");
    if (everything === null) throw new Error("unreadable");
    const except = exceptFor(everything, closedRangesWith(["FC00::/7", "FE80::/10", "fd00:0::/32"]));
    expect(except).toContain("fc00::/7");
    expect(except).toContain("fe80::/10");
    expect(except).not.toContain("FC00::/7");
    expect(new Set(except).size).toBe(except.length);
  });
});
