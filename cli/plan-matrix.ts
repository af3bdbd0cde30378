import type { Colours } from "./colours.ts";
import { columns } from "./columns.ts";
import { planeArguments, type Plane, type Proof, type Violation } from "../tenants/isolation.ts";
import { planes } from "../tenants/isolation/plane.ts";
import type { TenantPlan } from "../tenants/model.ts";

/** Fleets up to this many tenants get a square table; larger ones the openings only, so that output grows with those. */
export const squareUpTo = 16;

/** An opening that stands in the records of everybody it joins. */
export type Opening =
  | { readonly kind: "peers"; readonly from: string; readonly to: string; readonly ports: readonly number[] }
  | { readonly kind: "owner"; readonly owner: string; readonly tenants: readonly string[] };

/** One plane of the matrix. */
export interface MatrixPlane {
  readonly plane: Plane;
  readonly asks: string;
  readonly openings: readonly Opening[];
  readonly violations: readonly Violation[];
  readonly limits: readonly string[];
}

/** The matrix by plane: every pair and direction is closed but for what is listed. Its size grows with the openings, not the pairs. */
export function matrixOf(proof: Proof): readonly MatrixPlane[] {
  const owners = proof.sharedOwners.map(({ owner, tenants }): Opening => ({
    kind: "owner",
    owner: `${owner.kind.toLowerCase()} ${owner.name}`,
    tenants,
  }));
  const peers = proof.edges.map(({ from, to, ports }): Opening => ({ kind: "peers", from, to, ports }));
  const openings: Readonly<Partial<Record<Plane, readonly Opening[]>>> = {
    network: peers,
    api: owners,
    secrets: owners,
  };
  return planes.map((plane) => ({
    plane,
    asks: planeArguments[plane].asks,
    openings: openings[plane] ?? [],
    violations: proof.violations.filter((violation) => violation.plane === plane),
    limits: proof.limits.filter((limit) => limit.plane === plane).map(({ text }) => text),
  }));
}

/** The matrix for people. */
export function matrixText(proof: Proof, tenants: readonly TenantPlan[], colours: Colours): string {
  const matrix = matrixOf(proof);
  const head = ["plane", "openings", "violations", "about"].map((cell) => colours.dim(cell));
  const summary = columns([
    head,
    ...matrix.map(({ plane, asks, openings, violations }) => [
      colours.bold(plane),
      String(openings.length),
      violations.length === 0 ? "0" : colours.red(String(violations.length)),
      asks,
    ]),
  ]);
  const what = `${proof.pairs} directions between ${proof.tenants} tenants; on every plane all are closed but for what is listed.`;
  const details = matrix.flatMap((plane) => planeText(plane, tenants, colours));
  return [what, summary, ...details].join("\n\n");
}

function planeText(entry: MatrixPlane, tenants: readonly TenantPlan[], colours: Colours): readonly string[] {
  const { plane, openings, violations } = entry;
  if (openings.length === 0 && violations.length === 0) return [];
  const lines = [
    ...openings.map((opening) => `  open: ${openingText(opening)}`),
    ...violations.map(({ tenant, reason }) => colours.red(`  violation: ${tenant} ${reason}`)),
  ];
  const square = tenants.length <= squareUpTo ? [squareText(entry, tenants, colours)] : [];
  return [[colours.bold(plane), ...square, ...lines].join("\n")];
}

function openingText(opening: Opening): string {
  switch (opening.kind) {
    case "peers":
      return `${opening.from} -> ${opening.to} on ${opening.ports.join(", ")}`;
    case "owner":
      return `${opening.owner} owns ${opening.tenants.join(", ")}`;
    default:
      return opening satisfies never;
  }
}

/** Rows reach columns. */
function squareText({ openings, violations }: MatrixPlane, tenants: readonly TenantPlan[], colours: Colours): string {
  const cells = new Map<string, string>();
  for (const opening of openings) {
    if (opening.kind === "peers") cells.set(`${opening.from} ${opening.to}`, opening.ports.join(","));
    else for (const from of opening.tenants) for (const to of opening.tenants) cells.set(`${from} ${to}`, "owner");
  }
  for (const { tenant, other } of violations)
    if (other !== null) cells.set(`${tenant} ${other}`, colours.red("broken"));
  const ids = tenants.map(({ id }) => id);
  const rows = ids.map((from) => [from, ...ids.map((to) => (from === to ? "-" : (cells.get(`${from} ${to}`) ?? ".")))]);
  return columns([[colours.dim("from \\ to"), ...ids], ...rows]);
}
