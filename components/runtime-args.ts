import type { Input } from "./manifests/kubernetes.ts";
import { prepareScript, type RuntimeSettings } from "./manifests/runtime.ts";
import type { Resources } from "./manifests/workload.ts";
import { defaultResources, type WorkloadArgs, workloadSettings } from "./workload-args.ts";

/** Arguments of `RuntimeStatefulSet`. */
export interface RuntimeStatefulSetArgs extends WorkloadArgs {
  /** @default 3000 */
  readonly port?: number;
  /**
   * The volume of each replica. It outlives a scale-down, and a replica that comes back gets the same one again. Class and size are
   * read when the StatefulSet is made; later changes do nothing by themselves (docs/components.md says how to grow a volume).
   */
  readonly volume: {
    readonly storageClass: Input<string>;
    readonly size: Input<string>;
    /** @default "/data" */
    readonly mountPath?: string;
  };
  /**
   * The step that prepares the volume before the runtime starts.
   * @default the runtime's own image with `/bin/sh`, making `state` and `workspace`
   */
  readonly prepare?: {
    /**
     * The runtime's own image needs no second pull, scan or registry rule. Give another one, or a `command` that the image
     * knows, when it has no shell.
     * @default the runtime's image
     */
    readonly image?: Input<string>;
    /**
     * Command in exec form. It finds the mount path in `DATA_DIRECTORY` and the names to make in `DATA_SUBDIRECTORIES`, and must fail when
     * it cannot write.
     * @default /bin/sh with a script of eight lines
     */
    readonly command?: readonly string[];
    /** Names of directories below the mount path, without spaces. @default ["state", "workspace"] */
    readonly directories?: readonly string[];
  };
  /** Requests and limits of the preparing step. @default the container's default */
  readonly initResources?: Resources;
  /**
   * Refuse to delete the StatefulSet, which owns the claims of the volumes.
   * @default false
   */
  readonly protect?: boolean;
  /**
   * Leave the pods running when the StatefulSet object is replaced, for the new one to adopt. Deleting the component on its own
   * then leaves them behind as well, so this is for namespaces that are deleted as a whole.
   * @default false
   */
  readonly keepPodsOnReplacement?: boolean;
}

/** Applies every default. */
export function runtimeSettings(name: string, args: RuntimeStatefulSetArgs): RuntimeSettings {
  const { prepare = {}, volume } = args;
  return {
    ...workloadSettings(name, args, 3000),
    volume: { ...volume, mountPath: volume.mountPath ?? "/data" },
    prepare: {
      image: prepare.image ?? args.image,
      command: prepare.command ?? ["/bin/sh", "-ec", prepareScript],
      directories: prepare.directories ?? ["state", "workspace"],
      resources: args.initResources ?? defaultResources,
    },
    keepPodsOnReplacement: args.keepPodsOnReplacement ?? false,
  };
}
