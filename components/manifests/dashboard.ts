import type { DeploymentManifest, Input } from "./kubernetes.ts";
import { podTemplate, replicas } from "./pod.ts";
import { workloadMetadata, workloadSelector, type WorkloadSettings } from "./workload.ts";

/** Everything the dashboard's builders need to know. */
export interface DashboardSettings extends WorkloadSettings {
  /** Pods above the desired number during an update. At least 1: none may be missing, so one must be extra. */
  readonly maxSurge: number;
  /** URL of the runtime as seen from the dashboard's pods; `null` for a dashboard without a runtime. */
  readonly runtimeUrl: Input<string> | null;
}

/** The dashboard: stateless, and never fewer ready pods than wanted during an update. */
export function buildDeployment(settings: DashboardSettings): DeploymentManifest {
  const { runtimeUrl } = settings;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: workloadMetadata(settings, settings.objectName),
    spec: {
      ...replicas(settings),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: settings.maxSurge } },
      selector: { matchLabels: workloadSelector(settings) },
      template: podTemplate(settings, {
        environment: runtimeUrl === null ? {} : { RUNTIME_URL: runtimeUrl },
        mounts: [],
        initContainers: [],
        // During a rollout old and new pods stand side by side; counted together, the new ones end up uneven once the old are gone.
        revisionLabels: ["pod-template-hash"],
      }),
    },
  };
}
