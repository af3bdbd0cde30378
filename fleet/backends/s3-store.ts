import type * as s3 from "@aws-sdk/client-s3";

import type { ObjectStore, StoredObject } from "./object-store.ts";
import type { S3Location } from "./s3-url.ts";

type Sdk = typeof s3;

/** Objects that one request may remove. */
const mostRemoved = 1000;

/** A server that does not answer must not hold `fleet` for ever; by themselves, the SDK's requests have no end. */
const patience = { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true } as const;

/** A bucket of S3 or of a server that speaks like it. Credentials are found as every AWS tool finds them. */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly #location: S3Location;
  #opened: Promise<{ readonly sdk: Sdk; readonly client: s3.S3Client }> | undefined;

  constructor(location: S3Location) {
    this.#location = location;
    const { bucket, prefix, endpoint } = location;
    this.name = `s3://${bucket}/${prefix}${endpoint === null ? "" : ` at ${new URL(endpoint).host}`}`;
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    const { sdk, client } = await this.#open();
    const { bucket, prefix: root } = this.#location;
    const objects: StoredObject[] = [];
    const request = { Bucket: bucket, Prefix: root + prefix, Delimiter: "/" };
    for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, request)) {
      for (const { Key = "", Size = 0, ETag = "", LastModified } of Contents) {
        const written = LastModified?.getTime() ?? 0;
        objects.push({ key: Key.slice(root.length), size: Size, stamp: `${ETag}:${written}`, written });
      }
    }
    return objects;
  }

  async read(key: string): Promise<Uint8Array | null> {
    const { sdk, client } = await this.#open();
    const { bucket, prefix } = this.#location;
    try {
      const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: prefix + key }));
      return (await Body?.transformToByteArray()) ?? null;
    } catch (error) {
      if (error instanceof sdk.NoSuchKey) return null;
      throw error;
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    const { sdk, client } = await this.#open();
    const { bucket, prefix } = this.#location;
    for (let from = 0; from < keys.length; from += mostRemoved) {
      const some = keys.slice(from, from + mostRemoved).map((key) => ({ Key: prefix + key }));
      const request = new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: some, Quiet: true } });
      const { Errors: [failed] = [] } = await client.send(request);
      if (failed !== undefined) throw new Error(`${failed.Key}: ${failed.Message ?? failed.Code ?? "not removed"}`);
    }
  }

  #open(): Promise<{ readonly sdk: Sdk; readonly client: s3.S3Client }> {
    // Loaded only where there is a bucket: it takes a fifth of a second.
    return (this.#opened ??= import("@aws-sdk/client-s3").then((sdk) => {
      const { region, endpoint, profile, pathStyle, dualstack, fips, accelerate } = this.#location;
      const client = new sdk.S3Client({
        ...(region === null ? {} : { region }),
        ...(endpoint === null ? {} : { endpoint }),
        ...(profile === null ? {} : { profile }),
        forcePathStyle: pathStyle,
        ...(dualstack ? { useDualstackEndpoint: true } : {}),
        ...(fips ? { useFipsEndpoint: true } : {}),
        useAccelerateEndpoint: accelerate,
        requestHandler: patience,
        // Servers that only speak like S3 may not know the newer checksums.
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
      });
      return { sdk, client };
    }));
  }
}
