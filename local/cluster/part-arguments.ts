import { simulatedNodeAnnotation } from "../../tenants/node-annotations.ts";
import type { LocalPaths } from "../paths.ts";
import { componentKubeconfig, configFile } from "./config-files.ts";
import type { PartName } from "./parts.ts";
import { pkiFile } from "./pki.ts";
import type { ClusterPorts } from "./ports.ts";

/** Flags of a command line in order; an empty value stands for a flag without one. */
export type Flags = readonly (readonly [flag: string, value: string])[];

/** The command line of a part, without the program. */
export function argumentsOf(name: PartName, paths: LocalPaths, ports: ClusterPorts): Flags {
  const pki = paths.cluster.pki;
  const crt = (certificate: Parameters<typeof pkiFile>[1]) => pkiFile(pki, certificate, "crt");
  const key = (certificate: Parameters<typeof pkiFile>[1]) => pkiFile(pki, certificate, "key");
  switch (name) {
    case "etcd": {
      const client = `https://127.0.0.1:${ports.etcd}`;
      const peer = `https://127.0.0.1:${ports["etcd-peer"]}`;
      return [
        ["--name", "tenantry"],
        ["--data-dir", paths.cluster.etcd],
        ["--listen-client-urls", client],
        ["--advertise-client-urls", client],
        ["--listen-peer-urls", peer],
        ["--initial-advertise-peer-urls", peer],
        ["--initial-cluster", `tenantry=${peer}`],
        ["--client-cert-auth", "true"],
        ["--trusted-ca-file", crt("etcd-ca")],
        ["--cert-file", crt("etcd-server")],
        ["--key-file", key("etcd-server")],
        ["--peer-client-cert-auth", "true"],
        ["--peer-trusted-ca-file", crt("etcd-ca")],
        ["--peer-cert-file", crt("etcd-server")],
        ["--peer-key-file", key("etcd-server")],
        // The cluster can be made anew at any time, so a power cut may cost its data but not every write its time.
        ["--unsafe-no-fsync", "true"],
        ["--auto-compaction-mode", "periodic"],
        ["--auto-compaction-retention", "10m"],
        ["--log-level", "warn"],
      ];
    }
    case "kube-apiserver":
      return [
        ["--bind-address", "127.0.0.1"],
        ["--secure-port", String(ports["kube-apiserver"])],
        // Loopback may not be advertised; nothing routes to this documentation address, and no endpoint is written.
        ["--advertise-address", "192.0.2.1"],
        ["--endpoint-reconciler-type", "none"],
        ["--etcd-servers", `https://127.0.0.1:${ports.etcd}`],
        ["--etcd-cafile", crt("etcd-ca")],
        ["--etcd-certfile", crt("etcd-client")],
        ["--etcd-keyfile", key("etcd-client")],
        ["--tls-cert-file", crt("kube-apiserver")],
        ["--tls-private-key-file", key("kube-apiserver")],
        ["--client-ca-file", crt("ca")],
        ["--anonymous-auth", "false"],
        ["--authorization-mode", "Node,RBAC"],
        ["--enable-admission-plugins", "NodeRestriction"],
        // Privileged pods are for admission to refuse; a server that refuses them first would hide a missing guardrail.
        ["--allow-privileged", "true"],
        ["--service-account-issuer", "https://kubernetes.default.svc.cluster.local"],
        ["--service-account-key-file", pkiFile(pki, "sa", "pub")],
        ["--service-account-signing-key-file", key("sa")],
        ["--service-cluster-ip-range", "10.96.0.0/16"],
        ["--kubelet-certificate-authority", crt("ca")],
        ["--kubelet-client-certificate", crt("kubelet-client")],
        ["--kubelet-client-key", key("kubelet-client")],
        ["--kubelet-preferred-address-types", "InternalIP"],
        ["--requestheader-client-ca-file", crt("front-proxy-ca")],
        ["--requestheader-allowed-names", "front-proxy-client"],
        ["--requestheader-username-headers", "X-Remote-User"],
        ["--requestheader-group-headers", "X-Remote-Group"],
        ["--requestheader-extra-headers-prefix", "X-Remote-Extra-"],
        ["--proxy-client-cert-file", crt("front-proxy-client")],
        ["--proxy-client-key-file", key("front-proxy-client")],
        ["--enable-aggregator-routing", "false"],
        ["--encryption-provider-config", configFile(paths, "encryption.yaml")],
        ["--audit-policy-file", configFile(paths, "audit-policy.yaml")],
        ["--audit-log-path", paths.cluster.auditLog],
        ["--audit-log-maxsize", "50"],
        ["--audit-log-maxbackup", "2"],
        ["--default-not-ready-toleration-seconds", "60"],
        ["--default-unreachable-toleration-seconds", "60"],
        ["--profiling", "false"],
      ];
    case "kube-controller-manager":
      return [
        ...controllerFlags(paths, ports, "kube-controller-manager"),
        ["--use-service-account-credentials", "true"],
        ["--service-account-private-key-file", key("sa")],
        ["--root-ca-file", crt("ca")],
        ["--allocate-node-cidrs", "true"],
        ["--cluster-cidr", "10.244.0.0/16"],
        ["--service-cluster-ip-range", "10.96.0.0/16"],
        ["--enable-hostpath-provisioner", "true"],
        // Autoscalers look every 3 s, and believe a new pod's usage after 10 s instead of minutes: kwok's pods have no
        // start-up peak, and a person who tries out scaling should see it act.
        ["--horizontal-pod-autoscaler-sync-period", "3s"],
        ["--horizontal-pod-autoscaler-cpu-initialization-period", "10s"],
        ["--horizontal-pod-autoscaler-initial-readiness-delay", "5s"],
      ];
    case "kube-scheduler":
      return controllerFlags(paths, ports, "kube-scheduler");
    case "namespace-finalizer":
      return [["--kubeconfig", componentKubeconfig(paths, "namespace-finalizer")]];
    case "kwok":
      return [
        ["--kubeconfig", componentKubeconfig(paths, "kwok")],
        ["--config", configFile(paths, "kwok.yaml")],
        ["--manage-nodes-with-annotation-selector", `${simulatedNodeAnnotation}=fake`],
        ["--node-ip", "127.0.0.1"],
        ["--node-port", String(ports.kwok)],
        ["--server-address", `127.0.0.1:${ports.kwok}`],
        ["--tls-cert-file", crt("serving")],
        ["--tls-private-key-file", key("serving")],
        ["--node-lease-duration-seconds", "40"],
      ];
    case "metrics-server": {
      const kubeconfig = componentKubeconfig(paths, "metrics-server");
      return [
        ["--kubeconfig", kubeconfig],
        ["--authentication-kubeconfig", kubeconfig],
        ["--authorization-kubeconfig", kubeconfig],
        ["--bind-address", "127.0.0.1"],
        ["--secure-port", String(ports["metrics-server"])],
        ["--tls-cert-file", crt("serving")],
        ["--tls-private-key-file", key("serving")],
        ["--kubelet-certificate-authority", crt("ca")],
        ["--kubelet-preferred-address-types", "InternalIP"],
        ["--kubelet-use-node-status-port", "true"],
        // The shortest that metrics-server accepts; a request must be over before the next one is due.
        ["--metric-resolution", "10s"],
        ["--kubelet-request-timeout", "5s"],
      ];
    }
    default: {
      const unknown: never = name;
      throw new Error(`no arguments for ${String(unknown)}`);
    }
  }
}

/** What the controller manager and the scheduler have in common. */
function controllerFlags(
  paths: LocalPaths,
  ports: ClusterPorts,
  name: "kube-controller-manager" | "kube-scheduler",
): Flags {
  const kubeconfig = componentKubeconfig(paths, name);
  return [
    ["--kubeconfig", kubeconfig],
    ["--authentication-kubeconfig", kubeconfig],
    ["--authorization-kubeconfig", kubeconfig],
    ["--bind-address", "127.0.0.1"],
    ["--secure-port", String(ports[name])],
    ["--tls-cert-file", pkiFile(paths.cluster.pki, "serving", "crt")],
    ["--tls-private-key-file", pkiFile(paths.cluster.pki, "serving", "key")],
    ["--leader-elect", "false"],
    // The defaults (20 and 50 requests a second) would make many tenants at once wait for the controllers.
    ["--kube-api-qps", "200"],
    ["--kube-api-burst", "400"],
    ["--profiling", "false"],
  ];
}
