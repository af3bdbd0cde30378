module tenantry.dev/toolchain/probe

go 1.26
