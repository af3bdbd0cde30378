import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  foldId,
  forbiddenIdSuffixes,
  forbiddenSuffix,
  idPattern,
  logicalName,
  namespaceName,
  reservedIdPrefixes,
  reservedIds,
  roles,
  tlsSecretName,
  type Role,
} from "../../tenants/names.ts";
import { acceptedId, adversarialId, relatedIds } from "./support/arbitrary.ts";

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

  /** Every name of a tenant that has these details in every role: its component's, and each resource's. */
  const namesOf = (id: string, details: readonly string[]): ReadonlySet<string> =>
    new Set([
      id,
      ...roles.flatMap((ofRole) => [
        logicalName(id, ofRole),
        ...details.map((ofMember) => logicalName(id, ofRole, ofMember)),
      ]),
    ]);

  it("of a tenant are no names of another whose id begins with its own, nor the beginning of its details' names", () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(
        relatedIds,
        fc.array(fc.oneof(adversarialId, fc.domain()), { maxLength: 3 }),
        ({ id, longer }, details) => {
          if (forbiddenSuffix(longer) !== null) {
            seen.refused += 1;
            return;
          }
          seen.accepted += 1;
          const [own, others] = [namesOf(id, details), namesOf(longer, details)];
          expect([...others].filter((name) => own.has(name))).toEqual([]);
          const beginnings = roles.map((ofRole) => `${logicalName(id, ofRole)}.`);
          expect([...others].filter((name) => beginnings.some((beginning) => name.startsWith(beginning)))).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
    // Ids that are too alike must have been tried as well, or the property says nothing about why they are refused.
    expect(seen.accepted).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(50);
  });

  it("are not prefix-free as mere text, which is harmless while everything is selected by the whole name", () => {
    expect(forbiddenSuffix("acme-corp")).toBeNull();
    expect(logicalName("acme-corp", "runtime").startsWith("acme")).toBe(true);
    expect(namespaceName("acme-corp").startsWith(namespaceName("acme"))).toBe(true);
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

  it("are reserved where the record of updates has that name in the state, which a repair would take for the tenant", () => {
    expect(reservedIds).toContain("update");
  });
});

describe("namespaces", () => {
  it("differ where ids do, also where one id begins with the other", () => {
    fc.assert(
      fc.property(fc.uniqueArray(adversarialId, { minLength: 2, maxLength: 30 }), relatedIds, (ids, { id, longer }) => {
        const all = new Set([...ids, id, longer]);
        expect(new Set([...all].map(namespaceName)).size).toBe(all.size);
      }),
    );
    expect(namespaceName("acme")).toBe("tenant-acme");
  });

  it("are never one of Kubernetes' own or of another beginning, whatever the id", () => {
    for (const id of ["kube-system", "default", "kube-public", "kube-node-lease", "system", "edge"]) {
      expect(namespaceName(id)).toBe(`tenant-${id}`);
    }
    // So that no tenant's namespace can read as that of another with the prefix in its id.
    expect(reservedIdPrefixes).toContain("tenant-");
  });
});
