// Command pulumi-resource-random stands in for the official `random` provider where that cannot be had.
//
// The official plugin comes as a download only: the Terraform provider that it wraps is not served as a Go module of a
// version that can make passwords. A machine that reaches nothing but package registries could therefore not bring up
// a tenant with generated secrets. This program fills that gap with the one resource Tenantry uses,
// random:index/randomPassword:RandomPassword.
//
// Why a provider and not a value computed in the program: the Pulumi program stays the same everywhere (one code path,
// `new random.RandomPassword`); a password is made once, from crypto/rand, and kept in the stack's state, so updates
// leave it alone and a change of any input replaces it; and the engine encrypts it, because the outputs are secrets.
//
// Types, property names, defaults and the id ("none") are those of the official provider 4.21.2, so a stack made with
// this program goes on with the official plugin as soon as it is there. The toolchain prefers the official one: on the
// PATH, among Pulumi's installed plugins, or downloaded.
package main

import (
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Version of the official provider whose contract this program follows.
const version = "4.21.2"

func main() {
	if len(os.Args) > 1 && (os.Args[1] == "--version" || os.Args[1] == "-version") {
		fmt.Println(version)
		return
	}
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-random:", err)
		os.Exit(1)
	}
}

// serve answers the engine until the engine ends it. The engine reads the port from standard output.
func serve() error {
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterResourceProviderServer(server, &provider{})
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d\n", handle.Port)
	return <-handle.Done
}
