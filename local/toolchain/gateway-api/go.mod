// The definitions of the Gateway API are taken from the files of this module; none of its code is built.
module tenantry.dev/toolchain/gateway-api

go 1.26

require sigs.k8s.io/gateway-api v1.6.1
