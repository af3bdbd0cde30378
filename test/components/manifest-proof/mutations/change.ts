import type { Plane } from "../../../../tenants/isolation.ts";
import type { Rendered } from "../../../support/rendered.ts";

/** One deliberate break of finished manifests. */
export interface Mutation {
  readonly plane: Plane;
  readonly what: string;
  /** What the check has to say. */
  readonly reason: string | RegExp;
  readonly change: (objects: Rendered[]) => void;
}

/** Breaks of one plane. */
export type Breaks = readonly Omit<Mutation, "plane">[];

type Path = readonly (string | number)[];

/** The one object of a kind and name, in Acme's namespace unless it has none. */
export function find(objects: readonly Rendered[], kind: string, name: string): Rendered {
  const found = objects.find((object) => {
    const metadata = object["metadata"] as { name: string; namespace?: string };
    return (
      object["kind"] === kind &&
      metadata.name === name &&
      [undefined, "tenant-acme", "edge"].includes(metadata.namespace)
    );
  });
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

/** The value under a key, which has to be there. */
export function step(parent: unknown, key: string | number): unknown {
  if (typeof parent !== "object" || parent === null || !(key in parent)) throw new Error(`nothing at ${key}`);
  return (parent as Rendered)[key];
}

/** Sets the value at a path whose parent exists; `undefined` removes it. */
export function set(kind: string, name: string, path: Path, value: unknown) {
  return (objects: Rendered[]): void => {
    const place = path.slice(0, -1).reduce<unknown>(step, find(objects, kind, name)) as Rendered;
    const last = path.at(-1) ?? "";
    if (value === undefined) {
      step(place, last);
      if (Array.isArray(place)) place.splice(Number(last), 1);
      else Reflect.deleteProperty(place, last);
    } else place[last] = value;
  };
}

/** Adds an entry to the list at a path. */
export function push(kind: string, name: string, path: Path, value: unknown) {
  return (objects: Rendered[]): void => {
    (path.reduce<unknown>(step, find(objects, kind, name)) as unknown[]).push(value);
  };
}

/** Removes an object. */
export function drop(kind: string, name: string) {
  return (objects: Rendered[]): void => void objects.splice(objects.indexOf(find(objects, kind, name)), 1);
}

/** Adds an object. */
export function add(object: Rendered) {
  return (objects: Rendered[]): void => void objects.push(object);
}

/** API group of roles and bindings. */
export const rbac = "rbac.authorization.k8s.io";
/** Path of a workload's pod. */
export const pod = ["spec", "template", "spec"] as const;
/** Path of its first container. */
export const container = [...pod, "containers", 0] as const;
