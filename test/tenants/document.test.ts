import { describe, expect, it } from "vitest";

import { child, listItems, readDocument } from "../../tenants/document.ts";

const text = `
list:
  - id: acme   # the first
    map: { key: value }
  - id: globex
empty:
"quoted key": 1
`.trimStart();

describe("places", () => {
  const { root } = readDocument("file.yaml", text);
  const at = (path: readonly PropertyKey[], of?: "key" | "value") => {
    const { line, column } = root?.position(path, of) ?? { line: -1, column: -1 };
    return `${line}:${column}`;
  };

  it.each([
    [[], "1:1"],
    [["list"], "2:3"],
    [["list", 0, "id"], "2:9"],
    [["list", 0, "map", "key"], "3:17"],
    [["list", 1, "id"], "4:9"],
    [["quoted key"], "6:15"],
  ] as const)("of %j are %s", (path, expected) => {
    expect(at(path)).toBe(expected);
  });

  it("of a key are where the key begins", () => {
    expect(at(["list", 0, "map", "key"], "key")).toBe("3:12");
  });

  it("of what was not written are those of the nearest part that was", () => {
    expect(at(["list", 0, "map", "other", "deeper"])).toBe("3:10");
    expect(at(["list", 7, "id"])).toBe("2:3");
    expect(at(["nothing"])).toBe("1:1");
  });

  it("of an empty value are where it would stand", () => {
    expect(at(["empty"])).toMatch(/^5:/);
  });
});

describe("parts", () => {
  it("keep their places", () => {
    const { root } = readDocument("file.yaml", text);
    if (root === null) throw new Error("unreadable");
    const items = listItems(child(root, ["list"]));
    expect(items?.map(({ value }) => value)).toEqual([{ id: "acme", map: { key: "value" } }, { id: "globex" }]);
    expect(items?.[1]?.position(["id"])).toEqual({ file: "file.yaml", line: 4, column: 9 });
    expect(listItems(root)).toBeNull();
    expect(child(root, ["list", 0, "id", "beyond"]).value).toBeUndefined();
  });
});

describe("an empty file", () => {
  it("is nothing, at its beginning", () => {
    const { root, problems } = readDocument("file.yaml", "");
    expect(problems).toEqual([]);
    expect(root?.value).toBeNull();
    expect(root?.position(["config"])).toEqual({ file: "file.yaml", line: 1, column: 1 });
  });
});

it("places of ten thousand keys in one map are found", () => {
  const count = 10_000;
  const { root } = readDocument("file.yaml", Array.from({ length: count }, (_, index) => `key${index}: x\n`).join(""));
  const lines = Array.from({ length: count }, (_, index) => root?.position([`key${index}`], "key").line);
  expect(lines).toEqual(Array.from({ length: count }, (_, index) => index + 1));
});

it("a key cannot reach what every JavaScript object has", () => {
  const { root } = readDocument("file.yaml", "__proto__: { polluted: true }\n");
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect(Object.keys(root?.value as object)).toEqual(["__proto__"]);
});

describe("texts without quotes that readers disagree on", () => {
  const found = (value: string) =>
    readDocument("file.yaml", `key: ${value}\n`)
      .disputed([])
      .map(({ text }) => text);

  it.each([
    ...["2027-01-31", "2027-1-3", "2027-01-31T10:00:00Z", "2027-01-31 10:00:00"],
    ...["017", "-08", "0o17", "0b101", "0x1F", "+0x1f", "1_000", "1_0.5", "0x_1f", "1:30", "190:20:30.15"],
    ...["12345678901234567890", ".inf", "-.Inf", ".NaN", "yes", "No", "ON", "off", "y", "N"],
  ])("%s is refused, and in quotes it is not", (value) => {
    expect(found(value)).toEqual([value]);
    expect(found(`"${value}"`)).toEqual([]);
    expect(found(`'${value}'`)).toEqual([]);
    expect(found(`!!str ${value}`)).toEqual([]);
  });

  it.each([
    ...[
      "0",
      "17",
      "-3",
      "0.5",
      ".5",
      "1e3",
      "true",
      "False",
      "null",
      "~",
      "v1.35",
      "cc-17",
      "a_b",
      "_1",
      "nope",
      "yes please",
    ],
    ...["2001:db8:40::/48", "203.0.113.0/24", "20Gi", "250m", "registry.example:5000/x:1", "2027-01", "rc-2027-01-31"],
  ])("%s is not", (value) => {
    expect(found(value)).toEqual([]);
  });

  it("are looked for below the path only", () => {
    const { disputed } = readDocument("file.yaml", "a: { b: [1:30] }\nc: yes\n");
    expect(disputed(["a"])).toMatchObject([{ path: ["a", "b", 0], source: { line: 1, column: 10 } }]);
    expect(disputed(["d"])).toEqual([]);
  });
});
