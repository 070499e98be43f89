package scan

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trailbell/trailbell/internal/simulate"
	"github.com/trailbell/trailbell/pattern"
	"github.com/trailbell/trailbell/signin"
)

var noon = time.Date(2026, time.March, 3, 12, 0, 0, 0, time.UTC)

// outcome is all that a scan tells.
type outcome struct {
	Summary
	Stopped  error
	Problems []string
	Matched  []string // pattern, file and offset
	Early    []signin.Finding
	SignedIn []signin.SignIn
}

// scanned runs a scan and checks what must hold for every one.
func scanned(t *testing.T, o Options) outcome {
	t.Helper()
	return runWith(t, context.Background(), o)
}

func runWith(t *testing.T, ctx context.Context, o Options) outcome {
	t.Helper()
	var out outcome
	o.Problem = func(p Problem) {
		out.Problems = append(out.Problems, fmt.Sprintf("%s: %d: %v", filepath.Base(p.Path), p.Offset, p.Err))
	}
	o.Match = func(m Match) {
		out.Matched = append(out.Matched, fmt.Sprintf("%d %s %d", m.Pattern, filepath.Base(m.Origin), m.Offset))
	}
	o.Finding = func(f signin.Finding) { out.Early = append(out.Early, f) }
	if o.At.IsZero() {
		o.At = noon
	}
	s := New(o)
	out.Summary, out.Stopped = s.Run(ctx)
	for s := range out.SignIns {
		out.SignedIn = append(out.SignedIn, s)
	}
	if out.Read != out.Accepted+out.Duplicates+out.Rejected {
		t.Errorf("%d read, but %d accepted + %d duplicates + %d rejected", out.Read, out.Accepted, out.Duplicates, out.Rejected)
	}
	if out.Foreign > out.Rejected {
		t.Errorf("%d foreign of %d rejected", out.Foreign, out.Rejected)
	}
	if p := s.Progress(); out.Stopped == nil && p.Files != out.Files.Read+out.Files.PassedOver+out.Files.Failed {
		t.Errorf("progress says %d files, the summary %+v", p.Files, out.Files)
	}
	return out
}

// equal compares two outcomes in all that is data.
func equal(t *testing.T, got, want outcome) {
	t.Helper()
	if diff := gocmp.Diff(want, got, cmpopts.IgnoreFields(Summary{}, "SignIns", "Sequel"), cmpopts.EquateErrors()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// record is a minimal event with a GUID made of n.
func record(n int, source, name string, at time.Time) string {
	return fmt.Sprintf(`{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"ana"},`+
		`"eventTime":%q,"eventSource":%q,"eventName":%q,"awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1",`+
		`"eventID":"00000000-0000-0000-0000-%012x","recipientAccountId":"111122223333"}`,
		at.Format(time.RFC3339), source, name, n)
}

func ordinary(n int) string { return record(n, "ec2.amazonaws.com", "RunInstances", noon) }

func logOf(records ...string) string { return `{"Records":[` + strings.Join(records, ",") + `]}` }

// write makes a file, with the folders it lies in, and returns its path.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(content string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, content)
	z.Close()
	return b.String()
}

func mustParse(t *testing.T, sources ...string) (all []*pattern.Pattern) {
	t.Helper()
	for _, source := range sources {
		p, err := pattern.Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func corpus(t *testing.T, records int64) string {
	t.Helper()
	dir := t.TempDir()
	_, err := simulate.WriteCorpus(context.Background(), dir, simulate.Options{
		Records: records, FileRecords: 300, SignIns: 0.1, Duplicates: 0.1, Seed: 7, At: noon,
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAnyNumberOfWorkersGivesTheSameResult(t *testing.T) {
	dir := corpus(t, 12_000)
	write(t, dir, "AWSLogs/torn.json.gz", zipped(logOf(ordinary(1), ordinary(2)))[:60])
	write(t, dir, "AWSLogs/garbage.json", "{"+strings.Repeat(" nonsense ", 50))
	o := Options{Paths: []string{dir}, Patterns: mustParse(t, `{ $.eventName = ConsoleLogin }`, `Failure`)}
	o.Workers = 1
	want := scanned(t, o)
	if want.Accepted == 0 || want.Duplicates == 0 || len(want.Findings) == 0 || len(want.Matched) == 0 || len(want.Problems) < 2 {
		t.Fatalf("the corpus does not show anything: %+v", want.Summary)
	}
	for _, workers := range []int{2, 3, 16} {
		o.Workers = workers
		equal(t, scanned(t, o), want)
	}
}

// The corpus declares what a correct reader finds in it.
func TestCorpusHoldsWhatItDeclares(t *testing.T) {
	dir := t.TempDir()
	declared, err := simulate.WriteCorpus(context.Background(), dir, simulate.Options{
		Records: 20_000, SignIns: 0.2, Duplicates: 0.05, Seed: 3, At: noon,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := scanned(t, Options{Paths: []string{dir}})
	if got.Read != declared.Records || got.Duplicates != declared.Duplicates || got.Rejected != 0 {
		t.Errorf("read %d, duplicates %d, rejected %d; declared are %+v", got.Read, got.Duplicates, got.Rejected, declared)
	}
	counts(t, got, declared.Expect)
}

func TestEveryScenarioHoldsTheFindingsItDeclares(t *testing.T) {
	for _, s := range simulate.Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			dir := t.TempDir()
			folder, err := simulate.OpenFolder(dir, false)
			if err != nil {
				t.Fatal(err)
			}
			_, err = simulate.WriteScenarios(context.Background(), simulate.ScenarioOptions{Names: []string{s.Name}, At: noon, Seed: 2}, folder.Create)
			if err := errors.Join(err, folder.Close()); err != nil {
				t.Fatal(err)
			}
			counts(t, scanned(t, Options{Paths: []string{dir}}), s.Expect)
		})
	}
}

func counts(t *testing.T, got outcome, want simulate.Expect) {
	t.Helper()
	var found simulate.Expect
	for _, f := range got.Findings {
		switch f.Kind {
		case signin.MFAFailed:
			found.MFAFailed++
		case signin.MFAAbandoned:
			found.MFAAbandoned++
		}
	}
	if found != want {
		t.Errorf("found %+v, want %+v", found, want)
	}
}

func TestDuplicatesAreCountedAndToldOnce(t *testing.T) {
	dir := t.TempDir()
	login := record(3, "signin.amazonaws.com", "ConsoleLogin", noon)
	a := write(t, dir, "a.json", logOf(ordinary(1), ordinary(2), login, ordinary(1)))
	b := write(t, dir, "b.json", logOf(login, ordinary(4)))
	check := func(want string, paths ...string) {
		t.Helper()
		got := scanned(t, Options{Paths: paths, Patterns: mustParse(t, `{ $.eventName = ConsoleLogin }`)})
		text := fmt.Sprintf("%d+%d, %d of sign-ins, matched %v", got.Accepted, got.Duplicates, got.SignInEvents, got.Matched)
		if text != want {
			t.Errorf("scan %v\n got %s\nwant %s", paths, text, want)
		}
	}
	at := strings.Index(logOf(ordinary(1), ordinary(2), login), login)
	check(fmt.Sprintf("3+1, 1 of sign-ins, matched [0 a.json %d]", at), a)
	check(fmt.Sprintf("4+2, 1 of sign-ins, matched [0 a.json %d]", at), a, b)
	check(fmt.Sprintf("4+2, 1 of sign-ins, matched [0 b.json %d]", len(`{"Records":[`)), b, a)
	check(fmt.Sprintf("3+5, 1 of sign-ins, matched [0 a.json %d]", at), a, a)
	check(fmt.Sprintf("4+2, 1 of sign-ins, matched [0 a.json %d]", at), dir)
	check(fmt.Sprintf("4+2, 1 of sign-ins, matched [0 a.json %d]", at), dir, dir) // the second time passed over
	check(fmt.Sprintf("4+6, 1 of sign-ins, matched [0 a.json %d]", at), dir, a)
}

// stopped is a sign-in of Identity Center that is abandoned at MFA.
func stopped(n int, at time.Time) []string { return center(n, at, "CredentialChallenge", "Success") }

// refused is one that fails there.
func refused(n int, at time.Time) []string {
	return center(n, at, "CredentialVerification", "Failure")
}

// center is a right password and what follows a second later.
func center(n int, at time.Time, name, result string) []string {
	event := func(i int, name, factor, result string) string {
		return fmt.Sprintf(`{"eventVersion":"1.08","userIdentity":{"type":"IdentityCenterUser","accountId":"111122223333","onBehalfOf":{"userId":"u-%d"}},`+
			`"eventTime":%q,"eventSource":"signin.amazonaws.com","eventName":%q,"awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1",`+
			`"additionalEventData":{"AuthWorkflowID":"w-%d","CredentialType":%q,"UserName":"user-%d"},"serviceEventDetails":{%q:%q},`+
			`"eventID":"00000000-0000-0000-%04x-%012x","recipientAccountId":"111122223333"}`,
			n, at.Add(time.Duration(i)*time.Second).Format(time.RFC3339), name, n, factor, n, name, result, i, n)
	}
	return []string{
		event(1, "CredentialVerification", "PASSWORD", "Success"),
		event(2, name, "TOTP", result),
	}
}

func TestSinceAndUntilBoundFindingsAndMatches(t *testing.T) {
	var records []string
	for hour := range 6 {
		records = append(records, stopped(hour, noon.Add(time.Duration(hour)*time.Hour))...)
	}
	timeless := strings.Replace(record(77, "signin.amazonaws.com", "CredentialChallenge", noon), `"eventTime"`, `"noTime"`, 1)
	dir := t.TempDir()
	write(t, dir, "a.json", logOf(append(records, timeless)...))
	prompt := func(hour int) time.Time { return noon.Add(time.Duration(hour)*time.Hour + 2*time.Second) }
	check := func(since, until time.Time, findings, matches int) {
		t.Helper()
		got := scanned(t, Options{
			Paths: []string{dir}, At: noon.Add(24 * time.Hour), Since: since, Until: until,
			Patterns: mustParse(t, `{ $.eventName = CredentialChallenge }`),
		})
		if len(got.Findings) != findings || len(got.SignedIn) != findings || got.Matches[0] != int64(matches) {
			t.Errorf("since %v until %v: %d findings, %d sign-ins, %d matches; want %d, %d, %d",
				since, until, len(got.Findings), len(got.SignedIn), got.Matches[0], findings, findings, matches)
		}
		if got.Read != 13 {
			t.Errorf("read %d, want all 13 events whatever the bounds", got.Read)
		}
	}
	var none time.Time
	check(none, none, 6, 7)
	check(prompt(2), none, 4, 4)
	check(prompt(2).Add(1), none, 3, 3)
	check(none, prompt(2), 2, 2)
	check(none, prompt(2).Add(1), 3, 3)
	check(prompt(1), prompt(4), 3, 3)
}

func TestPromptsAreAbandonedTwentyMinutesBeforeAt(t *testing.T) {
	path := write(t, t.TempDir(), "a.json", logOf(stopped(1, noon)...))
	check := func(at time.Time, want int) {
		t.Helper()
		if got := scanned(t, Options{Paths: []string{path}, At: at}); len(got.Findings) != want {
			t.Errorf("at %v: %d findings, want %d", at, len(got.Findings), want)
		}
	}
	due := noon.Add(2*time.Second + signin.PromptWindow)
	check(due.Add(-1), 0)
	check(due, 1)
	check(due.AddDate(5, 0, 0), 1)
}

func TestStandardInput(t *testing.T) {
	got := scanned(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(zipped(logOf(ordinary(1), ordinary(2))))})
	if got.Accepted != 2 || got.Files.Read != 1 || got.Unread() {
		t.Errorf("got %+v", got.Summary)
	}
}

func TestACancelledScanReturnsWhatItHas(t *testing.T) {
	dir := corpus(t, 3000)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	got := runWith(t, ctx, Options{Paths: []string{dir}})
	if !errors.Is(got.Stopped, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", got.Stopped)
	}
	if got.Files.Failed > 0 {
		t.Errorf("%d files failed; none did, the scan was cancelled", got.Files.Failed)
	}
}

// Somebody presses Ctrl-C while standard input is a terminal on which nobody types.
func TestACancelledScanDoesNotWaitForInputThatBlocks(t *testing.T) {
	in, typed := io.Pipe()
	defer typed.Close()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		io.WriteString(typed, logOf(ordinary(1))) // returns when it is read
		cancel()
	}()
	got := runWith(t, ctx, Options{Paths: []string{"-"}, Stdin: in})
	if !errors.Is(got.Stopped, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", got.Stopped)
	}
}

func TestFindingsBeyondTheBoundAreToldEarlyAndOnce(t *testing.T) {
	const people = MaxFindings + MaxFindings/2
	var input strings.Builder
	for n := range people {
		for _, r := range refused(n, noon.Add(time.Duration(n)*time.Minute)) {
			input.WriteString(r + "\n")
		}
	}
	got := scanned(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(input.String()), At: noon.AddDate(1, 0, 0)})
	if len(got.Early) == 0 || len(got.Findings) > MaxFindings {
		t.Errorf("%d findings told early, %d held; the bound is %d", len(got.Early), len(got.Findings), MaxFindings)
	}
	told := make(map[string]int)
	for _, f := range slices.Concat(got.Early, got.Findings) {
		told[f.EventID]++
	}
	for id, n := range told {
		if n > 1 {
			t.Errorf("event %s told %d times", id, n)
		}
	}
	if len(told) != people {
		t.Errorf("%d findings told, want %d", len(told), people)
	}
	if !slices.IsSortedFunc(got.Early, func(a, b signin.Finding) int { return a.Time.Compare(b.Time) }) {
		t.Error("early findings are not in order of time")
	}
}

// A record that names its event twice is what the JSON decoder makes of it, and no damage.
func TestARecordThatNamesItselfTwiceIsOrdinary(t *testing.T) {
	twice := strings.Replace(record(1, "signin.amazonaws.com", "ConsoleLogin", noon), `"awsRegion"`, `"eventName":"RunInstances","awsRegion"`, 1)
	got := scanned(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(logOf(twice))})
	if got.Accepted != 1 || got.Rejected != 0 || got.SignInEvents != 0 {
		t.Errorf("got %+v, problems %v", got.Summary, got.Problems)
	}
}

func TestFindingsAreInOrderOfTime(t *testing.T) {
	got := scanned(t, Options{Paths: []string{corpus(t, 9000)}})
	if len(got.Findings) < 2 {
		t.Fatal("too few findings to be out of order")
	}
	byTime := func(a, b signin.Finding) int { return cmp.Or(a.Time.Compare(b.Time), bytes.Compare(a.ID[:], b.ID[:])) }
	if !slices.IsSortedFunc(got.Findings, byTime) {
		t.Error("findings are not in order of time")
	}
}
