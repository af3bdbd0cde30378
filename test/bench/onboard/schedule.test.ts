import { describe, expect, it } from "vitest";

import { freshId, interleave, standingIds } from "../../../bench/onboard/schedule.ts";
import { forbiddenSuffix, idPattern, reservedIdPrefixes, reservedIds } from "../../../tenants/names.ts";

describe("interleave", () => {
  const turns = interleave(["a", "b", "c"], 5);

  it("gives every item once in each round, the warm-up included", () => {
    for (let round = 0; round <= 5; round++) {
      const items = turns.filter((turn) => turn.round === round).map(({ item }) => item);
      expect(items.sort()).toEqual(["a", "b", "c"]);
    }
    expect(turns).toHaveLength(18);
  });

  it("begins each round with another item", () => {
    const first = [0, 1, 2, 3].map((round) => turns.find((turn) => turn.round === round)?.item);
    expect(first).toEqual(["a", "b", "c", "a"]);
  });
});

describe("ids", () => {
  const ids = [1, 25].flatMap((size) =>
    Array.from({ length: 51 }, (_, round) => Array.from({ length: 9 }, (_, peer) => freshId(size, round, peer))).flat(),
  );
  const all = [...ids, ...standingIds(24)];

  it("are used once only", () => {
    expect(new Set(all).size).toBe(all.length);
  });

  it("stay apart when dashes are removed, as the rules of the fleet demand", () => {
    expect(new Set(all.map((id) => id.replaceAll("-", ""))).size).toBe(all.length);
  });

  it("are ids that a person could write", () => {
    for (const id of all) {
      expect(id).toMatch(idPattern);
      expect(forbiddenSuffix(id)).toBeNull();
      expect(reservedIds.has(id) || reservedIdPrefixes.some((prefix) => id.startsWith(prefix))).toBe(false);
    }
  });
});
