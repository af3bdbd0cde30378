import { dirname } from "node:path";

import { expect, test } from "vitest";

import { localEnvironment } from "../../local/environment.ts";
import { localPaths, toolCacheDirectory } from "../../local/paths.ts";

const paths = localPaths("/work/my project");

test("the checkout's tools come first, then this Node, then what was there, each once", () => {
  const { PATH } = localEnvironment(paths, { PATH: `/usr/bin:${paths.bin}::/bin` });
  expect(PATH).toBe(`${paths.bin}:${dirname(process.execPath)}:/usr/bin:/bin`);
});

test("what npm adds for one script does not stay in a shell", () => {
  const added = ["/node_modules/.bin", "/tmp/node_modules/.bin", "/usr/lib/node_modules/npm/bin/node-gyp-bin"];
  const { PATH } = localEnvironment(paths, { PATH: [...added, "/opt/node_modules/bin", "/usr/bin"].join(":") });
  expect(PATH).toBe(`${paths.bin}:${dirname(process.execPath)}:/opt/node_modules/bin:/usr/bin`);
});

test("Pulumi works in the checkout alone and does not look for plugins on the network", () => {
  expect(localEnvironment(paths, {})).toMatchObject({
    KUBECONFIG: "/work/my project/.tenantry/cluster/kubeconfig",
    PULUMI_HOME: "/work/my project/.tenantry/pulumi/home",
    PULUMI_BACKEND_URL: "file:///work/my%20project/.tenantry/pulumi/state",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
});

test("the cache follows XDG_CACHE_HOME only when it is absolute", () => {
  expect(toolCacheDirectory({ XDG_CACHE_HOME: "/cache" })).toBe("/cache/tenantry/tools");
  expect(toolCacheDirectory({ XDG_CACHE_HOME: "cache" })).toMatch(/^\/.*\/\.cache\/tenantry\/tools$/);
});
