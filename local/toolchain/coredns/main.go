// Command coredns is CoreDNS with the plugins that a cluster without a way out needs.
// The official program compiles every plugin, and with them the libraries of three clouds.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
)

func main() {
	// A plugin that is compiled in but not named here is never asked, whatever the configuration says.
	dnsserver.Directives = []string{"reload", "health", "ready", "errors", "hosts", "cache", "kubernetes"}
	coremain.Run()
}
