package main

import (
	"bytes"
	"context"
	"runtime/debug"
	"strings"
	"testing"
)

func TestWhatCannotBePrintedIsAFailure(t *testing.T) {
	for _, args := range [][]string{
		{"--help"},
		{"scan", "--help"},
		{"help", "scan"},
		{"--version"},
		{},
		{"demo"},
		{"simulate", "--list"},
		{"simulate", "--to", t.TempDir(), "--records", "1"},
	} {
		var errs bytes.Buffer
		code := run(context.Background(), args, streams{In: strings.NewReader(""), Out: brokenWriter{}, Err: &errs})
		if code != exitFailed || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), "write ") {
			t.Errorf("%q: exit %d, %q", args, code, errs.String())
		}
	}
}

func TestVersionSaysWhatWasBuilt(t *testing.T) {
	check := func(info *debug.BuildInfo, want string) {
		t.Helper()
		if got := version(info, info != nil); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(nil, "(unknown)")
	check(&debug.BuildInfo{GoVersion: "go1.26.1"}, "(devel), go1.26.1")
	check(&debug.BuildInfo{GoVersion: "go1.26.1", Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3, go1.26.1")
	settings := []debug.BuildSetting{{Key: "vcs.revision", Value: "0cc098d"}, {Key: "vcs.modified", Value: "false"}}
	check(&debug.BuildInfo{GoVersion: "go1.26.1", Settings: settings}, "(devel), revision 0cc098d, go1.26.1")
	settings[1].Value = "true"
	check(&debug.BuildInfo{GoVersion: "go1.26.1", Settings: settings}, "(devel), revision 0cc098d with changes, go1.26.1")
}

func TestHelpOfNothingKnownIsWrongUsage(t *testing.T) {
	check := func(want int, args ...string) {
		t.Helper()
		if got := trailbell("", args...); got.code != want {
			t.Errorf("%q: exit %d, want %d; %s", args, got.code, want, got.err)
		}
	}
	check(exitDone, "help")
	check(exitDone, "help", "scan")
	check(exitDone, "help", "pattern", "test")
	check(exitUsage, "help", "nope")
	check(exitUsage, "help", "pattern", "nope")
	check(exitUsage, "help", "scan", "nope")
}
