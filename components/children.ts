import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a component's child. Only what is the child's own: handing on the component's options would copy its aliases and
 * ignoreChanges to every child, and provider, protect and deletedWith are inherited from the parent anyway.
 */
export function childOptions(
  parent: pulumi.Resource,
  dependsOn: readonly (pulumi.Resource | undefined)[] = [],
): pulumi.CustomResourceOptions {
  const wanted = dependsOn.filter((resource) => resource !== undefined);
  return wanted.length === 0 ? { parent } : { parent, dependsOn: wanted };
}
