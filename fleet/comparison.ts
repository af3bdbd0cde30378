/**
 * Flags of `pulumi` for what is compared with a cluster. A comparison drops from the state whatever the cluster does not have, so it must
 * not come before the preflight, which knows whether this is the environment's cluster.
 */

/** Compares while the program runs, which asks first whose cluster it is; without the second one, Pulumi compares before that. */
export const compareFlags: readonly string[] = ["--refresh", "--run-program"];

/** Of all resources the one that stands for the stack itself and is in no cluster. */
export const ownResource = "**::pulumi:pulumi:Stack::*";

/** What makes `pulumi refresh` forget the creations that a killed update has left behind, and compare nothing. */
export const forgetFlags: readonly string[] = ["--clear-pending-creates", "--target", ownResource];
