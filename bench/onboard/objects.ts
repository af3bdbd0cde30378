import { join } from "node:path";

import { execa } from "execa";
import * as z from "zod";

const kubernetesObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** A Kubernetes object as it is sent to the API server. */
export type KubernetesObject = z.output<typeof kubernetesObject>;

/** Manifests as the objects that they are sent as. */
export function parseObjects(manifests: readonly unknown[]): readonly KubernetesObject[] {
  return z.array(kubernetesObject).parse(manifests);
}

const extraction = z.record(z.string(), z.array(kubernetesObject));

/**
 * Every Kubernetes object that the program makes for each tenant, by tenant id, in the order of registration with the
 * namespace first. They come from the program itself, run against Pulumi's mocks in a process of its own, so that no peer
 * is measured with objects that somebody copied.
 *
 * @param directory a copy of the program whose `Pulumi.<stack>.yaml` lists the tenants
 */
export async function tenantObjects(
  directory: string,
  stack: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly KubernetesObject[]>> {
  const script = join(import.meta.dirname, "print-objects.ts");
  const arguments_ = ["--disable-warning=ExperimentalWarning", script, directory, stack];
  const { stdout } = await execa(process.execPath, arguments_, {
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    maxBuffer: 256 * 2 ** 20,
  });
  return new Map(
    Object.entries(extraction.parse(JSON.parse(stdout))).map(([id, objects]) => [id, sortObjects(objects)]),
  );
}

/** The namespace first, for everything else lives in it; the rest keeps its order. */
export function sortObjects(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const isNamespace = (object: KubernetesObject): boolean => object.kind === "Namespace";
  return [...objects.filter(isNamespace), ...objects.filter((object) => !isNamespace(object))];
}

/** `Kind/name` of each object, for messages and comparisons. */
export function objectKey(object: KubernetesObject): string {
  return `${object.kind}/${object.metadata.name}`;
}
