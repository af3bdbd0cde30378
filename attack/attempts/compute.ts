import { attempt, type Attempt, type Pair } from "../attempt.ts";
import { boundsDrafts } from "./bounds.ts";
import { hardeningDrafts } from "./hardening.ts";
import { placementDrafts } from "./placement.ts";
import { platformWorkloadDrafts } from "./platform-workloads.ts";
import { runningPodDrafts } from "./running-pods.ts";
import { podLabelDrafts, templateDrafts } from "./templates.ts";

/** Pods that reach the node, choose their place, push others away or cost nothing, and workloads of others. */
export function computeAttempts(pair: Pair): readonly Attempt[] {
  return [
    ...hardeningDrafts(pair),
    ...placementDrafts(pair),
    ...boundsDrafts(pair),
    ...platformWorkloadDrafts(pair),
    ...runningPodDrafts(pair),
    ...templateDrafts(pair),
    ...podLabelDrafts(pair),
  ].map((draft) => attempt("compute", draft));
}
