import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  foldId,
  forbiddenIdSuffixes,
  forbiddenSuffix,
  idPattern,
  logicalName,
  namespaceName,
  reservedIds,
  roles,
  tlsSecretName,
  type Role,
} from "../../tenants/names.ts";
import { acceptedId, adversarialId } from "./support/arbitrary.ts";

/** Every way to read a name as (accepted id, role, detail). */
function readings(
  name: string,
): readonly { readonly id: string; readonly role: Role; readonly detail: string | undefined }[] {
  const dot = name.indexOf(".");
  const head = dot === -1 ? name : name.slice(0, dot);
  const detail = dot === -1 ? undefined : name.slice(dot + 1);
  return roles
    .filter((role) => head.endsWith(`-${role}`))
    .map((role) => ({ id: head.slice(0, -role.length - 1), role, detail }))
    .filter(({ id }) => idPattern.test(id) && forbiddenSuffix(id) === null);
}

describe("logical names", () => {
  const role = fc.constantFrom(...roles);
  // Details are host names, peers' ids, or whatever a later component may need: anything at all.
  const detail = fc.option(fc.oneof(fc.string(), adversarialId, fc.domain()), { nil: undefined });

  it("are injective: a name has exactly one reading", () => {
    fc.assert(
      fc.property(acceptedId, role, detail, (id, ofRole, ofDetail) => {
        expect(readings(logicalName(id, ofRole, ofDetail))).toEqual([{ id, role: ofRole, detail: ofDetail }]);
      }),
      { numRuns: 3000 },
    );
  });

  it("are never the id of another tenant, which is the name of its component", () => {
    fc.assert(
      fc.property(acceptedId, role, acceptedId, (id, ofRole, other) => {
        expect(logicalName(id, ofRole)).not.toBe(other);
      }),
      { numRuns: 3000 },
    );
  });

  it("would clash without the forbidden ends", () => {
    expect(logicalName("acme", "runtime-service")).toBe(logicalName("acme-runtime", "service" as Role));
    expect(forbiddenSuffix("acme-runtime")).toBe("runtime");
    expect(logicalName("acme", "runtime")).toBe("acme-runtime");
  });

  it("fit every bound of Kubernetes for the longest id", () => {
    const longest = `a${"b".repeat(29)}`;
    expect(idPattern.test(longest)).toBe(true);
    expect(namespaceName(longest).length).toBeLessThanOrEqual(63);
    for (const ofRole of roles) expect(logicalName(longest, ofRole).length).toBeLessThanOrEqual(63);
    expect(tlsSecretName("h".repeat(220)).length).toBeLessThanOrEqual(253);
  });
});

describe("forbidden ends", () => {
  it("are derived from the roles: each role and each dash-prefix of it", () => {
    for (const ofRole of roles) expect(forbiddenIdSuffixes).toContain(ofRole);
    expect(forbiddenIdSuffixes).toContain("allow");
    expect(forbiddenIdSuffixes).toContain("allow-same");
    expect(forbiddenIdSuffixes).not.toContain("same");
  });

  it("are found wherever they begin in the id, and nothing else is", () => {
    expect(forbiddenSuffix("acme-default-deny")).toBe("default-deny");
    expect(forbiddenSuffix("runtime")).toBeNull();
    expect(forbiddenSuffix("runtime-acme")).toBeNull();
    expect(forbiddenSuffix("meridian-health")).toBeNull();
  });
});

describe("ids", () => {
  it.each(["ab", "acme", "a1", "acme-corp", `a${"b".repeat(29)}`])("accepts %s", (id) => {
    expect(idPattern.test(id)).toBe(true);
  });

  it.each(["a", "-a", "1a", "acme-", "Acme", "acme.corp", "acme_corp", "acmé", "ab\n", `a${"b".repeat(30)}`])(
    "refuses %j",
    (id) => {
      expect(idPattern.test(id)).toBe(false);
    },
  );

  it("fold to the same text when they differ by dashes only", () => {
    expect(foldId("a-b-c")).toBe(foldId("abc"));
    expect(foldId("ab")).not.toBe(foldId("ba"));
  });

  it("are reserved where Pulumi would take them for an encrypted value", () => {
    expect(reservedIds).toContain("secure");
  });
});

it("namespaces are injective and none is a beginning of a platform's", () => {
  fc.assert(
    fc.property(adversarialId, adversarialId, (left, right) => {
      expect(namespaceName(left) === namespaceName(right)).toBe(left === right);
    }),
  );
  expect(namespaceName("acme")).toBe("tenant-acme");
});
