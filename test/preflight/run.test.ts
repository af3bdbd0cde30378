import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test, vi } from "vitest";

import { ClusterUnreachable } from "../../connection/unreachable.ts";
import { preflight, preflightOf } from "../../preflight/program.ts";
import { runPreflight } from "../../preflight/run.ts";
import { deploy } from "../support/pulumi.ts";
import { type Answers, daemonSets, fakeCluster, json, planWith, refusal } from "./support/fake-cluster.ts";

const flannel: Answers = { "we GET /apis/apps/v1/daemonsets": daemonSets({ name: "kube-flannel" }) };
const noPlugin: Answers = { "we GET /apis/apps/v1/daemonsets": daemonSets() };
const noClass: Answers = { "we GET /apis/storage.k8s.io/v1/storageclasses": json(200, { items: [] }) };

async function outcomeOf(preflight: object | undefined, changed: Answers, check = "network-policy") {
  const plan = planWith(preflight === undefined ? {} : { preflight });
  const report = await runPreflight(plan, fakeCluster(plan, changed));
  const found = report.checks.find((result) => result.check === check);
  return { passed: report.passed, verdict: found?.verdict, outcome: found?.outcome, hints: report.hints };
}

describe("an environment", () => {
  test("refuses what is not known to be enforced, unless it says otherwise", async () => {
    for (const changed of [flannel, noPlugin]) {
      expect(await outcomeOf(undefined, changed)).toMatchObject({ passed: false, outcome: "refused" });
      expect(await outcomeOf({ strict: false }, changed)).toMatchObject({ passed: true, outcome: "warned" });
    }
  });

  test("goes without what it accepts by name, and nothing else", async () => {
    const accept = { "network-policy": "one tenant only, decided by the board" };
    expect(await outcomeOf({ accept }, flannel)).toMatchObject({ passed: true, outcome: "accepted", hints: [] });
    expect(await outcomeOf({ accept }, noClass, "storage-classes")).toMatchObject({
      passed: false,
      outcome: "refused",
    });
  });

  test("fills a gap by a statement, which does not speak against what was seen", async () => {
    const stated = { "network-policy": "the provider's own plugin, seen to drop packets on 3 November" };
    expect(await outcomeOf({ stated }, noPlugin)).toMatchObject({ passed: true, verdict: "assumed", outcome: "ok" });
    expect(await outcomeOf({ stated }, flannel)).toMatchObject({ passed: false, verdict: "not-enforced" });
  });

  test("takes simulated nodes for what they are, and is told so where it is strict", async () => {
    const metadata = { annotations: { "kwok.x-k8s.io/node": "fake" } };
    const nodes: Answers = { "we GET /api/v1/nodes": json(200, { items: [{ metadata }] }) };
    expect(await outcomeOf(undefined, nodes)).toMatchObject({ passed: false, verdict: "assumed", outcome: "refused" });
    expect(await outcomeOf({ strict: false }, nodes)).toMatchObject({ verdict: "assumed", outcome: "ok" });
    const stated = { "network-policy": "a rehearsal without packets" };
    expect(await outcomeOf({ stated }, nodes)).toMatchObject({ passed: true, verdict: "assumed", outcome: "ok" });
  });

  test("is refused where the update itself would fail, strict or not", async () => {
    expect(await outcomeOf({ strict: false }, noClass, "storage-classes")).toMatchObject({ outcome: "refused" });
    const blind = { "we GET /apis/storage.k8s.io/v1/storageclasses": refusal(403, "forbidden") };
    expect(await outcomeOf({ strict: false }, blind, "storage-classes")).toMatchObject({ outcome: "warned" });
  });

  test("hears of what it accepts without need", async () => {
    const { passed, hints } = await outcomeOf({ accept: { "pod-security": "not yet turned on" } }, {}, "pod-security");
    expect(passed).toBe(true);
    expect(hints).toEqual(["preflight.accept.pod-security is not needed any more: the cluster enforces it."]);
    const without = planWith({ gateway: undefined, preflight: { accept: { gateway: "comes next week" } } });
    const report = await runPreflight(without, fakeCluster(without));
    expect(report.hints).toEqual(["preflight.accept.gateway is not needed: the plan does not rely on it."]);
  });
});

describe("a cluster", () => {
  const plan = planWith();

  test.each([
    ["does not answer", { status: 0, text: "connect ECONNREFUSED 127.0.0.1:6443" }, /ECONNREFUSED/],
    ["refuses the credentials", refusal(401, "Unauthorized"), /refuses the credentials: Unauthorized/],
  ])("that %s is said to be so once, with address, context and remedy", async (_what, answer, words) => {
    const cluster = { ...fakeCluster(plan), ask: () => Promise.resolve(answer) };
    const error = await runPreflight(plan, cluster).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClusterUnreachable);
    const { message, remedy } = error as ClusterUnreachable;
    expect(message).toMatch(words);
    expect(message).toContain("https://api.example:6443 (context example)");
    expect(message.split("\n")).toHaveLength(1);
    expect(remedy).toMatch(/KUBECONFIG/);
  });
});

describe("the program", () => {
  const plan = planWith();

  test("stops with every refused check at once, each with what was found and what to do", async () => {
    const cluster = fakeCluster(plan, { ...flannel, ...noClass });
    const error = await preflightOf(plan, cluster).catch((thrown: unknown) => thrown);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    const { message } = error as Error;
    expect(message).toMatch(
      /^preflight: 2 of 15 checks of the cluster of test failed \(https:\/\/api\.example:6443, context example\); nothing was created\.$/m,
    );
    expect(message).toMatch(
      /^ {2}storage-classes: not enforced: no standard in the cluster.*\. .*storage\.classes\.$/m,
    );
    expect(message).toMatch(/^ {2}network-policy: not enforced: Flannel .*\. Install a network plugin/m);
    expect(message).toMatch(/preflight\.accept/);
    expect(message).toMatch(/npm run -s preflight -- test/);
    expect(cluster.asked.at(-1)).toBe("closed");
  });

  test("goes on with one warning that lists what is not enforced, and with none on a sound cluster", async () => {
    const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
    try {
      await preflightOf(plan, fakeCluster(plan));
      expect(warn).not.toHaveBeenCalled();
      const lenient = planWith({ preflight: { strict: false, accept: { "limit-range": "was off once" } } });
      await preflightOf(lenient, fakeCluster(lenient, flannel));
      expect(warn).toHaveBeenCalledOnce();
      const [text] = warn.mock.calls[0] ?? [];
      expect(text).toMatch(/network-policy: not enforced/);
      expect(text).toMatch(/preflight\.accept\.limit-range is not needed any more/);
    } finally {
      warn.mockRestore();
    }
  });

  test("asks nobody where mocks stand in for the engine, and does not pass without an engine", async () => {
    vi.stubEnv("KUBECONFIG", "/nonexistent/kubeconfig");
    try {
      await expect(preflight(plan, import.meta.dirname)).rejects.toThrow(/KUBECONFIG names no file that is there/);
      await deploy(async () => {
        expect(await preflight(plan, import.meta.dirname)).toBeNull();
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
