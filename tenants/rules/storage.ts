import type { Problem } from "../errors.ts";
import { didYouMean, listed } from "../suggest.ts";
import { environmentProblem, tenantProblem, type Finding, type Fleet } from "./fleet.ts";

/** Storage classes are known to the environment, and none is both open and closed. */
export function storageProblems({ environment, settings, tenants }: Fleet): readonly Problem[] {
  const { storage } = environment.spec;
  const known = new Set(storage.classes);
  const unknown = (name: string): Finding => ({
    rule: "storage-class",
    value: `"${name}"`,
    bound: `classes of this environment: ${listed(storage.classes, "and")}`,
    remedy: didYouMean(name, storage.classes, "Choose one of them, or add it to storage.classes."),
  });
  const ofEnvironment = known.has(storage.default)
    ? []
    : [environmentProblem(settings, ["storage", "default"], unknown(storage.default))];
  const both = storage.closedClasses.flatMap((name, index) =>
    known.has(name)
      ? [
          environmentProblem(settings, ["storage", "closedClasses", index], {
            rule: "storage-class-closed",
            value: `"${name}"`,
            bound: "stands in storage.classes as well, which opens it",
            remedy: "Keep it in one of the two.",
          }),
        ]
      : [],
  );
  const ofTenants = tenants.flatMap((tenant) => {
    const name = tenant.spec.runtime.storageClass;
    return name === undefined || known.has(name)
      ? []
      : [tenantProblem(tenant, ["runtime", "storageClass"], unknown(name))];
  });
  return [...ofEnvironment, ...both, ...ofTenants];
}
