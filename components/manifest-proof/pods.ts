import { objectNames } from "../../tenants/names.ts";
import { at, Faults, hasAt, type Json, jsonAt, listAt, ofKind, same, textAt, type TenantCheck } from "./reader.ts";

/** The pods that a workload makes. */
export interface PodTemplate {
  readonly object: Json;
  readonly pod: Json;
  readonly containers: readonly unknown[];
}

/** The pod templates among objects. */
export function podTemplates(objects: readonly Json[]): readonly PodTemplate[] {
  return ["StatefulSet", "Deployment"]
    .flatMap((kind) => ofKind(objects, kind))
    .map((object) => {
      const pod = jsonAt(object, "spec", "template", "spec");
      return { object, pod, containers: [...listAt(pod, "initContainers"), ...listAt(pod, "containers")] };
    });
}

/** Pods run as nobody in particular, on no node in particular, with nothing of the node, and with no token. */
export const podFaults: TenantCheck = ({ tenant, objects }) => {
  const identity = new Faults("identity");
  const compute = new Faults("compute");
  const storage = new Faults("storage");
  const secrets = new Faults("secrets");
  const { guardrails } = tenant;
  const accounts = ofKind(objects, "ServiceAccount");
  const accountNames = new Set(accounts.map((account) => textAt(account, "metadata", "name")));
  for (const account of accounts) {
    identity.need(account["automountServiceAccountToken"] === false, account, "mounts its token into pods");
  }
  for (const { object, pod, containers } of podTemplates(objects)) {
    const account = textAt(pod, "serviceAccountName");
    identity.need(pod["automountServiceAccountToken"] === false, object, "mounts a token");
    identity.need(account !== "default" && accountNames.has(account), object, "runs as an account that is not its own");
    for (const key of ["hostNetwork", "hostPID", "hostIPC"]) identity.need(pod[key] !== true, object, `has ${key}`);
    for (const key of ["nodeName", "nodeSelector", "tolerations", "affinity", "schedulerName"]) {
      compute.need(!hasAt(pod, key), object, `chooses nodes by ${key}`);
    }
    const priority = textAt(pod, "priorityClassName");
    compute.need(priority === "" || guardrails.priorityClasses.includes(priority), object, `has priority ${priority}`);
    const runtime = textAt(pod, "runtimeClassName");
    compute.need(runtime === "" || guardrails.runtimeClasses.includes(runtime), object, `has runtime class ${runtime}`);
    for (const volume of listAt(pod, "volumes")) {
      const kinds = Object.keys(jsonAt([volume], 0)).filter((key) => key !== "name");
      const kind = kinds[0] ?? "nothing";
      storage.need(kinds.length === 1 && ["emptyDir", "secret"].includes(kind), object, `has a volume of ${kind}`);
      const secret = textAt(volume, "secret", "secretName");
      secrets.need(kind !== "secret" || secret === objectNames.secrets, object, `mounts the Secret ${secret}`);
    }
    for (const container of containers) securityFaults(object, pod, container);
  }
  for (const set of ofKind(objects, "StatefulSet")) {
    for (const claim of listAt(set, "spec", "volumeClaimTemplates")) {
      const name = textAt(claim, "spec", "storageClassName");
      storage.need(guardrails.storageClasses.includes(name), set, `asks for volumes of class ${name}`);
      for (const key of ["volumeName", "selector", "dataSource", "dataSourceRef"]) {
        storage.need(!hasAt(claim, "spec", key), set, `chooses its volume by ${key}`);
      }
    }
  }
  const names = new Set([...tenant.secrets.provided, ...tenant.secrets.generated.map(({ name }) => name)]);
  for (const map of ofKind(objects, "ConfigMap")) {
    for (const key of Object.keys(jsonAt(map, "data"))) secrets.need(!names.has(key), map, `holds the secret ${key}`);
  }
  for (const secret of ofKind(objects, "Secret")) {
    // Of type service-account-token it would be given a token without end.
    secrets.need(textAt(secret, "type") === "Opaque", secret, "is of a type that controllers act on");
    for (const key of Object.keys({ ...jsonAt(secret, "data"), ...jsonAt(secret, "stringData") })) {
      secrets.need(names.has(key), secret, `holds ${key}, which the plan does not name`);
    }
  }
  return [...identity.list, ...compute.list, ...storage.list, ...secrets.list];

  function securityFaults(object: Json, pod: Json, container: unknown): void {
    const context = jsonAt(container, "securityContext");
    const what = `container ${textAt(container, "name")}`;
    identity.need(context["privileged"] !== true, object, `${what} is privileged`);
    identity.need(context["allowPrivilegeEscalation"] === false, object, `${what} may gain privileges`);
    const dropsAll = same(at(context, "capabilities"), { drop: ["ALL"] });
    identity.need(dropsAll, object, `${what} keeps capabilities`);
    const runAsNonRoot = context["runAsNonRoot"] ?? at(pod, "securityContext", "runAsNonRoot");
    identity.need(runAsNonRoot === true, object, `${what} may run as root`);
    const profile = textAt(pod, "securityContext", "seccompProfile", "type");
    identity.need(profile === "RuntimeDefault", object, `${what} has no seccomp profile`);
    identity.need(
      !listAt(container, "ports").some((port) => hasAt(port, "hostPort")),
      object,
      `${what} has a port of the node`,
    );
  }
};
