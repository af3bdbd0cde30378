import { type CollectionPath, type RawApi, removeTenant } from "../../api.ts";
import { objectKey, type KubernetesObject } from "../objects.ts";
import type { Peer } from "./peer.ts";

/**
 * POSTs of the same objects over connections that are already open: the time of the API server itself, and the floor for
 * everybody else. The namespace is posted first and alone; of the rest, `inFlight` at a time.
 */
export function rawPeer(api: RawApi, path: CollectionPath, inFlight: number): Peer {
  const post = async (object: KubernetesObject): Promise<void> => {
    const { status, body } = await api.send("POST", path(object), JSON.stringify(object));
    if (status !== 201) throw new Error(`POST ${objectKey(object)}: ${status} ${body.slice(0, 300)}`);
  };
  return {
    name: inFlight === 1 ? "raw" : `raw-${inFlight}`,
    command: inFlight === 1 ? "POSTs, one after another" : `POSTs, ${inFlight} in flight`,
    waits: false,
    prepare: async () => {
      // Opens the connections, so that no handshake is in the figure.
      await Promise.all(Array.from({ length: inFlight }, () => api.send("GET", "/readyz")));
    },
    onboard: async ({ objects }) => {
      const [namespace, ...rest] = objects;
      if (namespace === undefined) throw new Error("a tenant without objects");
      await post(namespace);
      const queue = rest.values();
      await Promise.all(
        Array.from({ length: inFlight }, async () => {
          for (const object of queue) await post(object);
        }),
      );
    },
    remove: ({ objects }) => removeTenant(api, path, objects),
  };
}
