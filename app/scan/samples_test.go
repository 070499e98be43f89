package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trailbell/trailbell/signin"
)

// samples returns a folder of published CloudTrail logs, which are not part of the
// repository.
func samples(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the real samples are not here: %v", err)
	}
	return dir
}

// 30,477 records of a real account, delivered by two trails (SANS, S3 ransomware data set).
func TestRealAccountIsReadCompletely(t *testing.T) {
	got := scanned(t, Options{Paths: []string{samples(t, "sans-504-s3-ransomware")}})
	if got.Read != 30_477 || got.Accepted != 23_981 || got.Rejected != 0 {
		t.Errorf("read %d, accepted %d, rejected %d; want 30,477, 23,981, 0", got.Read, got.Accepted, got.Rejected)
	}
	if got.Unread() || len(got.Findings) != 0 {
		t.Errorf("unread %v, findings %+v", got.Unread(), got.Findings)
	}
}

func TestAllSamplesHoldTwoWrongSecondFactors(t *testing.T) {
	got := scanned(t, Options{Paths: []string{samples(t, "")}})
	if got.Unread() {
		for _, p := range got.Problems {
			t.Log(p)
		}
		t.Error("something could not be read")
	}
	var failed []string
	for _, f := range got.Findings {
		switch f.Kind {
		case signin.MFAFailed:
			failed = append(failed, f.EventID+" "+f.Subject)
		case signin.MFAAbandoned:
			explained(t, got, f)
		}
	}
	slices.Sort(failed)
	want := []string{"1 tester", "d38ce1b3-4575-4cb8-a632-611b8243bfc3 anaya"}
	if !slices.Equal(failed, want) {
		t.Errorf("wrong second factors %q, want %q", failed, want)
	}
}

// explained checks that an abandoned prompt is a prompt, and that no answer to it is there.
func explained(t *testing.T, got outcome, f signin.Finding) {
	t.Helper()
	for _, s := range got.SignedIn {
		prompt := slices.IndexFunc(s.Steps, func(step signin.Step) bool { return step.ID == f.ID })
		if prompt < 0 {
			continue
		}
		if kind := s.Steps[prompt].Kind; kind != signin.CheckMfa && kind != signin.CredentialChallenge {
			t.Errorf("%s: abandoned, but it is a %s", f.EventID, kind)
		}
		for _, later := range s.Steps[prompt+1:] {
			if later.Kind == signin.ConsoleLogin || later.Kind == signin.UserAuthentication {
				t.Errorf("%s: abandoned, but %s answered it", f.EventID, later.EventID)
			}
		}
		return
	}
	t.Errorf("%s: abandoned, and no sign-in explains it; origin %s", f.EventID, strings.TrimPrefix(f.Origin, samples(t, "")))
}
