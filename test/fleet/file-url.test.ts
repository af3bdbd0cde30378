import { homedir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { absoluteUrl, folderOf } from "../../fleet/backends/file-url.ts";

const here = "/srv/checkout";

describe("a folder's URL", () => {
  it.each([
    ["file:///var/lib/state", "/var/lib/state"],
    ["file:///var/lib/../state/", "/var/state"],
    ["file://~", homedir()],
    ["file://~/state", join(homedir(), "state")],
    ["file://./state", "/srv/checkout/state"],
    ["file://state/dev", "/srv/checkout/state/dev"],
    ["file://../state", "/srv/state"],
    ["file:///var/the%20state", "/var/the state"],
    ["file://./the%20state", "/srv/checkout/the state"],
    ["file:///var/lib?metadata=skip", "/var/lib"],
    ["file://./state?create_dir=true&no_tmp_dir=true", "/srv/checkout/state"],
    ["file://~/state?metadata=skip", join(homedir(), "state")],
    ["file:///var/lib#part", "/var/lib"],
  ])("%s is %s, as the CLI reads it", (url, folder) => {
    expect(folderOf(url, here)).toBe(folder);
    // Written out, it means the same in any folder.
    expect(folderOf(absoluteUrl(url, here), "/tmp")).toBe(folder);
  });

  it("keeps its parameters when it is written out", () => {
    expect(absoluteUrl("file://./state?create_dir=true", here)).toBe("file:///srv/checkout/state?create_dir=true");
    expect(absoluteUrl("file:///var/lib/the%20state", here)).toBe("file:///var/lib/the%20state");
  });

  it("that the CLI would refuse is refused", () => {
    expect(() => folderOf("file:///var/100%", here)).toThrow("PULUMI_BACKEND_URL is not a URL: file:///var/100%");
  });
});

it.each(["", "s3://states?region=eu-west-1", "postgres://db/states", "https://api.pulumi.com"])(
  "%j is no folder, and stays as it is",
  (url) => {
    expect(folderOf(url, here)).toBeNull();
    expect(absoluteUrl(url, here)).toBe(url);
  },
);
