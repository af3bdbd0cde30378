import * as pulumi from "@pulumi/pulumi";

/** Name of the stack output that the last finished update leaves. */
export const finishedOutput = "fleet";

/** Type of the component that is written when an update begins. */
export const updateType = "tenantry:index:Update";

/** What a finished update leaves in its stack's state. */
export interface FinishedUpdate {
  readonly fingerprint: string;
  /** How many resources the program registered, `isCounted` ones. */
  readonly resources: number;
}

/** Whether resources of a type are counted: not the stack, nor providers and references, which the engine makes and drops by itself. */
export function isCounted(type: string): boolean {
  return !type.startsWith("pulumi:");
}

/**
 * What an update has begun and what it has finished, kept in the state itself, so that no other record can disagree with it.
 *
 * The component is written before anything that depends on it: a state whose component has another fingerprint than the output
 * holds an update that did not end. The output is written when every resource is: an update that fails between leaves the old one.
 * Only removals come later; a state with more resources than the output counts has some left.
 */
export class UpdateRecord extends pulumi.ComponentResource {
  readonly #fingerprint: string;
  readonly #registered: pulumi.Resource[] = [];

  /** @param watch Is told of every resource that is made from now on; the stack's own transformations outside of tests. */
  constructor(
    fingerprint: string,
    watch: (seen: pulumi.ResourceTransformation) => void = pulumi.runtime.registerStackTransformation,
  ) {
    const registered: pulumi.Resource[] = [];
    watch(({ resource, type }) => {
      if (isCounted(type)) registered.push(resource);
      return undefined;
    });
    super(updateType, "update", { fingerprint });
    this.#fingerprint = fingerprint;
    this.#registered = registered;
    this.registerOutputs({});
  }

  /** Known once everything that has been made until now is registered. */
  finished(): pulumi.Output<FinishedUpdate> {
    return pulumi
      .all(this.#registered.map(({ urn }) => urn))
      .apply(({ length }) => ({ fingerprint: this.#fingerprint, resources: length }));
  }
}
