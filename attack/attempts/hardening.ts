import { type Draft, guardrail, type Pair, podSecurity } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";
import { podRows, type Row } from "./pod-rows.ts";

/** Pod Security `restricted`, field by field. */
export function hardeningDrafts(pair: Pair): readonly Draft[] {
  const security = "containers.0.securityContext";
  const rows: readonly Row[] = [
    // The API server itself refuses privileged beside allowPrivilegeEscalation: false, so the field is the whole context.
    [
      "privileged",
      "all rights on its node",
      "k3k#1082",
      security,
      { privileged: true, capabilities: { drop: ["ALL"] } },
      podSecurity("privileged"),
    ],
    [
      "escalation",
      "rights that grow",
      "k3k#1082",
      `${security}.allowPrivilegeEscalation`,
      true,
      podSecurity("allowPrivilegeEscalation != false"),
    ],
    [
      "capabilities",
      "a capability",
      "k3k#1082",
      `${security}.capabilities.add`,
      ["SYS_ADMIN"],
      podSecurity("capabilities"),
    ],
    ["root", "user 0", "Pod Security Standards", "securityContext.runAsUser", 0, podSecurity("runAsUser=0")],
    [
      "not-non-root",
      "any user",
      "Pod Security Standards",
      "securityContext.runAsNonRoot",
      false,
      podSecurity("runAsNonRoot != true"),
    ],
    [
      "unconfined",
      "no seccomp",
      "CVE-2022-0185",
      "securityContext.seccompProfile.type",
      "Unconfined",
      podSecurity("seccompProfile"),
    ],
    [
      "apparmor",
      "no AppArmor",
      "Pod Security Standards",
      "securityContext.appArmorProfile",
      { type: "Unconfined" },
      podSecurity("AppArmor profile"),
    ],
    [
      "selinux",
      "a type of SELinux",
      "Pod Security Standards",
      "securityContext.seLinuxOptions",
      { type: "spc_t" },
      podSecurity("seLinuxOptions"),
    ],
    [
      "sysctl",
      "a setting of the kernel",
      "CVE-2022-0811",
      "securityContext.sysctls",
      [{ name: "kernel.core_pattern", value: "|/bin/sh" }],
      podSecurity("sysctls"),
    ],
    [
      "host-network",
      "the node's network",
      "aws/containers-roadmap#1109",
      "hostNetwork",
      true,
      podSecurity("host namespaces"),
    ],
    ["host-pid", "the node's processes", "k3k#1082", "hostPID", true, podSecurity("host namespaces")],
    ["host-ipc", "the node's shared memory", "k3k#1082", "hostIPC", true, podSecurity("host namespaces")],
    [
      "host-port",
      "a port of the node",
      "Pod Security Standards",
      "containers.0.ports",
      [{ containerPort: 8080, hostPort: 8080 }],
      podSecurity("hostPort"),
    ],
    [
      "host-probe",
      "probes that the node sends elsewhere",
      "k/k#99425",
      "containers.0.livenessProbe",
      { httpGet: { host: "169.254.169.254", port: 80 } },
      podSecurity("probe or lifecycle host"),
    ],
  ];
  // Pod Security warns about templates and refuses none.
  const asked: readonly Row[] = [
    [
      "host-probe",
      "probes that the node sends elsewhere",
      "k/k#99425",
      "containers.0.readinessProbe",
      { tcpSocket: { host: "169.254.169.254", port: 80 } },
      guardrail("probes"),
    ],
    [
      "host-hook",
      "a hook that the node sends elsewhere",
      "k/k#99425",
      "containers.0.lifecycle",
      { preStop: { httpGet: { host: "169.254.169.254", port: 80 } } },
      guardrail("probes"),
    ],
  ];
  const unmasked: Draft = {
    id: "pod-proc-mount",
    title: "a pod with an unmasked /proc",
    source: "Pod Security Standards",
    // The API server takes it only together with hostUsers: false, so the twin has that too.
    twin: requests.post("owner", requests.pathOf("v1", pair.attacker.namespace, "pods"), {
      ...objects.pod(pair),
      spec: { ...objects.podSpec(pair), hostUsers: false },
    }),
    change: { field: "body", at: `spec.${security}.procMount`, value: "Unmasked" },
    expected: podSecurity("procMount"),
  };
  return [...podRows(pair, rows, "pod"), unmasked, ...podRows(pair, asked, "template")];
}
