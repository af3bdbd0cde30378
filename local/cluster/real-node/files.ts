import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import type { LocalPaths } from "../../paths.ts";
import { updatePrivateFile } from "../../private-file.ts";
import { kubeconfig } from "../config-files.ts";
import { pkiFile } from "../pki.ts";
import type { NodeCertificateName } from "./certificates.ts";
import { type NodeLayout, apiPort, dnsAddress, podRange, worldLink, worldPorts } from "./layout.ts";
import { networkPlugins } from "./prerequisites.ts";
import type { NodeLink } from "./state.ts";

/** The registry in the world. */
const registry = `http://${worldLink.world}:${worldPorts.registry}`;

/** Repository of the image that holds a pod's namespaces; any registry's name leads to ours. */
const pauseImage = "local.invalid/pause:1";

/** Path of one of the node's configuration files. */
export function nodeFile(layout: NodeLayout, name: "containerd.toml" | "kubelet.yaml" | "kube-proxy.yaml"): string {
  return join(layout.config, name);
}

/** Path of the kubeconfig of one of the node's parts. */
export function nodeKubeconfig(layout: NodeLayout, name: NodeCertificateName): string {
  return join(layout.config, `${name}.kubeconfig`);
}

/** Writes every configuration file of the node except that of the pods' network; unchanged files are left alone. */
export function writeNodeFiles(paths: LocalPaths, layout: NodeLayout, link: NodeLink): void {
  const certificates = join(layout.data, "certs.d", "_default");
  for (const directory of [layout.config, layout.runtime, layout.data, certificates, pluginDirectory(layout)])
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of ["kubelet", "kube-proxy", "kube-router"] as const) {
    const pair = join(layout.config, name);
    const text = kubeconfig(
      {
        server: `https://${link.host}:${apiPort}`,
        "certificate-authority": pkiFile(paths.cluster.pki, "ca", "crt"),
        // The relay passes TLS on as it is, so the certificate is that of the API server under its own name.
        "tls-server-name": "kubernetes",
      },
      { "client-certificate": `${pair}.crt`, "client-key": `${pair}.key` },
    );
    updatePrivateFile(nodeKubeconfig(layout, name), text);
  }
  updatePrivateFile(nodeFile(layout, "containerd.toml"), containerdConfig(layout));
  updatePrivateFile(join(certificates, "hosts.toml"), `[host."${registry}"]\n`);
  updatePrivateFile(join(layout.data, "resolv.conf"), "# No name outside of the cluster is resolved.\n");
  updatePrivateFile(nodeFile(layout, "kubelet.yaml"), stringify(kubeletConfig(paths, layout)));
  updatePrivateFile(nodeFile(layout, "kube-proxy.yaml"), stringify(proxyConfig(layout)));
}

function pluginDirectory(layout: NodeLayout): string {
  return join(layout.data, "cni");
}

/** Tells containerd how pods get their network; until then the node is not Ready. `range` is the node's own. */
export function writePodNetwork(layout: NodeLayout, range: string): void {
  const ipam = {
    type: "host-local",
    dataDir: join(layout.runtime, "addresses"),
    ranges: [[{ subnet: range }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  const bridge = { type: "bridge", bridge: "pods", isGateway: true, hairpinMode: true, ipMasq: false, ipam };
  const list = { cniVersion: "1.0.0", name: `tenantry-${layout.id}`, plugins: [bridge] };
  updatePrivateFile(join(pluginDirectory(layout), "pods.conflist"), JSON.stringify(list, null, 2));
}

/** Of version 2, which containerd 1.6 and 2 both read. */
function containerdConfig(layout: NodeLayout): string {
  const cri = "io.containerd.grpc.v1.cri";
  const without = ["btrfs", "zfs", "aufs", "devmapper"].map((name) => `"io.containerd.snapshotter.v1.${name}"`);
  return `version = 2
root = "${join(layout.data, "containerd")}"
state = "${join(layout.runtime, "containerd")}"
disabled_plugins = [${[...without, '"io.containerd.internal.v1.opt"'].join(", ")}]
[grpc]
  address = "${layout.socket}"
[ttrpc]
  address = "${layout.socket}.ttrpc"
[plugins."${cri}"]
  sandbox_image = "${pauseImage}"
  netns_mounts_under_state_dir = true
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  [plugins."${cri}".cni]
    bin_dir = "${networkPlugins}"
    conf_dir = "${pluginDirectory(layout)}"
  [plugins."${cri}".registry]
    config_path = "${join(layout.data, "certs.d")}"
  [plugins."${cri}".containerd]
    snapshotter = "overlayfs"
    [plugins."${cri}".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."${cri}".containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = "${join(layout.runtime, "runc")}"
`;
}

function kubeletConfig(paths: LocalPaths, layout: NodeLayout) {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pkiFile(paths.cluster.pki, "ca", "crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: join(layout.config, "kubelet-serving.crt"),
    tlsPrivateKeyFile: join(layout.config, "kubelet-serving.key"),
    readOnlyPort: 0,
    healthzBindAddress: "127.0.0.1",
    containerRuntimeEndpoint: `unix://${layout.socket}`,
    podLogsDir: join(layout.data, "pod-logs"),
    volumePluginDir: join(layout.data, "volume-plugins"),
    resolvConf: join(layout.data, "resolv.conf"),
    clusterDNS: [dnsAddress],
    clusterDomain: "cluster.local",
    // Two kubelets that shared a root would each take the other's pods for leftovers.
    cgroupRoot: `/${layout.cgroup}`,
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    // A container or a virtual machine may forbid to be spared by the kernel's memory killer.
    oomScoreAdj: 0,
    // The disk is the machine's: how full it is says nothing about this node's pods.
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    imageGCHighThresholdPercent: 100,
    // Tests start and stop pods; nobody has to wait for a slow look.
    syncFrequency: "10s",
    nodeStatusUpdateFrequency: "5s",
    shutdownGracePeriod: "0s",
  };
}

function proxyConfig(layout: NodeLayout) {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clientConnection: { kubeconfig: nodeKubeconfig(layout, "kube-proxy") },
    clusterCIDR: podRange,
    // The table of connections is the machine's, and not for one network namespace to resize.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    oomScoreAdj: 0,
  };
}
