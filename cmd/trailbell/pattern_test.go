package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	tooLong := filepath.Join(dir, "long.log")
	if err := os.WriteFile(tooLong, []byte("x\n"+strings.Repeat("y", pattern.MaxLine+1)), 0o600); err != nil {
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
	check(exitFailed, "test", "x", tooLong)
	check(exitFailed, "test", "x", tooLong, "--exit-code") // there may be more: see README.md
	check(exitFailed, "explain", "x", tooLong)
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
	if code != exitFailed || !strings.HasSuffix(out, "\n3: needle\n2 of 2 messages match; 1 line too long and passed over\n") {
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

// A line that wraps would take the marks away from what they are below.
func TestUnderlineFitsTheTerminalAndPointsAtThePart(t *testing.T) {
	check := func(before, part, after, line, mark string) {
		t.Helper()
		gotLine, gotMark := underline(before+part+after, pattern.Span{Start: len(before), End: len(before) + len(part)}, 20)
		if diff := cmp.Diff([]string{line, mark}, []string{gotLine, gotMark}); diff != "" {
			t.Errorf("%q %q %q (-want +got):\n%s", before, part, after, diff)
		}
	}
	check("0123456789", "BAD", "abcdefg", "0123456789BADabcdefg", "          ^~~")
	check("0123456789", "BAD", "abcdefgh", "...56789BADabcdef...", "        ^~~")
	check("", "BAD", "abcdefghijklmnopqrstuvwxyz", "BADabcdefghijk...", "^~~")
	check("abcdefghijklmnopqrstuvwxyz", "BAD", "", "...pqrstuvwxyzBAD", "              ^~~")
	check("abcdefghijklmnopqrstuvwxyz", "", "", "...mnopqrstuvwxyz", "                 ^")
	check("", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "", "ABCDEFGHIJKLMN...", "^~~~~~~~~~~~~~")
	check("{ $.", "é東京", " = }", "{ $.é東京 = }", "    ^~~")

	source := strings.Repeat("a", 500) + "BAD" + strings.Repeat("z", 500)
	for width := narrowUnderline; width < 200; width++ {
		line, mark := underline(source, pattern.Span{Start: 500, End: 503}, width)
		if len(line) > width || strings.Index(line, "BAD") != strings.Index(mark, "^~~") || !strings.Contains(mark, "^") {
			t.Errorf("%d columns:\n%s\n%s", width, line, mark)
		}
	}
}

func TestPatternSaysWhatWholeLogFilesWant(t *testing.T) {
	check := func(in string, want int, said string) {
		t.Helper()
		for _, verb := range []string{"test", "explain"} {
			code, out, errOut := runPattern(in, verb, "ERROR")
			if code != want || said == "" && errOut != "" || !strings.Contains(errOut, said) || strings.Count(errOut, "\n") > 1 {
				t.Errorf("%s of %q: exit %d, stderr %q, output %q", verb, in, code, errOut, out)
			}
		}
	}
	check(`{"Records":[{"eventVersion":"1.08"}]}`, exitDone, "this looks like a CloudTrail log file: trailbell scan --pattern P FILE reads those")
	check("\ufeff\n { \"Records\" : [\n", exitDone, "this looks like a CloudTrail log file: ")
	check(`[{"eventVersion":"1.08"}]`, exitDone, "this looks like a CloudTrail log file: ")
	check("{\n  \"Records\": [\n", exitDone, "JSON over several lines")
	check("[\r\n  {\r\n", exitDone, "JSON over several lines")
	check("[{\n\"a\": 1\n", exitDone, "JSON over several lines")
	check("{\"a\": 1,\n\"b\": 2}\n", exitDone, "JSON over several lines")
	check("\x1f\x8b\x08\x00\x00\n\x00", exitFailed, `read "standard input": compressed with gzip`)
	check("\x1f\x8b", exitFailed, "trailbell scan --pattern P FILE reads CloudTrail log files as they are")

	check("{\"a\": 1}\n{\n", exitDone, "")
	check("[2026-03-01] ERROR {\n", exitDone, "")
	check("[]\nERROR\n", exitDone, "")
	check("first, second,\n", exitDone, "")
	check("", exitDone, "")
}

func TestPatternTestOfCompressedInputCountsNothing(t *testing.T) {
	if _, out, _ := runPattern("\x1f\x8b\x08", "test", "x"); out != "" {
		t.Errorf("prints %q", out)
	}
}

// fullDisk takes no byte, with the error that a file has.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: errors.New("no space left on device")}
}

func TestPatternFailsOnceWhenItsOutputCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	events := filepath.Join(dir, "events.json")
	if err := os.WriteFile(events, []byte(`{"eventVersion":"1.08","eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(args ...string) {
		t.Helper()
		var errOut bytes.Buffer
		in := strings.NewReader(`{"pattern":"a","message":"a","match":true}`)
		code := run(t.Context(), append([]string{"pattern"}, args...), streams{In: in, Out: fullDisk{}, Err: &errOut})
		if diff := cmp.Diff("trailbell: write results: no space left on device\n", errOut.String()); diff != "" || code != exitFailed {
			t.Errorf("%q: exit %d (-want +got):\n%s", args, code, diff)
		}
	}
	check("library")
	check("library", "--json")
	check("library", "mfa-failure")
	check("test", "a")
	check("test", "a", "--json")
	check("explain", "a")
	check("lint", "{ $.a != 1 }")
	check("lint", "{ $.a != 1 }", "--json")
	check("lint", "{ $.eventName = ConsoleLogin }", "--against", events)
	check("verify", "-")
}

func TestPatternWordsErrorsOfFilesAlike(t *testing.T) {
	dir := t.TempDir()
	nowhere := filepath.Join(dir, "nowhere")
	check := func(name, want string, args ...string) {
		t.Helper()
		code, _, errOut := runPattern("", args...)
		first, _, _ := strings.Cut(errOut, "\n")
		if want := fmt.Sprintf("trailbell: read %q: %s", name, want); code != exitFailed || first != want {
			t.Errorf("%q: exit %d, %q, want %q", args, code, first, want)
		}
	}
	check(nowhere, "no such file or directory", "test", "a", nowhere)
	check(nowhere, "no such file or directory", "explain", "a", nowhere)
	check(nowhere, "no such file or directory", "verify", nowhere)
	check(nowhere, "no such file or directory", "lint", "a", "--against", nowhere)
	check(dir, "it is a folder, not a file", "test", "a", dir)
	check(dir, "it is a folder, not a file", "verify", dir)
}

// brokenFile fails as a file does, after its first bytes.
type brokenFile struct{ text io.Reader }

func (f brokenFile) Read(p []byte) (int, error) {
	if n, _ := f.text.Read(p); n > 0 {
		return n, nil
	}
	return 0, &os.PathError{Op: "read", Path: "/dev/stdin", Err: errors.New("input/output error")}
}

func TestPatternWordsErrorsWhileReadingWithoutTheSystemCall(t *testing.T) {
	check := func(want string, args ...string) {
		t.Helper()
		var out, errOut bytes.Buffer
		in := brokenFile{strings.NewReader("x\n")}
		code := run(t.Context(), append([]string{"pattern"}, args...), streams{In: in, Out: &out, Err: &errOut})
		if diff := cmp.Diff(want, errOut.String()); code != exitFailed || diff != "" {
			t.Errorf("%q: exit %d (-want +got):\n%s", args, code, diff)
		}
	}
	check("trailbell: read \"standard input\": input/output error\n", "test", "x")
	check("trailbell: read \"standard input\": input/output error\n", "explain", "x")
	check("trailbell: read \"-\" after line 1: input/output error\n", "verify", "-")
}

func TestPatternLintFailsIfNotEverythingCouldBeCompared(t *testing.T) {
	dir := t.TempDir()
	const whole = `{"eventVersion":"1.08","eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com"}`
	check := func(content string, want int, said, closing string) {
		t.Helper()
		path := filepath.Join(dir, "events.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, given := range []string{path, dir} {
			code, out, errOut := runPattern("", "lint", "{ $.eventName = ConsoleLogin }", "--against", given)
			if code != want || !strings.Contains(errOut, said) || said == "" && errOut != "" || !strings.Contains(out, closing) {
				t.Errorf("%q: exit %d\n%s%s", content, code, out, errOut)
			}
		}
	}
	check(whole, exitDone, "", "compared with 1 event of 1 file: the pattern matches 1\n")
	check(`{"Records":[`+whole+`,`+whole[:60], exitFailed, "events.json\": byte ", "1 part of what was read is no CloudTrail event\n")
	check(`{"Records":[`+strings.Repeat(whole+",", 1233)+whole+`]}`, exitDone, "", "compared with 1,234 events of 1 file: the pattern matches 1,234\n")
	check(`{"Records":[]}`, exitFailed, "nothing was compared: no CloudTrail events in ", "0 warnings")
	check(`[{"some":"log"},{"other":"log"}]`, exitFailed, "nothing was compared", "of what was read")
}

func TestPatternLintNamesOnlySomeOfWhatCouldNotBeRead(t *testing.T) {
	var paths []string
	for i := range maxComplaints + 5 {
		paths = append(paths, fmt.Sprintf("nowhere%d", i))
	}
	_, _, errOut := runPattern("", append([]string{"lint", "a", "--against"}, paths...)...)
	if strings.Count(errOut, "no such file") != maxComplaints || !strings.Contains(errOut, "and 5 more that could not be read") {
		t.Errorf("stderr: %s", errOut)
	}
}

// The simulated sign-ins hold the key that articles have, so "never" would be refuted by the next line.
func TestPatternLintSaysNeverOfNoPatternThatMatches(t *testing.T) {
	dir := t.TempDir()
	var errOut bytes.Buffer
	if code := run(t.Context(), []string{"simulate", "--scenario", "all", "--to", dir}, streams{Out: io.Discard, Err: &errOut}); code != exitDone {
		t.Fatalf("simulate: exit %d: %s", code, errOut.String())
	}
	_, out, _ := runPattern("", "lint", "@identity-center-mfa-failure-as-published", "--against", dir)
	if strings.Contains(out, "never:") || !strings.Contains(out, "risk: CredentialVerification events carry no serviceEventDetails.CredentialChallenge: documented events never have it, but ") {
		t.Errorf("says\n%s", out)
	}
	_, out, _ = runPattern("", "lint", "@identity-center-mfa-failure", "--against", dir)
	if !strings.HasSuffix(out, "\n0 warnings\n") {
		t.Errorf("says\n%s", out)
	}
}

func TestPatternSaysHowToWriteOneThatBeginsWithAHyphen(t *testing.T) {
	check := func(want string, args ...string) {
		t.Helper()
		if code, _, errOut := runPattern("", args...); code != exitUsage || strings.Contains(errOut, "put -- in front") != (want != "") || !strings.Contains(errOut, want) {
			t.Errorf("%q: exit %d: %s", args, code, errOut)
		}
	}
	check("as in: trailbell pattern test -- '-debug'; see trailbell pattern test --help", "test", "-debug")
	check("as in: trailbell pattern explain -- '-debug'", "explain", "-ERROR")
	check("as in: trailbell pattern lint -- '-debug'", "lint", "--nonsense")
	check("", "lint", "a", "--against")
	check("", "test", "a", "--count=maybe")
}

func TestPatternLibraryTakesNamesWithAndWithoutAt(t *testing.T) {
	_, plain, _ := runPattern("", "library", "mfa-failure")
	if code, out, errOut := runPattern("", "library", "@mfa-failure"); code != exitDone || out != plain || plain == "" {
		t.Errorf("exit %d: %s%s", code, out, errOut)
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
