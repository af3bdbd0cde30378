import type { EnvironmentPlan } from "../tenants/model.ts";

/** A command and what it is good for. */
export type NextStep = readonly [command: string, what: string];

/** What one does after the cluster alone is up. */
export function stepsAfterUp(hasRealNode: boolean): readonly NextStep[] {
  const shell = 'eval "$(npm run -s local -- env)"';
  return hasRealNode
    ? [
        ["npm start", "the tenants of dev, as real pods"],
        ["npm run -s attack -- dev --packets", "then: packets between them, held to the isolation proof"],
        ["npm run local -- conformance", "upstream's NetworkPolicy tests on the node, a quarter of an hour"],
        [shell, "plain pulumi and your kubectl on this cluster, for this shell"],
        ["npm run local -- down --purge", "remove the node from the machine, and the cluster's data"],
      ]
    : [
        ["npm start", "the tenants of dev on it"],
        [shell, "plain pulumi and your kubectl on this cluster, for this shell"],
        ["npm run -s local -- status", "health and log file of each part"],
        ["npm run -s local -- down", "stop the cluster; the data stays"],
      ];
}

/** What one does after an environment is up on the embedded cluster. */
export function stepsAfterStart(
  { environment, cells, tenants }: Pick<EnvironmentPlan, "environment" | "cells" | "tenants">,
  hasRealNode: boolean,
): readonly NextStep[] {
  const preview =
    cells.count > 1 ? `npm run -s fleet -- preview ${environment}` : `pulumi preview -s ${environment} --diff`;
  const owned = tenants.find(({ owners, status }) => owners.length > 0 && status === "active");
  return [
    ['eval "$(npm run -s local -- env)"', "plain pulumi and your kubectl on this cluster, for this shell"],
    [preview, `after adding a record to Pulumi.${environment}.yaml: what would change`],
    [`npm run -s plan -- ${environment}`, "quota, capacity and isolation, without a cluster"],
    ...(tenants.length < 2
      ? []
      : [[`npm run -s attack -- ${environment}`, "try to break out of every tenant"] as const]),
    ...(tenants.length < 2 || !hasRealNode
      ? []
      : [[`npm run -s attack -- ${environment} --packets`, "the same with packets between the pods"] as const]),
    ...(owned === undefined
      ? []
      : [
          [
            `npm run -s kubeconfig -- ${owned.id} --output ${owned.id}.kubeconfig`,
            `what the owners of ${owned.id} work with, for an hour`,
          ] as const,
        ]),
    ["npm run -s local -- down", "stop the cluster; the data stays"],
  ];
}

/** The commands in one column, what they are good for in the next. */
export function nextStepsText(steps: readonly NextStep[]): string {
  const width = Math.max(...steps.map(([command]) => command.length));
  return `Next:\n${steps.map(([command, what]) => `  ${command.padEnd(width)}   ${what}\n`).join("")}`;
}
