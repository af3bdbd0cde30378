import { statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";

import { expect, test } from "vitest";

import { choosePorts, isPortFree, portNames } from "../../../local/cluster/ports.ts";
import { emptyRunState, readRunState, writeRunState } from "../../../local/cluster/run-state.ts";
import { temporaryDirectory } from "../support/temporary.ts";

test("what was written is read, and only its owner may read it", () => {
  const file = join(temporaryDirectory(), "run.json");
  const state = {
    version: 1,
    ports: { etcd: 20_001 },
    processes: { etcd: { pid: 7, startTime: "x", fingerprint: "y" } },
  } as const;
  writeRunState(file, state);
  expect(readRunState(file)).toEqual(state);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(["", "{", "[]", '{"version":2}', '{"version":1,"ports":{},"processes":{"etcd":{"pid":-1}}}'])(
  "a damaged file counts as empty: %j",
  (content) => {
    const file = join(temporaryDirectory(), "run.json");
    writeFileSync(file, content);
    expect(readRunState(file)).toEqual(emptyRunState);
  },
);

test("ports are distinct, free, below those of outgoing connections, and kept ones stay", async () => {
  const ports = await choosePorts({ etcd: 21_234 });
  expect(ports.etcd).toBe(21_234);
  expect(new Set(Object.values(ports)).size).toBe(portNames.length);
  for (const port of Object.values(ports)) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
  }
});

test("a port that somebody listens on is not free", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  expect(await isPortFree(port)).toBe(false);
  server.close();
  await once(server, "close");
  expect(await isPortFree(port)).toBe(true);
  // Asking changes nothing: a start that is repeated finds its ports free again.
  expect(await isPortFree(port)).toBe(true);
});
