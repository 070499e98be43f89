package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/trailbell/trailbell/internal/simulate"
)

// ran is what one run of the program left.
type ran struct {
	code     int
	out, err string
}

func trailbell(in string, args ...string) ran {
	var out, errs bytes.Buffer
	code := run(context.Background(), args, streams{In: strings.NewReader(in), Out: &out, Err: &errs})
	return ran{code, out.String(), errs.String()}
}

// wrongCode is the event of an IAM user whose second factor was wrong. The name is JSON.
func wrongCode(n int, user string) string {
	return fmt.Sprintf(`{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":%s},`+
		`"eventTime":"2026-03-02T08:14:05Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1",`+
		`"sourceIPAddress":"192.0.2.7","userAgent":"Mozilla/5.0","errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Failure"},`+
		`"additionalEventData":{"MFAUsed":"Yes"},"eventID":"00000000-0000-4000-8000-%012d","recipientAccountId":"111122223333"}`, user, n)
}

const wrongCodeJSON = `{"kind":"mfa_failed","event_id":"00000000-0000-4000-8000-000000000001","time":"2026-03-02T08:14:05Z",` +
	`"account":"111122223333","region":"us-east-1","identity":"iam_user","subject":"ana","subject_id":"","factor":"unknown",` +
	`"source_ip":"192.0.2.7","user_agent":"Mozilla/5.0","workflow":"","certainty":"proven",` +
	`"evidence":["00000000-0000-4000-8000-000000000001"],"origin":"-"}` + "\n"

// The line is a contract: keys, their order, and the form of every value.
func TestScanJSONIsAnExactLineForEachFinding(t *testing.T) {
	got := trailbell(wrongCode(1, `"ana"`), "scan", "--json", "-")
	if diff := cmp.Diff(wrongCodeJSON, got.out); diff != "" || got.code != exitDone {
		t.Errorf("exit %d, -want +got\n%s", got.code, diff)
	}
	if !strings.Contains(got.err, "1 accepted + 0 duplicate + 0 rejected = 1 read") {
		t.Errorf("the summary is not on standard error: %q", got.err)
	}
}

func TestScanJSONPrintsMatchesAsObjectsOfTheirOwn(t *testing.T) {
	record := wrongCode(1, `"ana"`)
	got := trailbell(record, "scan", "--json", "--pattern", "{ $.eventName = ConsoleLogin }", "-")
	match := `{"kind":"pattern_match","pattern":"{ $.eventName = ConsoleLogin }","event_id":"00000000-0000-4000-8000-000000000001",` +
		`"time":"2026-03-02T08:14:05Z","account":"111122223333","region":"us-east-1","identity":"iam_user","subject":"ana","subject_id":"","event_source":"signin.amazonaws.com",` +
		`"event_name":"ConsoleLogin","source_ip":"192.0.2.7","user_agent":"Mozilla/5.0","origin":"-","event":` + record + "}\n"
	if diff := cmp.Diff(match+wrongCodeJSON, got.out); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if !strings.Contains(got.err, "Pattern #1 matches 1 event:") {
		t.Errorf("no count of matches: %q", got.err)
	}
}

func TestScanCSVHasTheKeysOfJSONAsColumns(t *testing.T) {
	var finding map[string]any
	if err := json.Unmarshal([]byte(wrongCodeJSON), &finding); err != nil {
		t.Fatal(err)
	}
	got := trailbell(wrongCode(1, `"=cmd|' /C calc'!A0"`), "scan", "--csv", "-")
	rows, err := csv.NewReader(strings.NewReader(got.out)).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, error %v, in %q", len(rows), err, got.out)
	}
	for _, key := range rows[0] {
		if _, ok := finding[key]; !ok {
			t.Errorf("column %q is no key of --json", key)
		}
		delete(finding, key)
	}
	if len(finding) > 0 {
		t.Errorf("keys without a column: %v", finding)
	}
	if want := "'=cmd|' /C calc'!A0"; rows[1][6] != want {
		t.Errorf("subject %q, want %q", rows[1][6], want)
	}
	if strings.Count(got.out, "\r\n") != strings.Count(got.out, "\n") {
		t.Errorf("lines do not end in CRLF (RFC 4180): %q", got.out)
	}
}

func TestScanCSVHasMatchesInTheSameColumns(t *testing.T) {
	got := trailbell(wrongCode(1, `"ana"`), "scan", "--csv", "--pattern", "ConsoleLogin", "-")
	rows, err := csv.NewReader(strings.NewReader(got.out)).ReadAll() // refuses rows of different lengths
	if err != nil || len(rows) != 3 || rows[1][0] != "pattern_match" || rows[2][0] != "mfa_failed" {
		t.Errorf("error %v, rows %q", err, rows)
	}
}

func TestScanForPeople(t *testing.T) {
	got := trailbell(wrongCode(1, `"ana"`), "scan", "-")
	out, _, _ := strings.Cut(got.out, " in 0.")
	want := `2026-03-02 08:14:05 UTC  ana failed at MFA: wrong second factor
  IAM user of 111122223333, us-east-1, from 192.0.2.7, proven
    ✗ 08:14:05  wrong second factor  00000000-0000-4000-8000-000000000001
  => No sign-in followed within 24 hours in these logs. Whoever this was probably knows the
     password: it must be changed, unless it was the owner.
  Mozilla/5.0
  standard input

Found 1 wrong second factor.

Read 1 file: 1 event, 490 B`
	if diff := cmp.Diff(want, out); diff != "" || got.code != exitDone || got.err != "" {
		t.Errorf("exit %d, stderr %q, -want +got\n%s", got.code, got.err, diff)
	}
}

func TestScanExitCodes(t *testing.T) {
	found, torn := wrongCode(1, `"ana"`), `{"eventVersion":"1.08","eventName":`
	check := func(want int, in string, args ...string) {
		t.Helper()
		if got := trailbell(in, append([]string{"scan"}, args...)...); got.code != want {
			t.Errorf("scan %q: exit %d, want %d; %s", args, got.code, want, got.err)
		}
	}
	check(exitDone, found, "-")
	check(exitFound, found, "-", "--exit-code")
	check(exitDone, `{"Records":[]}`, "-", "--exit-code")
	check(exitFound, found, "-", "--exit-code", "--since", "2026-03-03", "--until", "2026-03-02T08:14:06Z", "--since", "2026-03-01")
	check(exitDone, found, "-", "--exit-code", "--since", "2026-03-03")
	check(exitFound, strings.Replace(found, "Yes", "No", 1), "-", "--exit-code", "--pattern", "Failure")
	check(exitFailed, torn, "-")
	check(exitFailed, found+torn, "-", "--exit-code") // unread before found
	check(exitFailed, "", filepath.Join(t.TempDir(), "nothing"))
	check(exitUsage, "")
	check(exitUsage, "", "")
	check(exitUsage, found, "-", "--unknown")
	check(exitUsage, found, "-", "--at", "tomorrow")
	for _, flag := range []string{"--at", "--since", "--until"} {
		check(exitUsage, found, "-", flag, "")
		check(exitUsage, found, "-", flag+"=")
	}
	check(exitUsage, found, "-", "--since", "2026-03-02", "--until", "2026-03-02")
	check(exitUsage, found, "-", "--json", "--csv")
	check(exitUsage, found, "-", "--color", "sometimes")
	check(exitUsage, found, "-", "--pattern", "{ $.a = }")
	check(exitUsage, found, "-", "--pattern", "@no-such-pattern")
}

func TestScanPointsAtTheMistakeInAPattern(t *testing.T) {
	got := trailbell("", "scan", "-", "--pattern", "{ $.a = }")
	if want := "  { $.a = }\n          ^\n"; !strings.Contains(got.err, want) {
		t.Errorf("standard error %q, want in it %q", got.err, want)
	}
}

func TestScanTellsWhatCouldNotBeReadAndGoesOn(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a.json": `{"Records":[` + wrongCode(1, `"ana"`) + `,{"eventVersion":"1.08","eventName" oops}]}`,
		"b.json": wrongCode(2, `"ben"`), "c.json": `{"no":"event"}`, "d.txt": "text", "e\x1b[31m\n.json.gz": "\x1f\x8b",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Skipf("this system refuses the name %q: %v", name, err)
		}
	}
	got := trailbell("", "scan", "--json", dir)
	if got.code != exitFailed || strings.Count(got.out, "\n") != 2 {
		t.Errorf("exit %d, findings %q", got.code, got.out)
	}
	lines := strings.Split(got.err, "\n")
	offset := len(`{"Records":[` + wrongCode(1, `"ana"`) + `,`)
	for i, want := range []string{
		fmt.Sprintf("trailbell: %s: byte %d: ", filepath.Join(dir, "a.json"), offset),
		fmt.Sprintf(`trailbell: %s: gzip`, filepath.Join(dir, `e\x1b[31m\n.json.gz`)),
	} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d of standard error %q, want it to begin with %q", i+1, lines[i], want)
		}
	}
	for _, want := range []string{
		"2 accepted + 0 duplicate + 2 rejected = 4 read", "Read 3 files: 2 events and 2 rejected parts, ",
		"rejected: 1 part could not be read; 1 part is no CloudTrail event: an object that",
		"passed over 1 file: not JSON (1)", "could not be read completely: 1 file",
	} {
		if !strings.Contains(got.err, want) {
			t.Errorf("the summary lacks %q:\n%s", want, got.err)
		}
	}
	if verbose := trailbell("", "scan", "--json", "--verbose", dir); !strings.Contains(verbose.err, "d.txt: not JSON") {
		t.Errorf("--verbose does not name what was passed over: %s", verbose.err)
	}
}

func TestScanNamesOnlySoManyProblems(t *testing.T) {
	var in strings.Builder
	in.WriteString(`{"Records":[`)
	for i := range maxProblems + 7 {
		fmt.Fprintf(&in, `{"eventVersion":"1.08","eventName" %d},`, i)
	}
	in.WriteString(wrongCode(1, `"ana"`) + "]}")
	got := trailbell(in.String(), "scan", "--json", "-")
	if n := strings.Count(got.err, "standard input: byte "); n != maxProblems {
		t.Errorf("%d problems named, want %d", n, maxProblems)
	}
	if !strings.Contains(got.err, "and 7 more that could not be read") || got.out != wrongCodeJSON {
		t.Errorf("got %s%s", got.err, got.out)
	}
	if got := trailbell(in.String(), "scan", "--json", "-v", "-"); strings.Count(got.err, "standard input: byte ") != maxProblems+7 {
		t.Error("--verbose does not name all")
	}
}

// A terminal must not be steered by what somebody typed as a user name or sent as an agent.
func TestScanPrintsHostileNamesSafely(t *testing.T) {
	for _, name := range []string{
		`\u001b]0;owned\u0007\u001b[2J`, `ana\nSigned in from the same address: most likely the owner.`, `\u202egnp.exe`,
		`\u009b31m`, `\u2028line\u2029`, `\r\u007f`, `a\u200bb`, `\ud83d\ude08\udbff`, `\ufeff`,
	} {
		for _, form := range [][]string{{}, {"--json"}, {"--csv"}, {"--pattern", "ConsoleLogin"}, {"--json", "--pattern", "ConsoleLogin"}} {
			record := strings.ReplaceAll(wrongCode(1, `"`+name+`"`), "Mozilla/5.0", name)
			got := trailbell(strings.ReplaceAll(record, "192.0.2.7", name), append([]string{"scan", "-"}, form...)...)
			if got.code != exitDone {
				t.Errorf("%s %v: exit %d, %s", name, form, got.code, got.err)
			}
			plain := strings.NewReplacer("\r\n", "", "\n", "").Replace(got.out + got.err)
			if i := strings.IndexFunc(plain, func(r rune) bool { return !unicode.IsGraphic(r) }); i >= 0 {
				t.Errorf("%s %v: %q is printed as it is, in %q", name, form, []rune(plain[i:])[0], got.out)
			}
			if strings.Contains(got.out, "\n"+"Signed in from") {
				t.Errorf("%s %v: a name begins a line: %s", name, form, got.out)
			}
			if slices.Contains(form, "--json") {
				for line := range strings.Lines(got.out) {
					if !json.Valid([]byte(line)) {
						t.Errorf("%s %v: no JSON: %s", name, form, line)
					}
				}
			}
		}
	}
}

func TestScanSaysWhenNothingWasFound(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := trailbell(in, "scan", "-"); !strings.Contains(got.out, want) || got.code != exitDone {
			t.Errorf("exit %d, got %q, want in it %q", got.code, got.out, want)
		}
	}
	check(strings.Replace(wrongCode(1, `"ana"`), "Yes", "No", 1), "No sign-in stopped at MFA.\n1 sign-in event read, none of a sign-in that stopped there.")
	check(strings.Replace(wrongCode(1, `"ana"`), "ConsoleLogin", "RunInstances", 1), "There was no sign-in event either.")
	check(`{"Records":[]}`, "There was no CloudTrail event at all")
}

func TestScanStoppedEarlySaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"scan", "-"}, streams{In: strings.NewReader(wrongCode(1, `"ana"`)), Out: &out, Err: &errs})
	if code != exitFailed || !strings.Contains(errs.String(), "stopped early") {
		t.Errorf("exit %d, standard error %q", code, errs.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestScanThatCannotPrintFails(t *testing.T) {
	var errs bytes.Buffer
	code := run(context.Background(), []string{"scan", "-"}, streams{In: strings.NewReader(wrongCode(1, `"ana"`)), Out: brokenWriter{}, Err: &errs})
	if code != exitFailed || !strings.Contains(errs.String(), "write results") {
		t.Errorf("exit %d, standard error %q", code, errs.String())
	}
}

func TestColourOnlyIfAskedFor(t *testing.T) {
	check := func(want bool, args ...string) {
		t.Helper()
		got := trailbell(wrongCode(1, `"ana"`), append([]string{"scan", "-"}, args...)...)
		if colour := strings.Contains(got.out, "\x1b["); colour != want {
			t.Errorf("scan %v: colour %v, want %v", args, colour, want)
		}
	}
	check(false)
	check(false, "--color=never")
	check(true, "--color=always")
	check(false, "--color=always", "--json")
	t.Setenv("NO_COLOR", "1")
	check(false)
	check(true, "--color=always")
}

func TestMoments(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.FixedZone("", 3600))
	check := func(text, want string) {
		t.Helper()
		got, err := parseMoment(text, now)
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q is %v, error %v, want %s", text, got.Format(time.RFC3339Nano), err, want)
		}
	}
	check("2026-03-01T08:30:00Z", "2026-03-01T08:30:00Z")
	check("2026-03-01T08:30:00+02:00", "2026-03-01T06:30:00Z")
	check("2026-03-01T08:30:00.5Z", "2026-03-01T08:30:00.5Z")
	check("2026-03-01T08:30Z", "2026-03-01T08:30:00Z")
	check("2026-03-01T08:30:07", "2026-03-01T08:30:07Z")
	check("2026-03-01T08:30", "2026-03-01T08:30:00Z")
	check("2026-03-01 08:30", "2026-03-01T08:30:00Z")
	check("2026-03-01", "2026-03-01T00:00:00Z")
	check("36h", "2026-03-08T23:00:00Z")
	check("7d", "2026-03-03T11:00:00Z")
	check("1d12h", "2026-03-08T23:00:00Z")
	check("90m", "2026-03-10T09:30:00Z")
	check("1.5h", "2026-03-10T09:30:00Z")
	check("0s", "2026-03-10T11:00:00Z")
	refuse := func(text string) {
		t.Helper()
		if got, err := parseMoment(text, now); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	for _, text := range []string{
		"", "d", "h", "7", "-7d", "+7d", "7D", "7d ", " 7d", "7d7", "1e9h", "999999d", "999999999999h", "2026-13-01", "2026-02-30",
		"2026-03", "yesterday", "12:30", "7 d", "2026-03-01T25:00", "0x1h", "7d-1h",
	} {
		refuse(text)
	}
}

// Every scenario has a timeline that names all its findings.
func TestTimelineTellsEveryFindingOfEveryScenario(t *testing.T) {
	for _, s := range simulate.Scenarios() {
		dir := t.TempDir()
		if got := trailbell("", "simulate", "--to", filepath.Join(dir, "logs"), "--scenario", s.Name, "--at", "2026-03-03T09:00:00Z"); got.code != exitDone {
			t.Fatalf("simulate %s: %s", s.Name, got.err)
		}
		got := trailbell("", "scan", dir, "--at", "2026-03-03T09:00:00Z")
		failed, abandoned := strings.Count(got.out, "✗ "), strings.Count(got.out, "? ")-strings.Count(got.out, "person? ")
		if want := s.Expect; failed != want.MFAFailed || abandoned != want.MFAAbandoned || got.code != exitDone {
			t.Errorf("%s: exit %d, %d and %d marks, want %+v\n%s", s.Name, got.code, failed, abandoned, want, got.out)
		}
		for line := range strings.Lines(got.out) {
			if width := len([]rune(line)) - 1; width > pipedWidth && !strings.Contains(line, ".json.gz") {
				t.Errorf("%s: a line of %d columns: %s", s.Name, width, line)
			}
		}
	}
}
