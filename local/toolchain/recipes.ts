import type { Recipe, Release, ToolName } from "./recipe.ts";

/** Kubernetes of the embedded cluster; an unstamped server calls itself v0.0 and the Pulumi provider refuses it. */
const kubernetesVersion = "1.35.4";
const kubernetesStamps = {
  "k8s.io/component-base/version.gitVersion": `v${kubernetesVersion}`,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": "35",
  "k8s.io/client-go/pkg/version.gitVersion": `v${kubernetesVersion}`,
};

const pulumiVersion = "3.259.0";
const githubPulumi = `https://github.com/pulumi/pulumi/releases/download/v${pulumiVersion}`;

function pulumiRelease(member: string): Release {
  return {
    version: pulumiVersion,
    url: ({ os, arch }) => `${githubPulumi}/pulumi-v${pulumiVersion}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
    checksumUrl: () => `${githubPulumi}/pulumi-${pulumiVersion}-checksums.txt`,
    member: () => member,
  };
}

/** Pulumi publishes its plugins under one scheme. `name` is `kubernetes` or `random`. */
function pluginRelease(name: string, version: string): Release {
  const base = `https://github.com/pulumi/pulumi-${name}/releases/download/v${version}`;
  return {
    version,
    url: ({ os, arch }) => `${base}/pulumi-resource-${name}-v${version}-${os}-${arch}.tar.gz`,
    checksumUrl: () => `${base}/pulumi-${name}_${version}_checksums.txt`,
    member: () => `pulumi-resource-${name}`,
  };
}

const program = {
  kind: "program",
  stamps: {},
  moduleFiles: [],
  versionCheck: null,
  pluginRange: null,
  release: null,
} as const;

/** Every tool. Versions are pinned in each folder's go.mod; those named here are for messages and stamps. */
export const recipes: readonly Recipe[] = [
  {
    ...program,
    name: "kube",
    purpose: "etcd and the Kubernetes control plane",
    version: kubernetesVersion,
    package: ".",
    stamps: kubernetesStamps,
    // One file with everything; released are only separate programs, and none for macOS.
    onPath: false,
  },
  {
    ...program,
    name: "kwok",
    purpose: "simulated nodes",
    version: "0.8.0",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    versionCheck: { args: ["--version"], range: "~0.8.0" },
    release: {
      version: "0.8.0",
      url: ({ os, arch }) => `https://github.com/kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-${os}-${arch}`,
      checksumUrl: ({ os, arch }) =>
        `https://github.com/kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-${os}-${arch}.sha256`,
      member: null,
    },
    onPath: false,
  },
  {
    ...program,
    name: "metrics-server",
    purpose: "usage of pods, for autoscalers",
    version: "0.9.0",
    package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
    stamps: { "k8s.io/client-go/pkg/version.gitVersion": "v0.9.0" },
    versionCheck: { args: ["--version"], range: "~0.9.0" },
    onPath: false,
  },
  {
    kind: "files",
    name: "gateway-api",
    purpose: "definitions of the Gateway API, standard channel",
    version: "1.6.1",
    module: "sigs.k8s.io/gateway-api",
    directory: "config/crd/standard",
  },
  {
    kind: "files",
    name: "network-policy-api",
    purpose: "definition of ClusterNetworkPolicy, standard channel",
    version: "0.2.0",
    module: "sigs.k8s.io/network-policy-api",
    directory: "config/crd/standard",
  },
  {
    kind: "files",
    name: "cert-manager",
    purpose: "definition of a Certificate, for the tests",
    version: "1.21.2",
    module: "github.com/cert-manager/cert-manager",
    directory: "deploy/crds",
  },
  {
    ...program,
    name: "pulumi",
    purpose: "the Pulumi engine",
    version: pulumiVersion,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    stamps: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}` },
    versionCheck: { args: ["version"], range: ">=3.220.0 <4" },
    release: pulumiRelease("pulumi/pulumi"),
    onPath: true,
  },
  {
    ...program,
    name: "pulumi-language-nodejs",
    purpose: "Pulumi's host for Node programs",
    // Its module is older than the engine's; see docs/embedded-cluster.md.
    version: "3.184.0",
    package: "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",
    release: pulumiRelease("pulumi/pulumi-language-nodejs"),
    onPath: true,
  },
  {
    ...program,
    name: "pulumi-resource-kubernetes",
    purpose: "Pulumi's Kubernetes provider",
    // Two commits after 4.27.0: the newest state of the module that is served.
    version: "4.27.0",
    package: ".",
    stamps: { "main.version": "4.27.0" },
    moduleFiles: [
      { module: "github.com/pulumi/pulumi-kubernetes/provider/v4", path: "cmd/pulumi-resource-kubernetes/schema.json" },
    ],
    pluginRange: ">=4.27.0 <5",
    release: pluginRelease("kubernetes", "4.34.2"),
    onPath: true,
  },
  {
    ...program,
    name: "pulumi-resource-random",
    purpose: "Pulumi's provider of generated secrets",
    version: "4.21.2",
    package: ".",
    pluginRange: ">=4.16.0 <5",
    release: pluginRelease("random", "4.21.2"),
    onPath: true,
  },
  {
    ...program,
    name: "kubectl",
    purpose: "the benchmarks' peer",
    version: kubernetesVersion,
    package: ".",
    stamps: kubernetesStamps,
    versionCheck: { args: ["version", "--client"], range: ">=1.34.0 <2" },
    onPath: true,
  },
  {
    ...program,
    name: "helm",
    purpose: "the benchmarks' peer",
    version: "4.3.1",
    package: "helm.sh/helm/v4/cmd/helm",
    stamps: { "helm.sh/helm/v4/internal/version.version": "v4.3.1" },
    versionCheck: { args: ["version", "--short"], range: "^4.0.0" },
    release: {
      version: "4.3.1",
      url: ({ os, arch }) => `https://get.helm.sh/helm-v4.3.1-${os}-${arch}.tar.gz`,
      checksumUrl: ({ os, arch }) => `https://get.helm.sh/helm-v4.3.1-${os}-${arch}.tar.gz.sha256sum`,
      member: ({ os, arch }) => `${os}-${arch}/helm`,
    },
    onPath: true,
  },
  {
    ...program,
    name: "netpol-analyzer",
    purpose: "the isolation proof's independent reader of network policies, for tests",
    version: "1.4.4",
    package: "github.com/np-guard/netpol-analyzer/cmd/netpolicy",
    onPath: false,
  },
  {
    ...program,
    name: "node",
    purpose: "kubelet and kube-proxy of the real node",
    version: kubernetesVersion,
    package: ".",
    stamps: kubernetesStamps,
    onPath: false,
  },
  {
    ...program,
    name: "kube-router",
    purpose: "the real node's enforcer of network policies",
    version: "2.1.0",
    package: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router",
    stamps: { "github.com/cloudnativelabs/kube-router/v2/pkg/version.Version": "v2.1.0" },
    onPath: false,
  },
  {
    ...program,
    name: "coredns",
    purpose: "the real node's resolver",
    version: "1.15.0",
    package: ".",
    onPath: false,
  },
  {
    ...program,
    name: "netpol-specs",
    purpose: "upstream's own tests of network policies",
    version: kubernetesVersion,
    package: ".",
    stamps: kubernetesStamps,
    onPath: false,
  },
  {
    ...program,
    name: "agnhost",
    purpose: "what the pods of upstream's tests run",
    version: kubernetesVersion,
    package: "k8s.io/kubernetes/test/images/agnhost",
    onPath: false,
  },
  {
    ...program,
    name: "versitygw",
    purpose: "an S3 server, for the tests of backends",
    version: "1.8.0",
    package: "github.com/versity/versitygw/cmd/versitygw",
    onPath: false,
  },
  {
    ...program,
    name: "probe",
    purpose: "what the pods of the real node run, and what they talk to",
    version: "1",
    package: ".",
    onPath: false,
  },
];

/** Finds the recipe of a tool. */
export function recipeOf(name: ToolName): Recipe {
  const recipe = recipes.find((each) => each.name === name);
  if (recipe === undefined) throw new Error(`no recipe for ${name}`);
  return recipe;
}

/** Name of the environment variable that names a tool explicitly: `TENANTRY_KUBE`, `TENANTRY_PULUMI_RESOURCE_RANDOM`. */
export function settingOf(name: ToolName): string {
  return `TENANTRY_${name.toUpperCase().replaceAll("-", "_")}`;
}
