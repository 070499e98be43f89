package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// The README shows what the demo prints, and names the two commands that a newcomer runs.
func TestTheREADMEShowsRealOutput(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run(context.Background(), []string{"demo"}, streams{In: strings.NewReader(""), Out: &out, Err: &out}); code != exitDone {
		t.Fatalf("exit %d: %s", code, &out)
	}
	_, block, _ := strings.Cut(string(readme), "    2026-03-03 ")
	block, _, _ = strings.Cut("    2026-03-03 "+block, "\n\n")
	if strings.Count(block, "\n") < 5 {
		t.Fatalf("no output of the demo found in the README: %q", block)
	}
	shown := strings.TrimPrefix(strings.ReplaceAll(block, "\n    ", "\n"), "    ")
	if !strings.Contains(out.String(), shown) {
		t.Errorf("the README shows\n%s\nwhich is no part of what the demo prints:\n%s", shown, &out)
	}
	for _, command := range []string{"    go run ./cmd/trailbell demo\n", "    go test ./...\n"} {
		if !strings.Contains(string(readme), command) {
			t.Errorf("the README does not name the command %q", command)
		}
	}
}
