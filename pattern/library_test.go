package pattern

import (
	"regexp"
	"slices"
	"testing"
)

// neverMatches are the patterns of the library that are kept as a warning.
var neverMatches = []string{"identity-center-mfa-failure-as-published"}

func TestOnlyThePublishedIdentityCenterPatternNeverMatches(t *testing.T) {
	for _, n := range Library() {
		never := slices.ContainsFunc(Lint(n.Parsed()), func(w Warning) bool { return w.Severity == Never })
		if want := slices.Contains(neverMatches, n.Name); never != want {
			t.Errorf("%s: never matches: %v, want %v; %v", n.Name, never, want, codes(Lint(n.Parsed())))
		}
	}
}

func TestEveryPatternOfTheLibraryIsComplete(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, n := range Library() {
		if !name.MatchString(n.Name) || seen[n.Name] || n.Title == "" || n.About == "" || n.Source == "" || n.Parsed() == nil {
			t.Errorf("%+v is not complete", n)
		}
		seen[n.Name] = true
		if found, _, ok := FromLibrary(n.Name); !ok || found.Pattern != n.Pattern {
			t.Errorf("FromLibrary(%q) = %v, %v", n.Name, found, ok)
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d patterns", len(seen))
	}
	if _, similar, ok := FromLibrary("console-mfa-failur"); ok || similar != "console-mfa-failure" {
		t.Errorf("similar to a misspelled name is %q, %v", similar, ok)
	}
}

// The caller may change the slice.
func TestLibraryIsTheCallers(t *testing.T) {
	Library()[0].Name = "changed"
	if got := Library()[0].Name; got == "changed" {
		t.Error("the library has changed")
	}
}

// Each pattern finds the named messages it is about and no other one.
func TestPatternsOfTheLibraryFindWhatTheySay(t *testing.T) {
	messages := namedTexts(t, "named_messages.json")
	check := func(name string, want ...string) {
		t.Helper()
		n, _, ok := FromLibrary(name)
		if !ok {
			t.Fatalf("no pattern %s", name)
		}
		var got []string
		for message, text := range messages {
			if n.Parsed().Match([]byte(text)) {
				got = append(got, message)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", name, got, want)
		}
	}
	check("console-mfa-failure", "LOGIN_FAIL_MFA")
	check("console-mfa-failure-any-spelling", "LOGIN_FAIL_MFA", "LOGIN_FAIL_MFA_UPPER")
	check("identity-center-mfa-failure-as-published", "IC_TOTP_FAIL_AS_IN_PATTERN2", "IC_WEBAUTHN_FAIL_AS_IN_PATTERN2")
	check("identity-center-mfa-failure", "IC_TOTP_FAIL_AS_DOCUMENTED", "IC_TOTP_FAIL_AS_IN_PATTERN2", "IC_WEBAUTHN_FAIL_AS_IN_PATTERN2")
	check("identity-center-mfa-failure-all-factors", "IC_TOTP_FAIL_AS_DOCUMENTED")
	check("mfa-failure", "LOGIN_FAIL_MFA", "LOGIN_FAIL_MFA_UPPER", "IC_TOTP_FAIL_AS_DOCUMENTED")
	check("root-mfa-failure", "LOGIN_FAIL_MFA_UPPER")
	check("console-mfa-prompt", "CHECKMFA_OK")
	check("identity-center-mfa-prompt", "IC_CHALLENGE_TOTP", "IC_CHALLENGE_TOTP_FAIL")
	check("cloudwatch-5-trail-change", "TRAIL_STOP")
	check("large-instance-started", "EC2_BIG")
}

// The factors that a guide lists besides TOTP and WEBAUTHN. Source: IAM Identity
// Center User Guide, "Understanding IAM Identity Center sign-in events".
func TestAllFactorsIncludeResyncAndMailedCodes(t *testing.T) {
	n, _, _ := FromLibrary("identity-center-mfa-failure-all-factors")
	check := func(factor string, want bool) {
		t.Helper()
		message := `{"eventName":"CredentialVerification","additionalEventData":{"CredentialType":"` + factor +
			`"},"serviceEventDetails":{"CredentialVerification":"Failure"}}`
		if got := n.Parsed().Match([]byte(message)); got != want {
			t.Errorf("%s: %v", factor, got)
		}
	}
	check("TOTP", true)
	check("RESYNC_TOTP", true)
	check("EMAIL_OTP", true)
	check("WEBAUTHN", true)
	check("PASSWORD", false)
	check("SMARTCARD", false)
}
