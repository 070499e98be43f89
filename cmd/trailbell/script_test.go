package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var updateScripts = flag.Bool("update-scripts", false, "rewrite the expected output in testdata/script")

// TestMain lets scripts run the real main as the command trailbell.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"trailbell": main})
}

// TestScript runs testdata/script: each file is a story told with the command line.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *updateScripts,
	})
}
