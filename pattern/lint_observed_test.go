package pattern

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestObservedSaysWhatTheMessagesDoNotHave(t *testing.T) {
	messages := []string{
		`{"eventName":"ConsoleLogin","n":1,"o":{"key":"Value"},"list":[{"id":"one"}],"flag":true}`,
		`{"eventName":"CheckMfa","n":2,"o":{"key":"Other"},"list":[]}`,
		`not JSON`,
	}
	check := func(source string, want ...string) {
		t.Helper()
		o := Observe(mustParse(t, source))
		for _, m := range messages {
			o.Add([]byte(m))
		}
		if diff := cmp.Diff(want, codes(o.Lint())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", source, diff)
		}
	}
	check(`{ $.eventName = ConsoleLogin }`)
	check(`{ $.eventName = consoleLogin }`, "risk not-matched", "risk value-not-seen")
	check(`{ $.eventname = ConsoleLogin }`, "risk not-matched", "risk key-not-seen")
	check(`{ $.o.kye = * || $.n = 1 }`, "risk key-not-seen")
	check(`{ $.o = "x" || $.n = 1 }`, "risk kind-not-seen")
	check(`{ $.eventName > 1 || $.n = 1 }`, "risk kind-not-seen")
	check(`{ $.flag = "true" || $.n = 1 }`, "risk kind-not-seen")
	check(`{ $.n > 7 || $.n = 1 }`, "risk never-held")
	check(`{ $.list[0].id = "one" }`)
	check(`{ $.list[*].id = "two" || $.n = 1 }`, "risk value-not-seen")
	check(`{ $.eventName != "Consolelogin" }`, "risk value-not-seen")
	check(`{ $.eventName != "ConsoleLogin" }`)
	check(`{ $.gone NOT EXISTS && $.n = 1 }`)
	check(`{ $.gone != 1 || $.n = 1 }`, "risk key-not-seen")
	check(`JSON -gone`, "risk term-not-seen")
	check(`[a, b=nothing, ...]`, "risk not-matched")
}

func TestObservedSuggestsTheSpellingThatOccurs(t *testing.T) {
	o := Observe(mustParse(t, `{ $.o.kye = 1 && $.eventName = "consolelogin" }`))
	o.Add([]byte(`{"eventName":"ConsoleLogin","o":{"key":"Value"}}`))
	var got []string
	for _, w := range o.Lint() {
		got = append(got, w.Code+" "+w.Pattern)
	}
	want := []string{
		`not-matched `,
		`key-not-seen { $.o.key = 1 && $.eventName = "consolelogin" }`,
		`value-not-seen { $.o.kye = 1 && $.eventName = "ConsoleLogin" }`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestObservedBoundsWhatItRemembersAndSaysSo(t *testing.T) {
	p := mustParse(t, `{ $.last = 1 }`)
	check := func(message, limit string) {
		t.Helper()
		o := Observe(p)
		o.Add([]byte(message))
		if got := strings.Join(o.Limits(), ";"); !strings.Contains(got, limit) {
			t.Errorf("limits %q, want %q", got, limit)
		}
		for _, w := range o.Lint() {
			if w.Code == "key-not-seen" {
				t.Errorf("claims %q although it did not remember all", w.Message)
			}
		}
	}
	var many strings.Builder
	for i := range maxSeenPaths + 1 {
		fmt.Fprintf(&many, `"k%d":1,`, i)
	}
	check(`{`+many.String()+`"last":2}`, "more than 50000 places")
	check(strings.Repeat(`{"a":`, 40)+"1"+strings.Repeat("}", 40), "deeper than 32")
	check(`{"`+strings.Repeat("k", 300)+`":1}`, "names of more than 256 bytes")
}

func TestObservedSaysNothingWithoutMessages(t *testing.T) {
	if got := Observe(mustParse(t, `{ $.a = 1 }`)).Lint(); len(got) > 0 {
		t.Errorf("warnings: %v", codes(got))
	}
}

// A warning from AWS's documents must not contradict the events that are there.
func TestObservedQualifiesWhatNeverMatches(t *testing.T) {
	source := `{ $.eventName = CredentialVerification && $.serviceEventDetails.CredentialChallenge = "Failure" }`
	documented := `{"eventName":"CredentialVerification","serviceEventDetails":{"CredentialVerification":"Failure"}}`
	published := `{"eventName":"CredentialVerification","serviceEventDetails":{"CredentialChallenge":"Failure"}}`
	check := func(source string, messages []string, want ...string) {
		t.Helper()
		p := mustParse(t, source)
		o := Observe(p)
		for _, m := range messages {
			o.Add([]byte(m))
		}
		given := Lint(p)
		before := slices.Clone(given)
		var got []string
		for _, w := range o.Qualify(given) {
			got = append(got, w.Severity.String()+" "+w.Message, w.Pattern)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", source, diff)
		}
		if !slices.Equal(before, given) {
			t.Error("the warnings given to Qualify have changed")
		}
	}
	const absent = "CredentialVerification events carry no serviceEventDetails.CredentialChallenge"
	try := `{ $.eventName = CredentialVerification && $.serviceEventDetails.CredentialVerification = "Failure" }`
	both := `{ $.eventName = CredentialVerification && ($.serviceEventDetails.CredentialChallenge = "Failure" || $.serviceEventDetails.CredentialVerification = "Failure") }`
	check(source, nil, "never "+absent, try)
	check(source, []string{documented}, "never "+absent, try)
	check(source, []string{documented, published}, "risk "+absent+": documented events never have it, but 1 of these events matches", both)
	check(source, []string{published, published}, "risk "+absent+": documented events never have it, but 2 of these events match", both)
}

// What logic says of a part stays true when another alternative matched.
func TestObservedKeepsWhatFollowsFromLogic(t *testing.T) {
	p := mustParse(t, `{ ($.eventName = consolelogin) || ($.a = 1 && $.a = 2) }`)
	o := Observe(p)
	o.Add([]byte(`{"eventName":"consolelogin"}`))
	if diff := cmp.Diff([]string{"risk value-case", "dead contradiction"}, codes(o.Qualify(Lint(p)))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if w := o.Qualify(Lint(p))[0]; w.Pattern != `{ ($.eventName = consolelogin || $.eventName = "ConsoleLogin") || ($.a = 1 && $.a = 2) }` {
		t.Errorf("suggests %q", w.Pattern)
	}
}

func FuzzObserved(f *testing.F) {
	addTable(f)
	f.Fuzz(func(t *testing.T, source, message string) {
		p, err := Parse(source)
		if err != nil {
			return
		}
		o := Observe(p)
		o.Add([]byte(message))
		want := 0
		if p.Match([]byte(message)) {
			want = 1
		}
		if o.Matched != want {
			t.Errorf("Matched %d, want %d", o.Matched, want)
		}
		for _, w := range slices.Concat(o.Lint(), o.Qualify(Lint(p))) {
			if want > 0 && w.Severity == Never {
				t.Errorf("%q matches %q, yet: never %s", source, message, w.Message)
			}
			if _, err := Parse(w.Pattern); err != nil {
				t.Errorf("%s suggests %q: %v", w.Code, w.Pattern, err)
			}
		}
	})
}

// Real events of a published account: what the library asks for in them must be there.
func TestObservedAgreesWithRealEvents(t *testing.T) {
	files, err := filepath.Glob("../../shared/data/stratus-red-team/docs/detonation-logs/*console-login-without-mfa.json")
	if err != nil || len(files) == 0 {
		t.Skip("the real CloudTrail samples are not beside the repository")
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	// The file is an array of events, laid out for people.
	for _, source := range []string{`ConsoleLogin`, `"signin.amazonaws.com"`} {
		o := Observe(mustParse(t, source))
		o.Add(data)
		if got := o.Lint(); len(got) > 0 {
			t.Errorf("%s: %v", source, codes(got))
		}
	}
}
