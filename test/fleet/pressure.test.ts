import { describe, expect, it } from "vitest";

import { AdaptiveLimit, tellsOfRefusal, type LimitChange, type Look } from "../../fleet/pressure.ts";

const calm: Look = { refused: 0, milliseconds: 10 };
const refused: Look = { refused: 2, milliseconds: 10 };
const slow: Look = { refused: 0, milliseconds: 1500 };

function limitOf(most: number) {
  const changes: LimitChange[] = [];
  const limit = new AdaptiveLimit(most, (change) => changes.push(change));
  const take = (look: Look, times = 1): void => {
    for (let count = 0; count < times; count++) limit.take(look);
  };
  return { limit, changes, take };
}

describe("AdaptiveLimit", () => {
  it("starts with what the machine can bear, and stays there while the server keeps up", () => {
    const { limit, changes, take } = limitOf(8);
    take(calm, 50);
    expect(limit.now()).toBe(8);
    expect(changes).toEqual([]);
  });

  it("halves when requests are refused, and says why", () => {
    const { limit, changes, take } = limitOf(8);
    take(refused);
    expect(limit.now()).toBe(4);
    expect(changes).toEqual([{ parallel: 4, was: 8, why: "the API server refused 2 requests as too many" }]);
  });

  it("waits for a decrease to show before it decides again, and never goes below one", () => {
    const { limit, take } = limitOf(8);
    take(refused, 4);
    expect(limit.now()).toBe(4);
    take(refused);
    expect(limit.now()).toBe(2);
    take(refused, 100);
    expect(limit.now()).toBe(1);
  });

  it("halves when answers take many times as long as the quickest, and not when they were always slow", () => {
    const { limit, changes, take } = limitOf(8);
    take(calm);
    take(slow);
    expect(limit.now()).toBe(4);
    expect(changes[0]?.why).toBe("the API server took 1.5 s to answer");
    const far = limitOf(8);
    far.take({ refused: 0, milliseconds: 1200 }, 3);
    far.take(slow, 3);
    expect(far.limit.now()).toBe(8);
  });

  it("minds no answer that is quick for people, however quick the others were", () => {
    const { limit, take } = limitOf(8);
    take({ refused: 0, milliseconds: 1 });
    take({ refused: 0, milliseconds: 900 });
    expect(limit.now()).toBe(8);
  });

  it("recovers one by one, up to where it started", () => {
    const { limit, take } = limitOf(4);
    take(refused);
    take(calm, 3);
    expect(limit.now()).toBe(2);
    take(calm, 5);
    expect(limit.now()).toBe(3);
    take(calm, 5);
    expect(limit.now()).toBe(4);
    take(calm, 50);
    expect(limit.now()).toBe(4);
  });

  it("takes a server that was not asked for neither good nor bad news of its speed", () => {
    const { limit, take } = limitOf(4);
    take({ refused: 0, milliseconds: null }, 3);
    expect(limit.now()).toBe(4);
    take({ refused: 1, milliseconds: null });
    expect(limit.now()).toBe(2);
  });

  it("tells those who watch, until they stop", () => {
    const { limit, take } = limitOf(4);
    let told = 0;
    const stop = limit.onChange(() => (told += 1));
    take(refused);
    stop();
    take(calm, 20);
    expect(told).toBe(1);
  });
});

describe("tellsOfRefusal", () => {
  it.each([
    "the server has received too many requests and has asked us to try again later",
    "HTTP 429",
    "client rate limiter Wait returned an error: context deadline exceeded",
    "etcdserver: request timed out",
  ])("in %s", (message) => expect(tellsOfRefusal(message)).toBe(true));

  it.each(["", "exceeded quota: pods 4290", "admission webhook denied the request", "deployment was not rolled out"])(
    "not in %j",
    (message) => expect(tellsOfRefusal(message)).toBe(false),
  );
});
