package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/trailbell/trailbell/pattern"
)

// runPattern runs trailbell pattern with a text as standard input.
func runPattern(in string, args ...string) (code int, out, errOut string) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append([]string{"pattern"}, args...), streams{In: strings.NewReader(in), Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestPatternExitCodes(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.jsonl")
	if err := os.WriteFile(bad, []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(want int, args ...string) {
		t.Helper()
		if got, out, errOut := runPattern("an ERROR\n", args...); got != want {
			t.Errorf("%q: exit %d, want %d\n%s%s", args, got, want, out, errOut)
		}
	}
	check(exitDone)
	check(exitUsage, "nonsense")
	check(exitDone, "test", "ERROR")
	check(exitDone, "test", "absent", "--exit-code")
	check(exitFound, "test", "ERROR", "--exit-code")
	check(exitFound, "test", "ERROR", "--exit-code", "--count")
	check(exitUsage, "test")
	check(exitUsage, "test", "(")
	check(exitUsage, "test", "@no-such-name")
	check(exitUsage, "test", "a", "b", "c")
	check(exitUsage, "test", "a", "--nonsense")
	check(exitUsage, "test", "-debug") // a flag; the pattern needs -- before it
	check(exitDone, "test", "--", "-debug")
	check(exitFailed, "test", "a", filepath.Join(dir, "nowhere"))
	check(exitFailed, "test", "a", dir)
	check(exitDone, "explain", "a")
	check(exitUsage, "explain")
	check(exitUsage, "explain", "[")
	check(exitFailed, "explain", "a", filepath.Join(dir, "nowhere"))
	check(exitDone, "lint", "{ $.a != 1 }")
	check(exitFound, "lint", "{ $.a != 1 }", "--exit-code")
	check(exitDone, "lint", "{ $.a = 1 }", "--exit-code")
	check(exitUsage, "lint")
	check(exitUsage, "lint", "{")
	check(exitFailed, "lint", "word", "--against", filepath.Join(dir, "nowhere"))
	check(exitFailed, "lint", "word", "--against", bad)
	check(exitDone, "library")
	check(exitDone, "library", "mfa-failure")
	check(exitUsage, "library", "nope")
	check(exitUsage, "verify")
	check(exitFailed, "verify", bad)
	check(exitFailed, "verify", filepath.Join(dir, "nowhere"))
}

func TestPatternJSONAndCountExcludeEachOther(t *testing.T) {
	if code, _, errOut := runPattern("", "test", "a", "--json", "--count"); code != exitUsage || !strings.Contains(errOut, "choose one") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

func TestPatternOutputHoldsNoHostileText(t *testing.T) {
	hostile := "x \x1b[31m\u202e\u009b \x07"
	event, err := json.Marshal(map[string]any{"x": hostile, hostile: 1})
	if err != nil {
		t.Fatal(err)
	}
	check := func(in string, args ...string) {
		t.Helper()
		_, out, errOut := runPattern(in, args...)
		for _, line := range strings.Split(out+errOut, "\n") {
			if line != printable(line) {
				t.Errorf("%q prints %q", args, line)
			}
		}
	}
	check(hostile, "test", "x")
	check(hostile, "test", "[a, b, ...]")
	check(string(event), "test", "{ $.x = * }")
	check(string(event), "explain", `{ $.x = "`+hostile+`" && $['`+hostile+`'] = 1 }`)
	check("", "explain", `"`+hostile+`"`)
	check("", "explain", `{ $['`+hostile+`'] = "`+hostile+`" }`)
	check("", "lint", `{ $['`+hostile+`'] != "`+hostile+`*" && $['`+hostile+`'] = 1 }`)
	check("", "test", hostile)
	check("", "test", `{ $['`+hostile+`'] ! }`)
	check("", "test", "@"+hostile)
	check("", "test", "x", hostile)
	check("", "lint", "x", "--against", hostile)
	check("", "verify", hostile)
}

func TestPatternTestReadsLongLinesAndCountsThoseTooLong(t *testing.T) {
	in := strings.Repeat("x", 3<<20) + " needle\n" + strings.Repeat("y", pattern.MaxLine+1) + " needle\nneedle"
	code, out, errOut := runPattern(in, "test", "needle")
	if code != exitDone || !strings.HasSuffix(out, "\n3: needle\n2 of 2 messages match; 1 line too long and passed over\n") {
		t.Errorf("exit %d, output ends in %q", code, out[max(0, len(out)-100):])
	}
	if want := "trailbell: standard input:2: longer than 8 MiB, passed over\n"; errOut != want {
		t.Errorf("stderr %q, want %q", errOut, want)
	}
}

// Ctrl-C must end a command that waits for a terminal.
func TestPatternTestStopsWaitingWhenInterrupted(t *testing.T) {
	silent, writer := io.Pipe() // nobody ever writes
	defer writer.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var out, errOut bytes.Buffer
	code := run(ctx, []string{"pattern", "test", "x"}, streams{In: silent, Out: &out, Err: &errOut})
	if code != exitFailed || !strings.Contains(errOut.String(), "context canceled") {
		t.Errorf("exit %d: %s", code, errOut.String())
	}
}

func TestPatternTestJSONKeepsItsKeysInOrder(t *testing.T) {
	_, out, _ := runPattern("[x]\n\nGET \"/a b\" 200\n", "test", "--json", "[verb, path, code=2*]")
	want := `{"line":3,"message":"GET \"/a b\" 200","extracted":{"$code":"200","$path":"/a b","$verb":"GET"}}` + "\n"
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPatternErrorPointsAtThePlace(t *testing.T) {
	check := func(source, line, mark string) {
		t.Helper()
		_, _, errOut := runPattern("", "test", source)
		if lines := strings.Split(errOut, "\n"); len(lines) < 4 || lines[1] != "  "+line || lines[2] != "  "+mark {
			t.Errorf("%q:\n%s", source, errOut)
		}
	}
	check(`{ $.a = }`, `{ $.a = }`, `        ^`)
	check("é:x", "é:x", "^")
	check("{ $.a\t= }", `{ $.a\t= }`, `         ^`)
}

func TestUnderlineShowsOnlyTheNeighbourhoodOfALongPattern(t *testing.T) {
	source := strings.Repeat("a", 500) + "BAD" + strings.Repeat("z", 500)
	line, mark := underline(source, pattern.Span{Start: 500, End: 503})
	if len(line) > 2*shownAround+20 || strings.Index(line, "BAD") != strings.Index(mark, "^~~") || strings.Index(mark, "^") < 0 {
		t.Errorf("\n%s\n%s", line, mark)
	}
}

func TestPatternVerifyPrintsFailuresAndCounts(t *testing.T) {
	code, out, _ := runPattern(`{"pattern":"a","message":"b","match":true}`+"\n"+`{"pattern":"a","message":"a","match":true}`, "verify", "-")
	want := "-:1: got no match, want match\n1 passed, 1 failed\n"
	if diff := cmp.Diff(want, out); code != exitFailed || diff != "" {
		t.Errorf("exit %d (-want +got):\n%s", code, diff)
	}
}

func TestPatternLibraryJSONIsOneObjectALine(t *testing.T) {
	_, out, _ := runPattern("", "library", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != len(pattern.Library()) {
		t.Fatalf("%d lines for %d patterns", len(lines), len(pattern.Library()))
	}
	for i, line := range lines {
		var got struct{ Name, Pattern string }
		if err := json.Unmarshal([]byte(line), &got); err != nil || got.Name != pattern.Library()[i].Name || got.Pattern != pattern.Library()[i].Pattern {
			t.Errorf("line %d: %v: %s", i+1, err, line)
		}
	}
}

// The samples hold the shapes this command is for; they stay outside the repository.
func TestPatternLintAgainstRealEvents(t *testing.T) {
	dir := "../../../shared/data/stratus-red-team"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the real CloudTrail samples are not beside the repository")
	}
	code, out, errOut := runPattern("", "lint", "--json", "{ $.eventName = consoleLogin }", "--against", dir)
	if code != exitDone || errOut != "" || !strings.Contains(out, `"code":"value-not-seen"`) || !strings.Contains(out, `= \"ConsoleLogin\" }`) {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
	if code, out, _ = runPattern("", "lint", "--json", "{ $.eventName = ConsoleLogin }", "--against", dir); code != exitDone || !strings.Contains(out, `"matched":1,`) {
		t.Errorf("exit %d: %s", code, out)
	}
}
