/** What a recipe says: how one tool is found, downloaded or built. The recipes themselves are in `recipes.ts`. */

/** Tools that this project finds or builds. */
export type ToolName =
  | "kube"
  | "kwok"
  | "metrics-server"
  | "gateway-api"
  | "network-policy-api"
  | "cert-manager"
  | "pulumi"
  | "pulumi-language-nodejs"
  | "pulumi-resource-kubernetes"
  | "pulumi-resource-random"
  | "kubectl"
  | "helm"
  | "netpol-analyzer"
  | "node"
  | "kube-router"
  | "coredns"
  | "probe"
  | "netpol-specs"
  | "agnhost"
  | "versitygw";

/** An official release that can be downloaded instead of building. */
export interface Release {
  readonly version: string;
  readonly url: (platform: Platform) => string;
  /** Text with the checksum of the file: either the digest alone or lines `<digest>  <file>`. */
  readonly checksumUrl: (platform: Platform) => string;
  /** Path of the program inside the `.tar.gz`; `null` when the file is the program. */
  readonly member: ((platform: Platform) => string) | null;
}

/** Operating system and processor, in Go's words. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** How an installed program tells its version. */
export interface VersionCheck {
  readonly args: readonly string[];
  /** semver range of versions that work here. */
  readonly range: string;
}

/** A program that is built from Go modules. */
export interface ProgramRecipe {
  readonly kind: "program";
  readonly name: ToolName;
  /** What it is for, for messages. */
  readonly purpose: string;
  /** Version that the build gives. */
  readonly version: string;
  /** Main package; `.` is the recipe's own folder. */
  readonly package: string;
  /** What the linker stamps, as `<import path>.<variable>` to value. */
  readonly stamps: Readonly<Record<string, string>>;
  /** Files of a module that the build needs beside main.go. */
  readonly moduleFiles: readonly { readonly module: string; readonly path: string }[];
  /** How to judge a program found on the PATH; `null` when one found there is never taken. */
  readonly versionCheck: VersionCheck | null;
  /** Pulumi plugins are also looked for among Pulumi's installed plugins, in this version range. */
  readonly pluginRange: string | null;
  readonly release: Release | null;
  /** Whether `.tenantry/bin`, and with it the PATH, gets a link to it. */
  readonly onPath: boolean;
}

/** A folder of files that is taken out of a Go module; nothing is compiled. */
export interface FilesRecipe {
  readonly kind: "files";
  readonly name: ToolName;
  readonly purpose: string;
  readonly version: string;
  readonly module: string;
  readonly directory: string;
}

/** One folder under `local/toolchain`. */
export type Recipe = ProgramRecipe | FilesRecipe;
