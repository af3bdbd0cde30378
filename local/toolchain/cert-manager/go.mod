// The definition of a Certificate is taken from the files of this module, for the tests; none of its code is built.
module tenantry.dev/toolchain/cert-manager

go 1.26

require github.com/cert-manager/cert-manager v1.21.2
