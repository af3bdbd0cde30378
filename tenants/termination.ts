/**
 * The longest that a pod may take to end, in seconds. An emptied node waits this long and no longer: the default of
 * `--max-graceful-termination-sec` of the Kubernetes cluster-autoscaler.
 */
export const maxTerminationSeconds = 600;
