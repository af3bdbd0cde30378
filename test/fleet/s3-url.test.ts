import { describe, expect, it } from "vitest";

import { readS3Url } from "../../fleet/backends/s3-url.ts";

const plain = {
  bucket: "states",
  prefix: "",
  region: null,
  endpoint: null,
  profile: null,
  pathStyle: false,
  dualstack: false,
  fips: false,
  accelerate: false,
};

describe("readS3Url", () => {
  it("takes the region of the shell where the URL names none, as the CLI does", () => {
    const [region, other] = [{ AWS_REGION: "eu-west-1" }, { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-2" }];
    expect(readS3Url("s3://states", region)?.region).toBe("eu-west-1");
    expect(readS3Url("s3://states", other)?.region).toBe("eu-west-2");
    expect(readS3Url("s3://states?region=eu-west-3", { ...region, ...other })?.region).toBe("eu-west-3");
    expect(readS3Url("s3://states", {})?.region).toBeNull();
  });

  it("leaves to the CLI what is no address", () => expect(readS3Url("s3://states/%zz")).toBeNull());

  it("reads bucket and folder", () => {
    expect(readS3Url("s3://states")).toEqual(plain);
    expect(readS3Url("s3://states/")).toEqual(plain);
    for (const url of ["s3://states/teams/a", "s3://states/teams/a/", "s3://states//teams/a"]) {
      expect(readS3Url(url)).toEqual({ ...plain, prefix: "teams/a/" });
    }
    expect(readS3Url("s3://states/a%20b")).toEqual({ ...plain, prefix: "a b/" });
  });

  it("reads where the server is and how it is spoken to", () => {
    const url =
      "s3://states?region=eu-west-1&profile=ci&endpoint=http://127.0.0.1:9000&s3ForcePathStyle=true&dualstack=1";
    expect(readS3Url(url)).toEqual({
      ...plain,
      region: "eu-west-1",
      profile: "ci",
      endpoint: "http://127.0.0.1:9000",
      pathStyle: true,
      dualstack: true,
    });
    expect(readS3Url("s3://states?use_path_style=true&fips=true&accelerate=false")).toEqual({
      ...plain,
      pathStyle: true,
      fips: true,
    });
  });

  it("an endpoint without a scheme speaks TLS unless that is switched off", () => {
    expect(readS3Url("s3://states?endpoint=s3.example:9000")?.endpoint).toBe("https://s3.example:9000");
    expect(readS3Url("s3://states?endpoint=s3.example:9000&disable_https=true")?.endpoint).toBe(
      "http://s3.example:9000",
    );
    expect(readS3Url("s3://states?endpoint=https://s3.example&disable_https=true")?.endpoint).toBe(
      "https://s3.example",
    );
  });

  it("does not mind how objects are encrypted and sent", () => {
    const url = "s3://states?awssdk=v2&ssetype=aws:kms&kmskeyid=alias/x&request_checksum_calculation=when_required";
    expect(readS3Url(url)).toEqual(plain);
  });

  it.each([
    "",
    "s3://",
    "file:///states",
    "gs://states",
    "https://api.pulumi.com",
    "s3://states?role=arn:aws:iam::1:role/x",
    "s3://states?anonymous=true",
    "s3://states?s3ForcePathStyle=perhaps",
    "s3://states?something=new",
  ])("leaves %j to the CLI", (url) => {
    expect(readS3Url(url)).toBeNull();
  });
});
