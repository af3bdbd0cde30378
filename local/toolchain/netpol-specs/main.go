// Command netpol-specs is the part of the upstream end-to-end suite that is about NetworkPolicy. It runs on the cluster of
// a kubeconfig and shows whether whoever enforces policies there can be believed.
package main

import (
	"flag"
	"os"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	_ "k8s.io/kubernetes/test/e2e"
	"k8s.io/kubernetes/test/e2e/framework"
	"k8s.io/kubernetes/test/e2e/framework/config"
	_ "k8s.io/kubernetes/test/e2e/framework/debug/init"
	_ "k8s.io/kubernetes/test/e2e/framework/node/init"
	_ "k8s.io/kubernetes/test/e2e/network/netpol"
)

// failure stands in for the testing package, of which ginkgo asks no more.
type failure struct{ failed bool }

func (failure *failure) Fail() { failure.failed = true }

func main() {
	focus := flag.String("focus", "Netpol NetworkPolicy between server and client", "regular expression of the specs' names")
	report := flag.String("report", "", "file for ginkgo's report as JSON")
	config.CopyFlags(config.Flags, flag.CommandLine)
	framework.RegisterCommonFlags(flag.CommandLine)
	framework.RegisterClusterFlags(flag.CommandLine)
	flag.Parse()
	framework.AfterReadingAllFlags(&framework.TestContext)
	gomega.RegisterFailHandler(framework.Fail)
	suite, reporter := framework.CreateGinkgoConfig()
	suite.FocusStrings = []string{*focus}
	// Without a focus on its own flag, the framework leaves every optional feature out, and this is one.
	suite.SkipStrings = nil
	reporter.JSONReport = *report
	reporter.NoColor = true
	result := &failure{}
	if !ginkgo.RunSpecs(result, "NetworkPolicy", suite, reporter) || result.failed {
		os.Exit(1)
	}
}
