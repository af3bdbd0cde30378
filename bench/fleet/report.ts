import Table from "cli-table3";

import type { FleetResult } from "./result.ts";

/** The figures as text for people: the table of goals, and what it rests on. */
export function renderFleetResult({
  goals,
  machine,
  complete,
  notes,
  one,
  many,
  bringUp,
  singleStack,
  cellSize,
}: FleetResult): string {
  const table = new Table({
    head: ["measure", "figure", "goal", "met"],
    colAligns: ["left", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const { measure, text, goal, met } of goals)
    table.push([measure, text, goal, met === null ? "" : met ? "yes" : "no"]);
  const peers = [one, many].flatMap((fleet) =>
    fleet === null
      ? []
      : [
          `Fleet of ${fleet.tenants}, seconds (min, median, max):`,
          ...fleet.onboarding.peers.map(({ command, commandSeconds: { min, median, max }, readySeconds }) => {
            return `  ${command.padEnd(30)} ${[min, median, max].map((value) => value.toFixed(2)).join("  ")}   to Ready ${readySeconds.median.toFixed(2)}`;
          }),
          `  preview of one change ${fleet.preview.median.toFixed(2)}, update without a change ${fleet.unchanged.median.toFixed(2)}`,
        ],
  );
  const many100 =
    bringUp === null
      ? []
      : [
          `Bringing up ${bringUp.tenants} in cells of ${cellSize}, seconds (median; to Ready):`,
          ...(["fleet", "helm", "kubectl", "raw"] as const).map((name) => {
            const { command, ready } = bringUp[name];
            return `  ${name.padEnd(30)} ${command.median.toFixed(1)}   ${ready.median.toFixed(1)}`;
          }),
          `  offboarding ${bringUp.offboarding.median.toFixed(1)}`,
        ];
  const single =
    singleStack === null
      ? []
      : [
          `In one Pulumi stack, plain pulumi up, seconds: ${singleStack.tenants} tenants ${singleStack.bringUp.toFixed(1)}, one more ${singleStack.onboarding.toFixed(1)}`,
        ];
  return [
    `${machine.cpus} x ${machine.cpuModel}, ${machine.memoryGiB} GiB, load average ${machine.loadAverageAtStart} at the start`,
    ...(complete ? [] : ["The run was cut; what is missing was not measured."]),
    table.toString(),
    ...peers,
    ...many100,
    ...single,
    ...notes,
  ].join("\n");
}
