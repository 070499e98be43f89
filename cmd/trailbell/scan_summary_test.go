package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTallyTellsTheMostFrequentReasons(t *testing.T) {
	check := func(want string, reasons ...string) {
		t.Helper()
		var all tally
		for _, reason := range reasons {
			all.add(reason)
		}
		if got := all.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("")
	check("a (1)", "a")
	check("b (2), a (1), c (1)", "a", "b", "b", "c")
	check("f (2), a (1), b (1), c (1), d (1) and 1 other reason", "a", "b", "c", "d", "e", "f", "f")
	check("a (1), b (1), c (1), d (1), e (1) and 2 other reasons", "a", "b", "c", "d", "e", "f", "g")
	var many []string
	for i := range 2 * maxReasons {
		many = append(many, fmt.Sprintf("%06d", i))
	}
	check("000000 (1), 000001 (1), 000002 (1), 000003 (1), 000004 (1) and more than 995 other reasons", many...)
}

func TestScanSaysWhenToLookAgainForYoungPrompts(t *testing.T) {
	c := new(console)
	c.prompt("02T23:50:10", "192.0.2.1")
	c.prompt("02T23:51:00", "192.0.2.2")
	check := func(at, want string) {
		t.Helper()
		got := trailbell(strings.Join(c.lines, "\n"), "scan", "-", "--at", at)
		if !strings.Contains(got.out, want) || strings.Contains(got.out, "younger") != strings.Contains(want, "younger") {
			t.Errorf("--at %s: want %q in\n%s", at, want, got.out)
		}
	}
	check("2026-03-02T23:50:30Z", "No sign-in stopped at MFA.\n1 MFA prompt is younger than 20 minutes: scan again after 2026-03-03 00:11 UTC.\n")
	check("2026-03-03T00:00:00Z", "2 MFA prompts are younger than 20 minutes: scan again after 00:11 UTC.")
	check("2026-03-03T00:10:30Z", "Found 1 abandoned MFA prompt.\n1 MFA prompt is younger than 20 minutes: scan again after 00:11 UTC.")
	check("2026-03-03T00:11:00Z", "Found 2 abandoned MFA prompts.\n\n")
}

func TestFileErrorsAreInPlainWords(t *testing.T) {
	check := func(want string, args ...string) {
		t.Helper()
		got := trailbell("", args...)
		line, _, _ := strings.Cut(got.err, "\n")
		if !strings.HasPrefix(line, "trailbell: ") || !strings.HasSuffix(line, want) || got.code != exitFailed {
			t.Errorf("%q: exit %d, %q; want it to end in %q", args, got.code, line, want)
		}
		for _, call := range []string{" stat", " open", " mkdir", "lstat", "openat"} {
			if strings.Contains(line, call) {
				t.Errorf("%q: %q names a system call", args, line)
			}
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	nowhere := filepath.Join(dir, "nowhere")
	check(nowhere+": no such file or directory", "scan", nowhere)
	check("make folder "+file+": not a directory", "simulate", "--to", file, "--records", "1")
	t.Setenv("TMPDIR", nowhere)
	check("make a folder for the demo in "+nowhere+": no such file or directory", "demo")
}
