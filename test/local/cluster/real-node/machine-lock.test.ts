/** What several checkouts share on a machine, in a folder that stands for /run/tenantry. */
import type * as files from "node:fs";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterAll, beforeEach, expect, test, vi } from "vitest";

import type * as layouts from "../../../../local/cluster/real-node/layout.ts";
import { nodeLayout } from "../../../../local/cluster/real-node/layout.ts";
import { forgetCheck, restoreMachine, saveMachine } from "../../../../local/cluster/real-node/machine.ts";
import { unloadModules } from "../../../../local/cluster/real-node/modules.ts";
import { findObstacle } from "../../../../local/cluster/real-node/prerequisites.ts";
import { localPaths } from "../../../../local/paths.ts";

const { root } = await vi.hoisted(async () => {
  const [{ mkdtempSync }, { tmpdir }, path] = await Promise.all([
    import("node:fs"),
    import("node:os"),
    import("node:path"),
  ]);
  return { root: path.join(mkdtempSync(path.join(tmpdir(), "tenantry-machine-")), "tenantry") };
});
const modules = vi.hoisted(() => ({ missing: false }));

vi.mock("../../../../local/cluster/real-node/layout.ts", async (original) => ({
  ...(await original<typeof layouts>()),
  runtimeRoot: root,
}));
vi.mock("../../../../local/cluster/real-node/modules.ts", () => ({
  unloadModules: vi.fn(() => Promise.resolve()),
  loadModule: () => {
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, "modules.json"), "[]");
    return Promise.resolve(true);
  },
  kernelParts: [{ module: "overlay", isThere: () => !modules.missing }],
}));
// Nothing of the machine itself is touched.
vi.mock("../../../../local/cluster/real-node/run.ts", () => ({
  succeeds: () => Promise.resolve(false),
  run: () => Promise.reject(new Error("not permitted")),
  systemPath: "/usr/bin",
}));
vi.mock("../../../../local/cluster/real-node/settings.ts", () => ({
  kubeletSettings: {},
  readSettings: () => ({}),
  settingsToRestore: () => ({}),
  writeSettings: () => undefined,
}));
vi.mock("node:fs", async (original) => ({
  ...(await original<typeof files>()),
  accessSync: () => undefined,
}));

function checkout(name: string) {
  const layout = nodeLayout(localPaths(join(dirname(root), name)));
  return { ...layout, runtime: join(root, layout.id) };
}

beforeEach(() => {
  vi.mocked(unloadModules).mockClear();
  modules.missing = false;
  rmSync(root, { recursive: true, force: true });
});

afterAll(() => {
  rmSync(dirname(root), { recursive: true, force: true });
});

test("a node that comes while the last one goes keeps what it has made", async () => {
  const [one, other] = [checkout("one"), checkout("other")];
  await saveMachine(one);
  let goOn: () => void = () => undefined;
  vi.mocked(unloadModules).mockReturnValueOnce(new Promise((resolve) => (goOn = resolve)));
  const restored = restoreMachine(one);
  // It has looked whether there is another node by now.
  await vi.waitUntil(() => vi.mocked(unloadModules).mock.calls.length > 0);
  const come = saveMachine(other);
  goOn();
  await Promise.all([restored, come]);
  expect(existsSync(other.runtime)).toBe(true);
  expect(existsSync(join(root, "machine.json"))).toBe(true);

  await restoreMachine(other);
  expect(existsSync(root)).toBe(false);
});

test("a check that finds that there can be no node takes back what it has loaded", async () => {
  vi.spyOn(process, "getuid").mockReturnValue(0);
  Object.defineProperty(process, "platform", { value: "linux" });
  modules.missing = true;
  expect((await findObstacle())?.problem).toBe("A real node needs overlay, which this kernel lacks.");
  expect(unloadModules).toHaveBeenCalledOnce();
  expect(existsSync(root)).toBe(false);
});

test("it leaves all of it where another checkout has a node", async () => {
  await saveMachine(checkout("one"));
  await forgetCheck();
  expect(unloadModules).not.toHaveBeenCalled();
  expect(existsSync(join(root, "machine.json"))).toBe(true);
});
