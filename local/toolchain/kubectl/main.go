// Command kubectl is the upstream client without its cloud credential plugins. Only the benchmarks need it, as a peer.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
)

func main() {
	os.Exit(cli.Run(cmd.NewDefaultKubectlCommand()))
}
