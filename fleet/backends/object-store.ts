/** An object of a self-managed backend. */
export interface StoredObject {
  /** Its whole key, such as `.pulumi/stacks/tenantry/prod.json`. */
  readonly key: string;
  readonly size: number;
  /** Changes whenever the object is written. */
  readonly stamp: string;
  /** Milliseconds since 1970 of when it was written. */
  readonly written: number;
}

/** What a self-managed backend keeps: objects under keys with slashes. Pulumi lays its files out in the same way in each of them. */
export interface ObjectStore {
  /** Which store this is, for messages and for telling stores apart; never has credentials. */
  readonly name: string;
  /** Objects whose keys begin with a prefix and have no slash after it, in any order. Folders are none. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** Content of an object; `null` where there is none. */
  read(key: string): Promise<Uint8Array | null>;
  /** Writes an object where there is none, whole or not at all; false where there is one. Missing where a store cannot promise that. */
  readonly create?: (key: string, content: string) => boolean;
  /** Removes objects; those that are gone already are no failure. Throws where one could not be removed. */
  remove(keys: readonly string[]): Promise<void>;
}
