package signin

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// samples are records published by AWS and others, real ones among them. They are
// not part of the repository.
const samples = "../../shared/data/signin-all/records.jsonl"

func readSamples(t *testing.T) []json.RawMessage {
	t.Helper()
	file, err := os.Open(filepath.FromSlash(samples))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no samples at %s", samples)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var records []json.RawMessage
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, MaxRecord)
	for lines.Scan() {
		var line struct{ Record json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		records = append(records, line.Record)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return records
}

func TestPublishedSamples(t *testing.T) {
	tracker := NewTracker(Limits{})
	var ledger Ledger
	signIns, others := 0, 0
	for _, record := range readSamples(t) {
		s, err := Parse(record)
		if errors.Is(err, ErrNotSignIn) {
			others++
			continue
		}
		if err != nil {
			t.Fatalf("%v: %s", err, record)
		}
		signIns++
		ledger.Apply(tracker.Add(s, time.Time{}))
	}
	ledger.Apply(tracker.Advance(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)))
	t.Logf("%d sign-in events, %d others", signIns, others)
	for s := range tracker.SignIns() {
		t.Logf("%s %-15s %-12q %d steps: %s", s.Start.Format(time.DateTime), s.Identity, s.Subject, len(s.Steps), s.Outcome)
	}

	type line struct {
		Kind                      FindingKind
		EventID, Subject, Account string
		Identity                  Identity
		Certainty                 Certainty
	}
	var got []line
	for _, f := range ledger.Findings() {
		got = append(got, line{f.Kind, f.EventID, f.Subject, f.Account, f.Identity, f.Certainty})
	}
	// No prompt among the samples is left alone. The two CheckMfa of anaya (one
	// eventID, two MfaTypes) are answered in the same second by her ConsoleLogins;
	// the CheckMfa of bert-jan by his ConsoleLogin 14 seconds later; the only TOTP
	// challenge, in workflow 303486b5, by a verification 7 seconds later.
	want := []line{
		{MFAFailed, "1", "tester", "123456789012", IAMUser, Proven},
		{MFAFailed, "d38ce1b3-4575-4cb8-a632-611b8243bfc3", "anaya", "111122223333", IAMUser, Proven},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// Without their answers the prompts of the samples are the abandoned ones.
func TestPublishedSamplesWithoutTheAnswers(t *testing.T) {
	tracker := NewTracker(Limits{})
	var ledger Ledger
	for _, record := range readSamples(t) {
		s, err := Parse(record)
		answer := s.Kind == ConsoleLogin || s.Kind == UserAuthentication || s.Kind == CredentialVerification && s.Factor != Password
		if err == nil && !answer {
			ledger.Apply(tracker.Add(s, time.Time{}))
		}
	}
	ledger.Apply(tracker.Advance(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)))
	type line struct {
		EventID, Subject string
		Factor           Factor
		Certainty        Certainty
	}
	var got []line
	for _, f := range ledger.Findings() {
		if f.Kind != MFAAbandoned {
			t.Errorf("told %+v", f)
		}
		got = append(got, line{f.EventID, f.Subject, f.Factor, f.Certainty})
	}
	want := []line{
		{"29202f08-f240-40cc-b789-c0cea8a27847", "user1", TOTP, Proven},
		{"f8ef8fc5-e3e8-4ee1-9d52-2f412ddf17e3", "anaya", UnknownFactor, Probable},
		{"74b4a7d6-764d-4ec8-bbd4-91e7a84e6780", "bert-jan", TOTP, Probable},
	}
	if diff := cmp.Diff(want, got, cmp.Transformer("factor", func(f Factor) string { return string(f) })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
