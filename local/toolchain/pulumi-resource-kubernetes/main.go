// Command pulumi-resource-kubernetes is the official Kubernetes provider for Pulumi, built from its Go module.
//
// schema.json is not kept here: the build copies it from the module's own cmd/pulumi-resource-kubernetes (see
// recipes.ts), so that it always belongs to the version in go.mod.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// Stamped by the linker with the version of the module in go.mod.
var version = "4.27.0"

//go:embed schema.json
var schema []byte

func main() {
	// The last argument maps the Terraform provider's names for `pulumi convert`; nobody converts with this build.
	provider.Serve("kubernetes", version, schema, []byte("{}"))
}
