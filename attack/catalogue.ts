import type { Attempt, Pair } from "./attempt.ts";
import { clusterAttempts } from "./attempts/cluster.ts";
import { clusterPolicyAttempts } from "./attempts/cluster-policies.ts";
import { computeAttempts } from "./attempts/compute.ts";
import { hostAttempts } from "./attempts/hosts.ts";
import { identityAttempts } from "./attempts/identity.ts";
import { namespaceAttempts } from "./attempts/namespaces.ts";
import { networkAttempts } from "./attempts/network.ts";
import { secretAttempts } from "./attempts/secrets.ts";
import { storageAttempts } from "./attempts/storage.ts";

/** Every attempt of an attacker on a target, except the races, which need the cluster to know how much room there is. */
export function attemptsOf(pair: Pair): readonly Attempt[] {
  return [
    ...namespaceAttempts(pair),
    ...clusterAttempts(pair),
    ...networkAttempts(pair),
    ...clusterPolicyAttempts(pair),
    ...hostAttempts(pair),
    ...storageAttempts(pair),
    ...secretAttempts(pair),
    ...computeAttempts(pair),
    ...identityAttempts(pair),
  ];
}
