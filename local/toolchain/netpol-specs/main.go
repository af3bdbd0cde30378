// Command netpol-specs is the part of the upstream end-to-end suite that is about NetworkPolicy. It runs on the cluster of
// a kubeconfig and shows whether whoever enforces policies there can be believed.
package main

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	_ "k8s.io/kubernetes/test/e2e"
	"k8s.io/kubernetes/test/e2e/framework"
	"k8s.io/kubernetes/test/e2e/framework/config"
	_ "k8s.io/kubernetes/test/e2e/framework/debug/init"
	_ "k8s.io/kubernetes/test/e2e/framework/node/init"
	_ "k8s.io/kubernetes/test/e2e/network/netpol"
)

// description begins the text that focus and skip expressions are held against.
const description = "NetworkPolicy"

// failure stands in for the testing package, of which ginkgo asks no more.
type failure struct{ failed bool }

func (failure *failure) Fail() { failure.failed = true }

func main() {
	focus := flag.String("focus", "Netpol NetworkPolicy between server and client", "regular expression of the specs' names")
	results := flag.String("results", "", "file to which one JSON line is added for each spec as it ends; the first says how many will run")
	without := flag.String("without", "", "file with the full names, one a line, of specs that are left out")
	config.CopyFlags(config.Flags, flag.CommandLine)
	framework.RegisterCommonFlags(flag.CommandLine)
	framework.RegisterClusterFlags(flag.CommandLine)
	flag.Parse()
	framework.AfterReadingAllFlags(&framework.TestContext)
	gomega.RegisterFailHandler(framework.Fail)
	suite, reporter := framework.CreateGinkgoConfig()
	suite.FocusStrings = []string{*focus}
	// Without a focus on its own flag, the framework leaves every optional feature out, and this is one.
	suite.SkipStrings = exactly(*without)
	reporter.NoColor = true
	recordTo(*results)
	result := &failure{}
	if !ginkgo.RunSpecs(result, description, suite, reporter) || result.failed {
		os.Exit(1)
	}
}

// exactly makes an expression for each name of a file, which no longer name matches. No file means none.
func exactly(file string) []string {
	if file == "" {
		return nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var expressions []string
	for name := range strings.Lines(string(content)) {
		if name = strings.TrimSpace(name); name != "" {
			expressions = append(expressions, "^"+regexp.QuoteMeta(description+" "+name)+"$")
		}
	}
	return expressions
}

// recordTo has each result on disk as soon as it is known, so that a run which is ended in the middle has not been for nothing.
func recordTo(file string) {
	output, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	lines := json.NewEncoder(output)
	ginkgo.ReportBeforeSuite(func(report ginkgo.Report) {
		_ = lines.Encode(map[string]int{"total": report.PreRunStats.SpecsThatWillRun})
	})
	ginkgo.ReportAfterEach(func(report ginkgo.SpecReport) {
		if report.State.Is(types.SpecStateSkipped | types.SpecStatePending) {
			return
		}
		_ = lines.Encode(map[string]any{
			"name": report.FullText(), "state": report.State.String(), "seconds": report.RunTime.Seconds(), "message": report.Failure.Message,
		})
	})
}
