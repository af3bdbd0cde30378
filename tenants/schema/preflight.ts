import * as z from "zod";

import {
  type PreflightCheckName,
  preflightCheckNames,
  preflightChecks,
  type StatableCheckName,
  statableChecks,
} from "../preflight.ts";
import { text } from "./words.ts";

const reason = text(
  /^\S(?:[^\n]*\S)?$/,
  500,
  "must be a reason in one line",
  "Write why, and who has decided or looked, so that a reader can judge it.",
);

const statements: Readonly<Record<StatableCheckName, string>> = {
  "network-policy": "How it is known that a network plugin enforces NetworkPolicies, where none is recognised.",
  "cluster-network-policy":
    "How it is known that the network plugin enforces ClusterNetworkPolicies, where cluster.clusterNetworkPolicies relies on it and the plugin does not show it.",
  "encryption-at-rest":
    "How it is known that Secrets are encrypted at rest, where the server's metrics do not show it.",
};

function byCheck<Name extends PreflightCheckName>(names: readonly Name[], describe: (name: Name) => string) {
  const entries = names.map((name) => [name, reason.optional().describe(describe(name))] as const);
  return z.strictObject(Object.fromEntries(entries) as { [Each in Name]: z.ZodOptional<typeof reason> });
}

/** `preflight` of an environment: what the cluster has to enforce before anything is created. */
export const preflight = z
  .strictObject({
    strict: z
      .boolean()
      .default(true)
      .describe(
        "Refuse previews and updates while something is not known to be enforced and not accepted below; false only warns. What would make the update itself fail is refused either way.",
      ),
    stated: byCheck(statableChecks, (name) => statements[name])
      .default({})
      .describe("What the cluster's API does not show, and how it is known. Counts where nothing contradicts it."),
    accept: byCheck(preflightCheckNames, (name) => `Go on without this being known: ${preflightChecks[name]}.`)
      .default({})
      .describe("What the environment goes without, by name, each with the reason."),
  })
  .describe("What the cluster has to enforce before anything is created.");
