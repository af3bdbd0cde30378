import { describe, expect, test } from "vitest";

import { schemeAndHost, withoutCredentials } from "../../tenants/errors.ts";

describe("credentials of an address", () => {
  test.each([
    ["postgres://owner:hush@db/states", "postgres://...@db/states"],
    ["postgres://owner:hu//s@h@db/states?sslmode=disable", "postgres://...@db/states?sslmode=disable"],
    ["postgres://db/states?password=hush&sslmode=disable", "postgres://db/states?password=...&sslmode=disable"],
    ["postgres://u:hush@db/states?a=b&sslpassword=hush", "postgres://...@db/states?a=b&sslpassword=..."],
    ["https://state.example/?token=hush", "https://state.example/?token=..."],
    ["azblob://states?sig=hush&storage_account=a", "azblob://states?sig=...&storage_account=a"],
    ["s3://states?X-Amz-Security-Token=hush&region=eu", "s3://states?X-Amz-Security-Token=...&region=eu"],
    ["s3://states?secret_access_key=hush", "s3://states?secret_access_key=..."],
    ["failed: host=db PASSWORD=hush dbname=states", "failed: host=db PASSWORD=... dbname=states"],
  ])("are hidden in %s", (text, shown) => {
    expect(withoutCredentials(text)).toBe(shown);
  });

  test.each(["postgres://db/states?password=hu@sh", "postgres://owner:x?password=hu@sh@db/states"])(
    "are hidden whichever way %s is read",
    (text) => {
      expect(withoutCredentials(text)).not.toMatch(/hu|sh|owner|x/);
    },
  );

  test.each(["s3://states?region=eu-west-1&profile=ci", "registry.example/x:1@sha256:abc", "design=1 tokens: 3"])(
    "are not seen in %s",
    (text) => {
      expect(withoutCredentials(text)).toBe(text);
    },
  );
});

test.each([
  ["postgres://owner:a/b@c@db:5432/states?password=hush", "postgres://db:5432"],
  ["azblob://states?anything=hush", "azblob://states"],
  ["https://api.pulumi.example", "https://api.pulumi.example"],
  ["hush", null],
])("scheme and host of %s", (address, place) => {
  expect(schemeAndHost(address)).toBe(place);
});
