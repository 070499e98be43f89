package scan

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// consoleRecord is an event of an IAM user at the console.
func consoleRecord(n int, user, address string, at time.Time, name, rest string) string {
	r := record(n, "signin.amazonaws.com", name, at)
	r = strings.Replace(r, `"ana"`, fmt.Sprintf(`%q,"principalId":%q`, user, "AIDA"+user), 1)
	r = strings.Replace(r, "192.0.2.1", address, 1)
	return strings.Replace(r, `"eventID"`, rest+`,"eventID"`, 1)
}

// What a console event says of its result.
const (
	prompted   = `"additionalEventData":{"MfaType":"Virtual MFA"},"responseElements":{"CheckMfa":"Success"}`
	wrong      = `"additionalEventData":{"MFAUsed":"Yes"},"errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Failure"}`
	right      = `"additionalEventData":{"MFAUsed":"Yes"},"responseElements":{"ConsoleLogin":"Success"}`
	withoutMFA = `"additionalEventData":{"MFAUsed":"No"},"responseElements":{"ConsoleLogin":"Success"}`
)

// told scans records with one stopped sign-in and returns its sequel in words.
func told(t *testing.T, records []string) string {
	t.Helper()
	got := scanned(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(logOf(records...)), At: noon.AddDate(1, 0, 0)})
	if len(got.SignedIn) == 0 {
		t.Fatal("no sign-in stopped")
	}
	s, ok := got.Sequel(got.SignedIn[0])
	if !ok {
		return ""
	}
	text := fmt.Sprintf("%s after %s", s.SourceIP, s.Time.Sub(noon))
	if s.WithoutMFA {
		text += " without MFA"
	}
	if s.WrongCodes > 0 {
		text += fmt.Sprintf(", %d wrong", s.WrongCodes)
	}
	return text
}

func TestSequelIsTheEarliestSuccessThatFollowed(t *testing.T) {
	type later struct {
		user, address string
		after         time.Duration
	}
	check := func(want string, all ...later) {
		t.Helper()
		records := []string{consoleRecord(1, "ana", "192.0.2.1", noon, "CheckMfa", prompted)}
		for i, l := range all {
			// Without a prompt of its own a success would answer the one before.
			records = append(records,
				consoleRecord(20+i, l.user, l.address, noon.Add(l.after-time.Second), "CheckMfa", prompted),
				consoleRecord(2+i, l.user, l.address, noon.Add(l.after), "ConsoleLogin", right))
		}
		if got := told(t, records); got != want {
			t.Errorf("sequel %q, want %q", got, want)
		}
	}
	check("")
	check("192.0.2.9 after 1m0s", later{"ana", "192.0.2.9", time.Minute})
	check("192.0.2.9 after 1m0s", later{"ana", "192.0.2.8", time.Hour}, later{"ana", "192.0.2.9", time.Minute})
	check("192.0.2.9 after 1m0s", later{"ana", "192.0.2.9", time.Minute}, later{"ana", "192.0.2.1", 2 * time.Hour})
	check("", later{"ben", "192.0.2.9", time.Minute})
	check("", later{"ana", "192.0.2.9", -time.Minute})
	check("192.0.2.9 after 24h0m0s", later{"ana", "192.0.2.9", SequelWindow})
	check("", later{"ana", "192.0.2.9", SequelWindow + time.Second})
}

// Somebody with the code gets in from another address a moment before the owner does.
func TestSuccessFromElsewhereIsNotHiddenByOneInTheSameSignIn(t *testing.T) {
	got := told(t, []string{
		consoleRecord(1, "ana", "192.0.2.1", noon, "CheckMfa", prompted),
		consoleRecord(2, "ana", "192.0.2.1", noon.Add(10*time.Second), "ConsoleLogin", wrong),
		consoleRecord(3, "ana", "192.0.2.9", noon.Add(time.Minute), "ConsoleLogin", right),
		consoleRecord(4, "ana", "192.0.2.1", noon.Add(2*time.Minute), "ConsoleLogin", right),
	})
	if want := "192.0.2.9 after 1m0s, 1 wrong"; got != want {
		t.Errorf("sequel %q, want %q", got, want)
	}
}

func TestSequelSaysIfNoSecondFactorWasNeeded(t *testing.T) {
	for _, address := range []string{"192.0.2.1", "192.0.2.9"} {
		got := told(t, []string{
			consoleRecord(1, "ana", "192.0.2.1", noon, "ConsoleLogin", wrong),
			consoleRecord(2, "ana", address, noon.Add(time.Minute), "ConsoleLogin", withoutMFA),
		})
		if want := address + " after 1m0s without MFA, 1 wrong"; got != want {
			t.Errorf("sequel %q, want %q", got, want)
		}
	}
}

func TestSequelCountsTheWrongCodesOfAllSignInsSinceTheLastSuccess(t *testing.T) {
	var records []string
	at := func(minutes int, address, result string) {
		n := len(records) + 1
		records = append(records, consoleRecord(n, "ana", address, noon.Add(time.Duration(minutes)*time.Minute), "ConsoleLogin", result))
	}
	at(-60, "192.0.2.1", wrong)
	at(-50, "192.0.2.1", right)
	for i := range 3 {
		at(i, "192.0.2.2", wrong)
		at(60+i, "192.0.2.3", wrong)
	}
	at(90, "192.0.2.4", right)
	at(91, "192.0.2.4", wrong)
	got := scanned(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(logOf(records...)), At: noon.AddDate(1, 0, 0)})
	var counts []int
	for _, s := range got.SignedIn {
		next, _ := got.Sequel(s)
		counts = append(counts, next.WrongCodes)
	}
	if fmt.Sprint(counts) != "[1 6 6 0]" {
		t.Errorf("wrong codes %v, want [1 6 6 0]", counts)
	}
}

func TestSecurityKeysAreNoCodes(t *testing.T) {
	key := strings.Replace(prompted, "Virtual MFA", "U2F MFA", 1)
	got := told(t, []string{
		consoleRecord(1, "ana", "192.0.2.1", noon, "CheckMfa", key),
		consoleRecord(2, "ana", "192.0.2.1", noon.Add(time.Second), "ConsoleLogin", wrong),
		consoleRecord(3, "ana", "192.0.2.1", noon.Add(2*time.Second), "ConsoleLogin", right),
	})
	if want := "192.0.2.1 after 2s"; got != want {
		t.Errorf("sequel %q, want %q", got, want)
	}
}

func TestYoungPromptsWait(t *testing.T) {
	records := []string{
		consoleRecord(1, "ana", "192.0.2.1", noon, "CheckMfa", prompted),
		consoleRecord(2, "ben", "192.0.2.1", noon.Add(5*time.Minute), "CheckMfa", prompted),
		consoleRecord(3, "eve", "192.0.2.1", noon.Add(time.Hour), "CheckMfa", prompted),
		consoleRecord(4, "zoe", "192.0.2.1", noon, "CheckMfa", prompted),
		consoleRecord(5, "zoe", "192.0.2.1", noon.Add(time.Second), "ConsoleLogin", right),
	}
	check := func(o Options, prompts int, due string) {
		t.Helper()
		o.Paths, o.Stdin = []string{"-"}, strings.NewReader(logOf(records...))
		w := scanned(t, o).Waiting
		if w.Prompts != prompts || prompts > 0 && w.Due.Format(time.TimeOnly) != due {
			t.Errorf("at %s: %+v, want %d due %s", o.At, w, prompts, due)
		}
	}
	check(Options{At: noon.Add(-time.Second)}, 0, "")
	check(Options{At: noon}, 1, "12:20:00")
	check(Options{At: noon.Add(10 * time.Minute)}, 2, "12:25:00")
	check(Options{At: noon.Add(10 * time.Minute), Since: noon.Add(time.Minute)}, 1, "12:25:00")
	check(Options{At: noon.Add(20 * time.Minute)}, 1, "12:25:00")
	check(Options{At: noon.Add(30 * time.Minute)}, 0, "")
}
