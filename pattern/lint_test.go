package pattern

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// codes returns "severity code" of each warning.
func codes(warnings []Warning) []string {
	var all []string
	for _, w := range warnings {
		all = append(all, w.Severity.String()+" "+w.Code)
	}
	return all
}

// lintCheck returns a closure that wants just these warnings.
func lintCheck(t *testing.T) func(source string, want ...string) {
	return func(source string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, codes(Lint(mustParse(t, source)))); diff != "" {
			t.Errorf("Lint(%q) (-want +got):\n%s", source, diff)
		}
	}
}

func TestLintFindsWhatCannotHoldTogether(t *testing.T) {
	check := lintCheck(t)
	check(`{ $.a = "x" && $.a = "y" }`, "never contradiction")
	check(`{ $.a = 1 && $.a NOT EXISTS }`, "never contradiction")
	check(`{ $.a > 2 && $.a < 1 }`, "never contradiction")
	check(`{ $.a > 2 && $.a <= 2 }`, "never contradiction")
	check(`{ $.a > 1 && $.a < 2 }`)
	check(`{ $.a >= 1 && $.a <= 1 }`)
	check(`{ $.a IS NULL && $.a IS TRUE }`, "never contradiction")
	check(`{ $.a = "a*" && $.a = "b*" }`, "never contradiction")
	check(`{ $.a = "*ab" && $.a = "*bc" }`, "never contradiction")
	check(`{ $.a = "ab" && $.a = "b*" }`, "never contradiction")
	check(`{ $.a = %x% && $.a = %y% }`)
	check(`{ $.a = "ab" && $.a = %c% }`, "never contradiction")
	check(`{ $.a != * }`, "never never-true")
	check(`{ $.a[*] = 1 && $.a[*] = 2 }`)
	check(`{ $.a = "x" && ($.a = "y" || $.b = 1) }`, "dead contradiction")
	check(`{ ($.a = "x" && $.a = "y") || $.b = 1 }`, "dead contradiction")
	check(`{ $.a = "x" && ($.a = "y" || $.a = "z") }`, "never contradiction", "never contradiction")
	check(`{ $.a = 1 && $.a = "1.0" }`, "dead redundant-condition", "risk quoted-number") // 1.0 has the value 1
	check(`{ $.a = 1 && $.a != "1" && $.a != "1.0" }`, "risk quoted-number")
	check(`[x = 1 && x = 2, ...]`, "never contradiction")
	check(`[x > 1 && x < 1, ...]`, "never contradiction")
	check(`ERROR -ERR `, "never contradiction", "risk short-term")
	check(`{ $.a = %x^y% }`, "never regex-anchor")
	check(`{ $.a = %x*^y% }`)
	check(`{ $.a = %a$b% || $.b = 1 }`, "dead regex-anchor")
	check(`%a$b%`, "never regex-anchor")
}

func TestLintFindsWhatDecidesNothing(t *testing.T) {
	check := lintCheck(t)
	check(`{ $.a = "x" || $.a = "x" }`, "dead duplicate")
	check(`{ $.a = "x" || $.a = "x*" }`, "dead redundant-alternative")
	check(`{ $.a = "xy*" || $.a = "x*" }`, "dead redundant-alternative")
	check(`{ $.a = "x" || ($.a = "x" && $.b = 1) }`, "dead redundant-alternative")
	check(`{ $.a > 1 && $.a > 0 }`, "dead redundant-condition")
	check(`{ $.a = 1 && $.a < 5 }`) // the text "1" equals 1 and has no order
	check(`{ $.a = "x" && $.b = 1 && $.a = "x" }`, "dead duplicate")
	check(`{ $.a != "x" || $.a != "y" }`, "risk not-equal-missing", "risk always-true", "risk not-equal-missing")
	check(`{ $.a < 5 || $.a >= 5 }`, "risk always-true")
	check(`{ $.a < 5 || $.a > 5 }`)
	check(`?WARN ?FATAL disk`, "dead optional-ignored")
	check(`?WARN ?FATAL`)
	check(`error "error code"`, "dead redundant-term")
	check(`?error ?"error code"`, "dead redundant-term")
	check(`-error -"error code"`, "dead redundant-term")
}

// Source: DataBiosphere/azul issue 5884 and two more reports: != on a missing
// property is false.
func TestLintWarnsOfNotEqualOnAFieldThatMayBeMissing(t *testing.T) {
	check := lintCheck(t)
	check(`{ $.phone != "080" }`, "risk not-equal-missing")
	check(`{ $.phone != "080" || $.phone NOT EXISTS }`)
	check(`{ $.u.phone != "080" || $.u NOT EXISTS }`)
	check(`{ $.up != "080" || $.u NOT EXISTS }`, "risk not-equal-missing")
	check(`{ $.phone != "080" && $.phone != "081" }`, "risk not-equal-missing", "risk not-equal-missing")
	check(`{ $.eventType != "AwsServiceEvent" }`) // every event has a type
	check(`{ $.eventName = "A" && $.errorCode != "X" }`, "risk not-equal-missing")
	check(`[x != 1, ...]`)
}

func TestLintKnowsTheFormsOfLiterals(t *testing.T) {
	check := lintCheck(t)
	check(`{ $.a = true }`, "risk constant-as-text")
	check(`{ $.a = null }`, "risk constant-as-text")
	check(`{ $.a = "404" }`)
	check(`{ $.a = "404.0" }`, "risk quoted-number")
	check(`{ $.a = "%x%" }`, "risk quoted-regex")
	check(`{ $.a = "^x$" }`, "risk quoted-regex")
	check(`{ $.a = "*111.111.111" }`, "risk star-suffix")
	check(`{ $.a = "*Operation" }`)
	check(`{ $.a = "x\*" }`, "risk escaped-star")
	check(`{ $.a[*] != "x" }`, "risk not-equal-wildcard")
	check(`{ $.a = 1 || $.b = 2 && $.c = 3 }`, "risk mixed-operators")
	check(`{ $.a = 1 || ($.b = 2 && $.c = 3) }`)
	check(`"foo*"`, "risk literal-star")
	check(`"%foo%"`, "risk quoted-regex")
	check(`ERR`, "risk short-term")
	check(`error OR warning`, "risk operator-word")
	check(`"\"eventName\": \"X\""`, "risk json-blanks")
	check(`"{ $.a = 1 }"`, "risk quoted-pattern")
	check(`[level=ERROR]`, "risk last-field-rest")
	check(`[level=ERROR, ...]`)
	check(`[..., level=ERROR]`)
	check(`[level=ERROR*]`)
	check(`[a, b=x, a, ...]`, "risk same-name")
	check(`[a="[x]", ...]`, "risk group-delimiters")
	check(``)
	check(`[]`)
}

// Sources: CloudTrail User Guide, "CloudTrail record contents" and "AWS
// Management Console sign-in events"; IAM Identity Center User Guide,
// "Understanding IAM Identity Center sign-in events".
func TestLintKnowsCloudTrail(t *testing.T) {
	check := lintCheck(t)
	check(`{ $.eventName = consolelogin }`, "never value-case")
	check(`{ $.eventType = "AwsConsoleSignin" }`, "risk value-case")
	check(`{ $.detail.eventName = ConsoleLogin }`, "risk envelope")
	check(`{ $.Records[0].eventName = ConsoleLogin }`, "risk envelope")
	check(`{ $.Records[*].eventName = ConsoleLogin }`, "risk envelope")
	check(`{ $.errorcode = "X" }`, "risk field-spelling")
	check(`{ $.eventName = X && $.errorcode = "X" }`, "never field-case")
	check(`{ $.eventName = X && $.erorCode = "X" }`, "risk field-spelling")
	check(`{ $.eventName = X && $.readOnly = "true" }`, "never kind-boolean")
	check(`{ $.eventName = X && $.readOnly IS TRUE }`)
	check(`{ $.userIdentity = "x" }`, "never kind-object")
	check(`{ $.eventVersion > 1.05 }`, "never kind-order")
	check(`{ $.userIdentity.sessionContext.attributes.mfaAuthenticated IS TRUE }`, "never kind-text")
	check(`{ $.userIdentity.accountId = 111122223333 }`, "risk number-against-text")
	check(`{ $.sourceIPAddress = "10.0.0.0/8" }`, "risk value-form")
	check(`{ $.sourceIPAddress = "AWS Internal/3" }`)
	check(`{ $.eventSource = "s3" }`, "risk value-form")
	check(`{ $.awsRegion = "Ireland" }`, "risk value-form")
	check(`{ $.awsRegion = us-gov-west-1 }`)
	check(`{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed = "Yes" }`, "risk value-spelling")
	check(`{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed = "Y*" }`)
	check(`{ $.eventName = ConsoleLogin && $.responseElements.ConsoleLogin = "failure" }`, "never value-case")
	check(`{ $.eventName = CheckMfa && $.responseElements.ConsoleLogin = "Failure" }`, "never field-absent")
	check(`{ $.eventName = CredentialVerification && $.responseElements.CredentialVerification = * }`, "never field-absent")
	check(`{ $.eventName = CredentialChallenge && $.serviceEventDetails.CredentialChallenge = "Failure" }`, "never value-unknown")
	check(`{ ($.eventName = CheckMfa || $.eventName = ConsoleLogin) && $.responseElements.ConsoleLogin = "Failure" }`)
	check(`{ $.eventName = CredentialVerification && $.userIdentity.userName = "bo" }`, "risk identity-center-name")
	check(`{ $.eventName = UserAuthentication && $.additionalEventData.CredentialType = "TOTP" }`, "risk combined-factors")
	check(`{ $.level = "x" && $.detail.state = 1 && $.code = 404 }`) // some other log
}

func TestLintSuggestsThePatternThatWasMeant(t *testing.T) {
	check := func(source, code, want string) {
		t.Helper()
		for _, w := range Lint(mustParse(t, source)) {
			if w.Code == code {
				if w.Pattern != want {
					t.Errorf("Lint(%q): %s suggests %q, want %q", source, code, w.Pattern, want)
				}
				return
			}
		}
		t.Errorf("Lint(%q) has no %s", source, code)
	}
	check(`{ $.a != 1 }`, "not-equal-missing", `{ ($.a != 1 || $.a NOT EXISTS) }`)
	check(`{ $.a = true }`, "constant-as-text", `{ $.a IS TRUE }`)
	check(`{ $.a != "false" }`, "constant-as-text", `{ $.a IS TRUE }`)
	check(`{ $.a != null }`, "constant-as-text", `{ $.a = * }`)
	check(`{ $.a = "*1.1" }`, "star-suffix", `{ $.a = %1\.1$% }`)
	check(`{ $.a = 1 && $.a = 1 && $.b = 2 }`, "duplicate", `{ $.a = 1 && $.b = 2 }`)
	check(`{ ($.a != 1) || ($.a != 2) }`, "always-true", `{ (($.a != 1 && $.a != 2)) }`)
	check(`?WARN disk`, "optional-ignored", `disk`)
	check(`error OR warning`, "operator-word", `?error ?warning`)
	check(`[level=ERROR]`, "last-field-rest", `[level=ERROR, ...]`)
	check(`{ $.detail.eventName = ConsoleLogin }`, "envelope", `{ $.eventName = ConsoleLogin }`)
	check(`{ $.eventName = CredentialVerification && $.serviceEventDetails.CredentialChallenge = "Failure" }`, "field-absent",
		`{ $.eventName = CredentialVerification && $.serviceEventDetails.CredentialVerification = "Failure" }`)
}

// Source of the two fields: IAM Identity Center User Guide, "Understanding IAM
// Identity Center sign-in events"; the second key is the one that articles have.
func TestLintAcceptsAnAbsentFieldBesideTheRightOne(t *testing.T) {
	check := lintCheck(t)
	const event = `{ $.eventName = CredentialVerification && `
	right, wrong := `$.serviceEventDetails.CredentialVerification = "Failure"`, `$.serviceEventDetails.CredentialChallenge = "Failure"`
	check(event+wrong+` }`, "never field-absent")
	check(event + `(` + right + ` || ` + wrong + `) }`)
	check(event + `(` + wrong + ` || $.errorCode = "X" || ` + right + `) }`)
	check(`{ ($.eventName = CredentialVerification && ` + wrong + `) || ($.eventName = CredentialVerification && ` + right + `) }`)
	check(event+right+` && `+wrong+` }`, "never field-absent") // no alternative
	check(event+`(`+wrong+` || $.errorCode = "X") }`, "dead field-absent")
	named, _, _ := FromLibrary("identity-center-mfa-failure")
	check(named.Pattern)
}

func TestLintSuggestsNoConditionTwice(t *testing.T) {
	check := func(source, want string) {
		t.Helper()
		warnings := Lint(mustParse(t, source))
		for _, w := range warnings {
			if w.Pattern == want {
				return
			}
		}
		t.Errorf("Lint(%q) = %+v, want the suggestion %q", source, warnings, want)
	}
	check(`{ $.eventName = ConsoleLogin || $.eventName = consolelogin }`, `{ $.eventName = ConsoleLogin }`)
	check(`{ $.eventName = "ConsoleLogin" || $.eventName = consolelogin }`, `{ $.eventName = "ConsoleLogin" }`)
	check(`{ $.b = 1 && ($.a = true || $.a IS TRUE) }`, `{ $.b = 1 && $.a IS TRUE }`)
	check(`error OR error`, `?error`)
}

// Three equal conditions: what is left when one goes has two.
func TestWithoutRepeatsKeepsOneOfEach(t *testing.T) {
	check := func(source, want string) {
		t.Helper()
		p := mustParse(t, source)
		dropped := p.dropRepeats()
		if got := p.String(); got != want || dropped == (want == source) {
			t.Errorf("%q without repeats is %q (%v), want %q", source, got, dropped, want)
		}
	}
	check(`{ $.a = 1 && $.b = 2 }`, `{ $.a = 1 && $.b = 2 }`)
	check(`{ $.a = 1 || $.a = 1 || $.a = 1 }`, `{ $.a = 1 }`)
	check(`{ ($.a = 1 || $.b = 2) && ($.a = 1 || $.b = 2 || $.b = 2) && $.c = 3 }`, `{ ($.a = 1 || $.b = 2) && $.c = 3 }`)
	check(`[a = 1 || a = 1, b]`, `[a = 1, b]`)
	check(`?a ?a -b`, `?a -b`)
	check(`{ $.a = x && $.a = "x" && $.a = 1 && $.a = "1" }`, `{ $.a = x && $.a = 1 && $.a = "1" }`)
}

func TestLintSaysWhere(t *testing.T) {
	source := `{ $.b = 1 && $.a = "x" && $.a = "y" }`
	warnings := Lint(mustParse(t, source))
	if len(warnings) != 1 {
		t.Fatalf("warnings: %v", codes(warnings))
	}
	if got := source[warnings[0].Start:warnings[0].End]; got != `$.a = "y"` {
		t.Errorf("the warning is about %q", got)
	}
}

func TestLintSentencesHoldNoControlCharacters(t *testing.T) {
	for _, source := range []string{
		"{ $['\x1b[31m'] != \"\x07\" && $['\x1b[31m'] = \"\x07\" }", "\"\x1b*\"", "\"\x1b\" -\"\x1b\"",
		"{ $.eventName = X && $.userIdentity.type = \"ro\u202eot\" }", "[a=\"\x1b\" && a=\"\x07\", ...]",
	} {
		for _, w := range Lint(mustParse(t, source)) {
			if text := w.Message + w.Suggestion; text != visible(text) {
				t.Errorf("Lint(%q) says %q", source, text)
			}
		}
	}
}

// logical are the codes whose claims follow from the language alone.
var logical = []string{"contradiction", "never-true", "regex-anchor"}

// sameMeaning are the codes whose suggestion matches just what the pattern does.
var sameMeaning = []string{"duplicate", "redundant-alternative", "redundant-condition", "redundant-term", "optional-ignored", "mixed-operators"}

// lintTellsTheTruth checks every claim of Lint that one message can refute.
func lintTellsTheTruth(t reporter, p *Pattern, message string) {
	t.Helper()
	matches := p.Match([]byte(message))
	for _, w := range Lint(p) {
		if w.Start < 0 || w.Start > w.End || w.End > len(p.Source()) || w.Code == "" || w.Message == "" {
			t.Errorf("Lint(%q): bad warning %+v", p.Source(), w)
		}
		if w.Severity == Never && slices.Contains(logical, w.Code) && matches {
			t.Errorf("Lint(%q) says never (%s: %s), but %q matches", p.Source(), w.Code, w.Message, message)
		}
		if w.Pattern == "" {
			continue
		}
		changed, err := Parse(w.Pattern)
		if err != nil {
			t.Errorf("Lint(%q) suggests %q: %v", p.Source(), w.Pattern, err)
			continue
		}
		if slices.Contains(sameMeaning, w.Code) && changed.Match([]byte(message)) != matches {
			t.Errorf("Lint(%q): %s suggests %q as the same, but %q tells them apart", p.Source(), w.Code, w.Pattern, message)
		}
	}
}

func FuzzLint(f *testing.F) {
	addTable(f)
	for _, n := range Library() {
		f.Add(n.Pattern, `{"eventName":"ConsoleLogin"}`)
	}
	for _, source := range []string{`{ $.a > 1 && $.a < 1.5 || $.a = "1*" }`, `?a b -c "*" %^x$%`, `[a, b=1 || b!="[x]", ..., c<-1e3]`} {
		f.Add(source, `{"a":1.25}`)
	}
	f.Fuzz(func(t *testing.T, source, message string) {
		if p, err := Parse(source); err == nil {
			lintTellsTheTruth(t, p, message)
		}
	})
}

// Trees over one or two fields with few values meet the logic of Lint far more
// often than random text does.
func TestLintTellsTheTruthAboutGeneratedTrees(t *testing.T) {
	values := []string{`"x"`, `"xy"`, `x*`, `*y`, `*`, `x*y`, `1`, `2`, `"1"`, `"1.0"`, `1.5`, `-1`, `1e0`, `%x%`, `%^y$%`, `%y^x%`, `""`, `true`}
	numbers := []string{`1`, `2`, `1.5`, `-1`, `1e1`}
	condition := rapid.Custom(func(t *rapid.T) string {
		field := rapid.SampledFrom([]string{"$.a", "$.a", "$.b"}).Draw(t, "field")
		switch op := rapid.SampledFrom([]string{"=", "=", "!=", "<", "<=", ">", ">=", "IS NULL", "IS TRUE", "NOT EXISTS"}).Draw(t, "op"); op {
		case "=", "!=":
			return field + " " + op + " " + rapid.SampledFrom(values).Draw(t, "value")
		case "<", "<=", ">", ">=":
			return field + " " + op + " " + rapid.SampledFrom(numbers).Draw(t, "number")
		default:
			return field + " " + op
		}
	})
	list := func(of *rapid.Generator[string], join string) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			return "(" + strings.Join(rapid.SliceOfN(of, 1, 3).Draw(t, "parts"), join) + ")"
		})
	}
	tree := list(list(list(condition, " || "), " && "), " || ")
	found := rapid.SampledFrom([]string{
		``, `"a":null`, `"a":true`, `"a":{}`, `"a":"x"`, `"a":"xy"`, `"a":"y"`, `"a":""`, `"a":"1"`, `"a":"1.0"`,
		`"a":1`, `"a":1.0`, `"a":2`, `"a":1.5`, `"a":-1`, `"a":-7`, `"a":99`, `"a":"true"`, `"a":1.25`, `"a":10`,
	})
	rapid.Check(t, func(t *rapid.T) {
		p, err := Parse("{ " + tree.Draw(t, "tree") + " }")
		if err != nil {
			t.Skip("more regexes than allowed")
		}
		for range 10 {
			a, b := found.Draw(t, "a"), strings.Replace(found.Draw(t, "b"), "a", "b", 1)
			lintTellsTheTruth(t, p, "{"+strings.Trim(a+","+b, ",")+"}")
		}
	})
}

// A pattern of the greatest length must not take long: the work is bounded.
func TestLintOfManyAlternativesIsBounded(t *testing.T) {
	var parts []string
	for i := range 100 {
		parts = append(parts, fmt.Sprintf("$.a=%d", i))
	}
	p := mustParse(t, "{"+strings.Join(parts, "||")+"}")
	if warnings := Lint(p); len(warnings) > 0 {
		t.Errorf("warnings: %v", codes(warnings))
	}
	nested := strings.Repeat("($.a=1||$.b=2&&", 60) + "$.c=3" + strings.Repeat(")", 60)
	Lint(mustParse(t, "{"+nested+"}"))
}

func BenchmarkLint(b *testing.B) {
	named, _, ok := FromLibrary("cloudwatch-4-iam-policy-change")
	if !ok {
		b.Fatal("no such pattern")
	}
	for b.Loop() {
		Lint(named.Parsed())
	}
}

func TestNoSuggestedPatternCanNeverMatch(t *testing.T) {
	for _, source := range []string{
		`{ $.a < 5 || $.a >= 5 }`, `{ $.a = 1 || $.a != 1 }`, `{ $.a != 1 || $.a != 2 }`, `{ $.a != "x" || $.a != "y" }`,
		`{ $.a > 1 || $.a <= 1 || $.b = 2 }`, `{ $.a = "x" || $.a != "x" }`,
	} {
		p, err := Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range Lint(p) {
			if w.Pattern == "" {
				continue
			}
			suggested, err := Parse(w.Pattern)
			if err != nil {
				t.Fatalf("%s: suggested %s: %v", source, w.Pattern, err)
			}
			for _, again := range Lint(suggested) {
				if again.Severity == Never {
					t.Errorf("%s: suggested %s, of which lint says: %s", source, w.Pattern, again.Message)
				}
			}
		}
	}
}
