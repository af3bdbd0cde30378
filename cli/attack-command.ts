import { Command, InvalidArgumentError } from "commander";

import { planeName, planes, type Plane } from "../attack/attempt.ts";
import { guardrails } from "../components/manifests/admission/index.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import { createReporter } from "../local/reporter.ts";
import { listenForInterruption } from "./interruption.ts";
import { projectDirectory } from "./project.ts";

/** Options of `tenantry attack`, as commander gives them. */
interface AttackFlags {
  readonly json?: boolean;
  readonly packets?: boolean;
  readonly list?: boolean;
  readonly tenant?: readonly string[];
  readonly plane?: readonly Plane[];
  readonly guardrail?: readonly string[];
}

/** `tenantry attack <environment>`: tries to break out of every tenant on the live cluster. */
export function attackCommand(): Command {
  return new Command("attack")
    .description("try to break out of every tenant on the live cluster")
    .argument("<environment>", "name of a Pulumi.<environment>.yaml")
    .option("--tenant <id...>", "only pairs between these tenants; one id alone: every pair that it is part of")
    .option<readonly Plane[]>(
      "--plane <name...>",
      `only these planes: ${planes.map(planeName).join(", ")}`,
      // By either word: scripts write the one that the JSON document has.
      oneOf(planes, planeName),
    )
    .option<readonly string[]>(
      "--guardrail <name...>",
      "only attempts that this guardrail has to refuse",
      oneOf(guardrails.map(({ name }) => name)),
    )
    .option("--packets", "packets instead of requests: from pod to pod, on a cluster with a real node")
    .option("--list", "print the attempts without making them; needs no cluster")
    .option("--json", "one JSON document on standard output")
    .addHelpText(
      "after",
      `
Every attempt is a real request, as the tenant's owner and as its runtime, beside a twin that differs in one field and must be
accepted. Requests are dry runs where a dry run passes the same checks; what a run makes is removed when it ends, also after
Ctrl-C, and what a killed run has left is removed by the next. Let one run be on a cluster at a time.

Packets go from every tenant's pods to every other's pods and Services, to the node, the API server, metadata addresses, the resolver
and the internet. What the isolation proof denies must not get through, what it allows must; every denied one has a twin from
elsewhere to the same target, and another from the same pod.

Exit code 0 when every attempt was denied for its reason and every twin accepted, 1 otherwise, 3 without the cluster.

Examples:
  npm run -s attack -- dev                                 every pair of tenants
  npm run -s attack -- dev --tenant acme globex            these two against each other
  npm run -s attack -- dev --plane secrets identity        two planes
  npm run -s attack -- dev --guardrail images              what one guardrail stops
  npm run -s attack -- dev --packets                       what the network lets through, held against the isolation proof
  npm run -s attack -- dev --list                          what would be tried, and where each escape is known from
  npm run -s attack -- dev --json | jq '.succeeded'`,
    )
    .action(async (environment: string, flags: AttackFlags) => {
      const directory = projectDirectory();
      const selection = { planes: flags.plane ?? [], guardrails: flags.guardrail ?? [] };
      const request = { directory, environment, selection, tenants: flags.tenant ?? [], json: flags.json === true };
      // The Kubernetes client takes a second to load, which `plan` and `local` need not pay.
      const { attack, listAttempts, packets } = await import("./attack.ts");
      const isNarrowed = flags.list === true || flags.plane !== undefined || flags.guardrail !== undefined;
      if (flags.packets === true && isNarrowed) {
        throw new CommandError(exitCodes.input, "--packets goes with --tenant and --json, and with nothing else");
      }
      if (flags.list === true) listAttempts(request);
      else if (flags.packets === true) await packets(request, createReporter(), listenForInterruption().any);
      else await attack(request, createReporter(), listenForInterruption().any);
    });
}

/** Gathers values of an option and refuses those that do not exist. What has another word for people is taken by both. */
function oneOf<Name extends string>(names: readonly Name[], shown: (name: Name) => string = (name) => name) {
  return (value: string, earlier: readonly Name[] = []): readonly Name[] => {
    const name = names.find((candidate) => candidate === value || shown(candidate) === value);
    if (name === undefined) throw new InvalidArgumentError(`Allowed are ${names.map(shown).join(", ")}.`);
    return [...earlier, name];
  };
}
