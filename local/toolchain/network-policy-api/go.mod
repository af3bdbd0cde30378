// The definition of ClusterNetworkPolicy is taken from the files of this module; none of its code is built.
module tenantry.dev/toolchain/network-policy-api

go 1.26

require sigs.k8s.io/network-policy-api v0.2.0
