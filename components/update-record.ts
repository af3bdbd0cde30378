import * as pulumi from "@pulumi/pulumi";

import { isCounted, updateType, type FinishedUpdate } from "./record-names.ts";

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
