/**
 * True for an object whose annotations are the tenant's own notes: keys without a prefix, and what the tools that apply objects leave.
 * Any other prefix is some controller's, and so an order to it.
 */
export const onlyPlainAnnotations =
  "!has(object.metadata.annotations) || object.metadata.annotations.all(key, !key.contains('/') || key == 'kubectl.kubernetes.io/last-applied-configuration' || key.startsWith('pulumi.com/') || key.startsWith('meta.helm.sh/'))";

/**
 * CEL: true for the key of an annotation that Kubernetes' own controllers of volumes read: a class that counts for more than the field
 * (`volume.beta.kubernetes.io/storage-class`), a node (`volume.kubernetes.io/selected-node`), a provisioner.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/
 */
export const isOrderAboutVolumes = "key.matches('^volume[.a-z]*[.]kubernetes[.]io/')";
