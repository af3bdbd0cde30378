import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

import type { LocalPaths } from "./paths.ts";

/**
 * Passphrase of the stacks of the local environment.
 *
 * It is public on purpose. The embedded cluster is thrown away, it listens on loopback only, and its state file lies in
 * a folder that only its owner can read, so a secret passphrase would protect nothing that the folder does not protect
 * already. In return `pulumi up -s dev` works on every clone with the salt committed in `Pulumi.dev.yaml`. No other
 * environment may use it: they bring PULUMI_CONFIG_PASSPHRASE(_FILE) or a key service of their own.
 */
export const localPassphrase = "tenantry-local";

/**
 * What `npm run` puts before the PATH: `node_modules/.bin` of every folder up to the root, whoever may write there. It is meant for
 * one script and must not stay in a person's shell.
 */
const addedByNpm = /(^|\/)node_modules\/(\.bin|.*\/node-gyp-bin)\/?$/;

/**
 * The variables under which plain `pulumi` and `kubectl` work on the embedded cluster of a checkout.
 *
 * PATH has the checkout's tools first, then the Node that runs this program (the program needs Node 22), then what was
 * there before. `environment` is the environment to extend.
 */
export function localEnvironment(
  paths: LocalPaths,
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const nodeDirectory = dirname(process.execPath);
  const inherited = (environment["PATH"] ?? "").split(":").filter((entry) => !addedByNpm.test(entry));
  const search = [paths.bin, nodeDirectory, ...inherited].filter(
    (entry, index, all) => entry !== "" && all.indexOf(entry) === index,
  );
  return {
    PATH: search.join(":"),
    KUBECONFIG: paths.cluster.kubeconfig,
    PULUMI_HOME: paths.pulumi.home,
    PULUMI_BACKEND_URL: pathToFileURL(paths.pulumi.state).href,
    PULUMI_CONFIG_PASSPHRASE: localPassphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The plugins are links on the PATH; a look at the network for newer ones could only delay or fail.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NODE_COMPILE_CACHE: paths.compileCache,
  };
}
