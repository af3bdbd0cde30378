import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  byteQuantity,
  bytes,
  cpu,
  formatBytes,
  formatCpu,
  millicores,
  parseBytes,
  parseCpu,
  type ByteQuantity,
  type CpuQuantity,
} from "../../tenants/quantity.ts";

describe("cpu", () => {
  it.each([
    ["250m", 250],
    ["0m", 0],
    ["2", 2000],
    ["0.5", 500],
    ["0.005", 5],
    ["1.25", 1250],
  ])("reads %s as %d millicores", (text, expected) => {
    expect(parseCpu(text)).toBe(expected);
  });

  it.each(["", "m", "1.5m", "0.0001", "-1", "+1", "1e3", "1 ", " 1", "1k", "0x10", "1.", ".5", "12345678", "1\n"])(
    "refuses %j",
    (text) => {
      expect(parseCpu(text)).toBeNull();
    },
  );

  it("has one canonical form per amount", () => {
    expect(cpu("1000m")).toBe("1");
    expect(cpu("0.5")).toBe("500m");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_000 }), (amount) => {
        expect(parseCpu(formatCpu(amount))).toBe(amount);
      }),
    );
  });
});

describe("bytes", () => {
  it.each([
    ["0", 0],
    ["128", 128],
    ["1k", 1000],
    ["512Mi", 512 * 1024 ** 2],
    ["1.5Gi", 1.5 * 1024 ** 3],
    ["100G", 100e9],
    ["2Ti", 2 * 1024 ** 4],
    ["1Pi", 1024 ** 5],
    ["3M", 3e6],
    ["1T", 1e12],
    ["1P", 1e15],
  ])("reads %s as %d bytes", (text, expected) => {
    expect(parseBytes(text)).toBe(expected);
  });

  it.each(["", "Mi", "512MB", "512mi", "1K", "-1Gi", "0.5", "1.0001Gi", "1e3", "1Ei", "9999Pi", "1 Gi", "1Gi\n"])(
    "refuses %j",
    (text) => {
      expect(parseBytes(text)).toBeNull();
    },
  );

  // More than twelve digits are refused when written, so large amounts are whole kibibytes.
  const printable = fc.oneof(
    fc.integer({ min: 0, max: 1e12 - 1 }),
    fc.integer({ min: 0, max: 1e12 - 1 }).map((kibibytes) => kibibytes * 1024),
  );

  it("has one canonical form per amount", () => {
    expect(byteQuantity("1024Mi")).toBe("1Gi");
    expect(byteQuantity("1.5Gi")).toBe("1536Mi");
    expect(byteQuantity("0")).toBe("0");
    fc.assert(
      fc.property(printable, (amount) => {
        expect(parseBytes(formatBytes(amount))).toBe(amount);
      }),
    );
  });
});

it("unchecked amounts are our defect, not a person's", () => {
  expect(() => millicores("lots" as CpuQuantity)).toThrow(TypeError);
  expect(() => bytes("lots" as ByteQuantity)).toThrow(TypeError);
});
