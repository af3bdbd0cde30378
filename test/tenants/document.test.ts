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

it("a key cannot reach what every JavaScript object has", () => {
  const { root } = readDocument("file.yaml", "__proto__: { polluted: true }\n");
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect(Object.keys(root?.value as object)).toEqual(["__proto__"]);
});
