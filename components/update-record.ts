import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { isCounted, markName, updateName, updateType, type FleetRecord } from "./record-names.ts";

/**
 * What an update has begun and what it has finished, kept in the state itself, so that no other record can disagree with it.
 *
 * The component is written before anything that depends on it: a state whose component has another fingerprint than the output
 * holds an update that did not end. The output is written when every resource is: an update that fails between leaves the old one.
 * Only removals come later; a state with more resources than the output counts has some left.
 *
 * The program runs whole also where `--target` names a few resources, and its outputs are written then. So the output repeats what a
 * resource says that is made last of all: of a resource that is no target the engine gives back what the state has.
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
    super(updateType, updateName, { fingerprint });
    this.#fingerprint = fingerprint;
    this.#registered = registered;
    this.registerOutputs({});
  }

  /** Made last: known once everything that has been made until now is registered. */
  finished(standing: Omit<FleetRecord, "finished">): pulumi.Output<FleetRecord | Record<string, never>> {
    const urns = pulumi.all(this.#registered.map(({ urn }) => urn));
    // A promise and not the output: a dependency would let --target-dependents take the mark along with any one tenant.
    const made = new Promise<Record<string, string>>((resolve) => {
      urns.apply(() => resolve({ fingerprint: this.#fingerprint, ...standing }));
    });
    // Not below this component: what depends on a component waits for its children. No tenant's repair has a target of this name.
    const mark = new random.RandomPassword(markName, { length: 16, special: false, keepers: made });
    return pulumi.all([mark.keepers, urns]).apply(([kept, { length }]) => {
      const { fingerprint, platform, cells } = kept ?? {};
      // An update with targets, before any whole one, makes no mark.
      if (fingerprint === undefined || platform === undefined || cells === undefined) return {};
      return { platform, cells, finished: { fingerprint, resources: length + 1 } };
    });
  }
}
