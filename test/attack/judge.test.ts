import { describe, expect, test } from "vitest";

import { attempt, guardrail, podSecurity, type Reason } from "../../attack/attempt.ts";
import type { Answer } from "../../attack/client.ts";
import { isExpected, judge } from "../../attack/judge.ts";
import { get } from "../../attack/requests.ts";

const refused = (message: string, status = 403): Answer => ({
  status,
  message,
  body: { kind: "Status", reason: "Forbidden", message },
});
const accepted: Answer = { status: 200, message: "", body: {} };

const rbac =
  'secrets is forbidden: User "jo@acme.example" cannot list resource "secrets" in API group "" at the cluster scope';
const policy =
  "pods \"attack\" is forbidden: ValidatingAdmissionPolicy 'tenantry-images' with binding 'tenantry-images' denied request: tenantry-images: image: must lie under a registry";
const security =
  'pods "attack" is forbidden: violates PodSecurity "restricted:v1.35": privileged (container "main" must not set it)';
const quota = 'roles "attack" is forbidden: exceeded quota: tenant, requested: count/roles=1, used: count/roles=10';
const limits = 'pods "attack" is forbidden: minimum cpu usage per Container is 100m, but request is 1m';

const cases: readonly (readonly [Reason, string])[] = [
  [{ kind: "rbac" }, rbac],
  [guardrail("images"), policy],
  [podSecurity("privileged"), security],
  [{ kind: "quota", name: "tenant" }, quota],
  [{ kind: "limit-range" }, limits],
];

describe("a refusal counts only for its own reason", () => {
  test.each(cases.map(([reason, message]) => [reason.kind, reason, message] as const))(
    "%s",
    (_kind, reason, message) => {
      for (const [other, words] of cases) {
        expect([other.kind, isExpected(reason, refused(words))]).toEqual([other.kind, words === message]);
      }
      // The same words with another status are no refusal of that kind.
      expect(isExpected(reason, refused(message, 500))).toBe(false);
    },
  );

  test("another guardrail, another field and another quota are other reasons", () => {
    expect(isExpected(guardrail("volumes"), refused(policy))).toBe(false);
    expect(isExpected(podSecurity("hostPath"), refused(security))).toBe(false);
    expect(isExpected({ kind: "quota", name: "other" }, refused(quota))).toBe(false);
  });
});

describe("the verdict", () => {
  const between = { attacker: "a", target: "b", subject: null };
  const twin = get("administrator", "/api/v1/secrets");
  const change = { field: "actor", value: "owner" } as const;
  const draft = { id: "list", title: "list", source: "test", twin, change, expected: { kind: "rbac" } } as const;
  const plain = attempt("api", draft);
  const connecting = attempt("api", { ...draft, twinAccepts: "reached" });

  test("is denied where the attempt is refused and the twin is not", () => {
    expect(judge(plain, between, refused(rbac), accepted)).toMatchObject({
      outcome: "denied",
      asExpected: true,
      twin: "accepted",
      reason: `403: ${rbac}`,
    });
  });

  test("is allowed where the attempt is accepted", () => {
    expect(judge(plain, between, accepted, accepted)).toMatchObject({ outcome: "allowed", asExpected: true });
  });

  test("tells a wrong reason, and a twin that is refused", () => {
    expect(judge(plain, between, refused(quota), accepted)).toMatchObject({ outcome: "denied", asExpected: false });
    expect(judge(plain, between, refused(rbac), refused(rbac))).toMatchObject({
      twin: "refused",
      twinReason: `403: ${rbac}`,
    });
  });

  test("takes a node's answer for a connection that was let through, for attempt and twin alike", () => {
    const fromNode: Answer = { status: 502, message: "connection refused", body: {} };
    expect(judge(connecting, between, refused(rbac), fromNode)).toMatchObject({ outcome: "denied", twin: "accepted" });
    expect(judge(connecting, between, fromNode, fromNode)).toMatchObject({ outcome: "allowed" });
    expect(judge(plain, between, refused(rbac), fromNode)).toMatchObject({ twin: "refused" });
  });

  test("takes silence for neither", () => {
    const silence: Answer = { status: 0, message: "no answer", body: {} };
    expect(judge(connecting, between, silence, silence)).toMatchObject({
      outcome: "denied",
      asExpected: false,
      twin: "refused",
    });
  });
});
