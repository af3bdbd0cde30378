import { afterEach, expect, test, vi } from "vitest";

import { findObstacle, requireRealNode } from "../../../../local/cluster/real-node/prerequisites.ts";

const { platform } = process;

function pretend(system: NodeJS.Platform, user: number): void {
  Object.defineProperty(process, "platform", { value: system });
  vi.spyOn(process, "getuid").mockReturnValue(user);
}

afterEach(() => {
  Object.defineProperty(process, "platform", { value: platform });
  vi.restoreAllMocks();
});

test("elsewhere than on Linux there is no real node, and it is said what there is", async () => {
  pretend("darwin", 0);
  expect(await findObstacle()).toMatchObject({ problem: "A real node needs Linux; this is darwin.", packages: [] });
  await expect(requireRealNode()).rejects.toMatchObject({
    exitCode: 3,
    hint: "npm run local -- up, whose nodes are simulated, works here",
  });
});

test("without root there is none either, and the command that mends it keeps the PATH", async () => {
  pretend("linux", 1000);
  await expect(requireRealNode()).rejects.toMatchObject({
    exitCode: 3,
    message: "A real node makes network namespaces, mounts and cgroups, which only root may.",
    hint: 'sudo env "PATH=$PATH" npm run local -- up --real-node',
  });
});
