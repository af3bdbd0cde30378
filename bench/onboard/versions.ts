import { createRequire } from "node:module";

import { execa } from "execa";
import * as z from "zod";

const packageFile = z.object({ version: z.string() });

/** Versions of everything whose speed is in the figures, as each of them reports itself. */
export async function toolVersions(
  variables: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const output = async (program: string, ...args: readonly string[]): Promise<string> => {
    const { stdout } = await execa(program, args, { env: { ...variables } });
    return stdout.trim();
  };
  const require = createRequire(import.meta.url);
  const packageVersion = (name: string): string => packageFile.parse(require(`${name}/package.json`)).version;
  const kubectl = z
    .object({
      clientVersion: z.object({ gitVersion: z.string() }),
      serverVersion: z.object({ gitVersion: z.string() }),
    })
    .parse(JSON.parse(await output("kubectl", "version", "--output", "json")));
  return {
    pulumi: await output("pulumi", "version"),
    "@pulumi/pulumi": packageVersion("@pulumi/pulumi"),
    "@pulumi/kubernetes": packageVersion("@pulumi/kubernetes"),
    kubernetes: kubectl.serverVersion.gitVersion,
    kubectl: kubectl.clientVersion.gitVersion,
    helm: await output("helm", "version", "--template", "{{.Version}}"),
  };
}
