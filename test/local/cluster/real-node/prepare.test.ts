import { afterEach, expect, test, vi } from "vitest";

import { prepareRealNode } from "../../../cluster/support/real-node.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

function withoutRoot() {
  vi.spyOn(process, "getuid").mockReturnValue(1000);
  return vi.spyOn(process.stderr, "write").mockReturnValue(true);
}

test.runIf(process.platform === "linux")(
  "where there can be no real node, its tests say why they are skipped",
  async () => {
    const written = withoutRoot();
    const reason = "A real node makes network namespaces, mounts and cgroups, which only root may.";
    expect(await prepareRealNode({})).toContain(reason);
    expect(written.mock.calls.flat().join("")).toContain(`> the tests of the real node are skipped: ${reason}`);
  },
);

test("where they are required, they fail instead", async () => {
  withoutRoot();
  await expect(prepareRealNode({ TENANTRY_REAL_NODE: "required" })).rejects.toThrow(
    /^TENANTRY_REAL_NODE is "required": A real node /,
  );
});

test("a setting that means nothing is refused", async () => {
  await expect(prepareRealNode({ TENANTRY_REAL_NODE: "yes" })).rejects.toThrow('it can be "required"');
});
