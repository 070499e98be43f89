package pattern

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// sameTree compares trees without the places in the source.
var sameTree = cmp.Options{
	cmpopts.IgnoreTypes(Span{}, plan{}, comparison{}),
	cmpopts.IgnoreFields(Pattern{}, "source"),
	cmpopts.IgnoreFields(Condition{}, "slot", "wildcard"),
}

func addTable(f *testing.F) {
	for _, r := range table(f) {
		f.Add(r.Pattern, r.Message)
	}
	for _, message := range hardMessages {
		f.Add(`{ $.a = "x" || $.* = "y" || $.b[0] NOT EXISTS }`, message)
	}
}

// hardMessages are valid and invalid JSON that scanners get wrong.
var hardMessages = []string{
	`{"a":1,"a":"x"}`, `{"a":{"b":"x"},"a":1}`, `{"\u0061":"x"}`, `{"a":"\u0078"}`, `{"a":"\ud800"}`, `{"a":"\ud83d\ude00"}`,
	`{"a":"\ud83d\ud83d\ude00"}`, "{\"a\":\"\xff\"}", "{\"a\":\"\x00\"}", `{"a":"\u00"}`, `{"a":01}`, `{"a":-}`, `{"a":1.}`,
	`{"a":.5}`, `{"a":1e}`, `{"a":1e+05}`, `{"a":-0}`, `{"a":tru}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a" "b"}`, `{"a":1 "b":2}`,
	`{a:1}`, `{"a":1}}`, `{"a":[}`, `{"a":{]}`, `{"a":1`, `{"a":"x`, `{"a":"\`, `{"":1}`, `[{"a":"x"}]`, `"a"`, ``, ` `, `{`, `{}`,
	`{} {}`, "\ufeff{}", `{"x":"y","x":"z"}`, `{"x":"y","\u0078":1}`, `{"b":[]}`, `{"b":[[0],{"c":null}]}`, `{"a":"\/"}`,
	`{"a":123456789012345678901234567890.5e-3}`, "{\"a\":\"\u007f\u2028\"}", "{\t\"a\"\r\n:\t\"x\" }\v",
}

// reporter is what *testing.T and *rapid.T have in common.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

func agree(t reporter, source, message string) {
	t.Helper()
	p, err := Parse(source)
	if err != nil || hugeExponent.MatchString(source) || hugeExponent.MatchString(message) {
		return
	}
	want := slowMatch(p, message)
	if got := p.Match([]byte(message)); got != want {
		t.Errorf("Match(%q, %q) = %v, the slow evaluator says %v", source, message, got, want)
	}
	if got := NewSet([]*Pattern{p}).Match([]byte(message), nil, nil, nil); (len(got) == 1) != want {
		t.Errorf("Set.Match(%q, %q) = %v, the slow evaluator says %v", source, message, got, want)
	}
	if got := p.Explain([]byte(message)); got.Holds != want {
		t.Errorf("Explain(%q, %q) = %v, the slow evaluator says %v", source, message, got.Holds, want)
	}
	values, ok := p.Extract([]byte(message))
	if ok != want {
		t.Errorf("Extract(%q, %q) = %v, the slow evaluator says %v", source, message, ok, want)
	}
	if p.Kind == Delimited && ok {
		names, texts, _ := slowFields(p.Fields, message)
		fields := map[string]string{}
		for i, name := range names {
			fields["$"+name] = texts[i]
		}
		if diff := cmp.Diff(fields, values); diff != "" {
			t.Errorf("Extract(%q, %q) (-slow +got):\n%s", source, message, diff)
		}
	}
}

func FuzzMatchAgreesWithSlowEvaluator(f *testing.F) {
	addTable(f)
	f.Fuzz(func(t *testing.T, source, message string) { agree(t, source, message) })
}

// FuzzScannerAgreesWithEncodingJSON checks the scanner alone: it must accept
// exactly the objects that encoding/json accepts.
func FuzzScannerAgreesWithEncodingJSON(f *testing.F) {
	for _, r := range table(f) {
		f.Add([]byte(r.Message))
	}
	for _, message := range hardMessages {
		f.Add([]byte(message))
	}
	p, err := Parse(`{ $.a.b[1].c != "x" || $.a NOT EXISTS || $.a = * || $.a IS NULL }`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		want := json.Valid(message) && bytes.HasPrefix(bytes.TrimLeft(message, blanks), []byte("{"))
		var r reader
		if got := r.read(message, p.plan.root); got != want {
			t.Errorf("read(%q) = %v, encoding/json says %v", message, got, want)
		}
	})
}

func FuzzParsePrintParse(f *testing.F) {
	for _, r := range table(f) {
		f.Add(r.Pattern)
	}
	f.Fuzz(func(t *testing.T, source string) {
		p, err := Parse(source)
		if err != nil {
			syntax := err.(*SyntaxError)
			if syntax.Offset < 0 || syntax.Offset > len(source) || syntax.Message == "" {
				t.Errorf("Parse(%q): offset %d, message %q", source, syntax.Offset, syntax.Message)
			}
			return
		}
		again, err := Parse(p.String())
		if err != nil {
			t.Fatalf("Parse(%q) printed as %q: %v", source, p, err)
		}
		if diff := cmp.Diff(p, again, sameTree); diff != "" {
			t.Errorf("%q printed as %q (-parsed +parsed again):\n%s", source, p, diff)
		}
		if again.String() != p.String() {
			t.Errorf("printing is not stable: %q, then %q", p, again)
		}
		for _, c := range p.Conditions() {
			if text := source[c.Start:c.End]; strings.TrimSpace(text) != text || text == "" {
				t.Errorf("%q: the span of %q is %q", source, c, text)
			}
		}
	})
}

// Generators of patterns and messages that speak about the same few names and
// values, so that conditions often come out either way.
var (
	genName  = rapid.SampledFrom([]string{"a", "b", "eventName", "x-y", "é", "\ufffd", "p.q", ""})
	genText  = rapid.SampledFrom([]string{"", "x", "xyx", "xyxyx", "404", "404.0", "1e2", "null", "é/\"\\", "\ufffd", "a b", "-0", "*"})
	genValue = rapid.SampledFrom([]string{
		"x", "404", "404.0", "-0", "1e2", "*", "x*", "*yx", "4*4", `""`, `"x"`, `"404"`, `"*yx*"`, `"é/\"\\"`, "\"\ufffd\"", `"é*"`,
		"%x%", "%^.$%", `%\d%`, `"null"`, `"*"`,
	})
	genOps = rapid.SampledFrom([]string{" = ", " != ", "=", "!="})
)

func genSelector(t *rapid.T, wildcard bool) string {
	var b strings.Builder
	b.WriteString("$")
	for range rapid.IntRange(1, 3).Draw(t, "steps") {
		switch kind := rapid.IntRange(0, 9).Draw(t, "step"); {
		case kind == 0 && wildcard:
			b.WriteString(".*")
			wildcard = false
		case kind == 1 && wildcard:
			b.WriteString("[*]")
			wildcard = false
		case kind < 4:
			b.WriteString([]string{"[0]", "[1]"}[rapid.IntRange(0, 1).Draw(t, "index")])
		default:
			b.WriteString("['" + genName.Draw(t, "name") + "']")
		}
	}
	return b.String()
}

func genTree(t *rapid.T, depth int, wildcards *int) string {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
		*wildcards--
		selector := genSelector(t, *wildcards >= 0)
		switch rapid.IntRange(0, 5).Draw(t, "condition") {
		case 0:
			return selector + rapid.SampledFrom([]string{" IS NULL", " IS TRUE", " IS FALSE", " NOT EXISTS"}).Draw(t, "words")
		case 1:
			return selector + rapid.SampledFrom([]string{"<404", ">=404", "> -1", "<=1e2"}).Draw(t, "order")
		}
		return selector + genOps.Draw(t, "op") + genValue.Draw(t, "value")
	}
	op := rapid.SampledFrom([]string{" && ", " || "}).Draw(t, "logic")
	return "(" + genTree(t, depth-1, wildcards) + op + genTree(t, depth-1, wildcards) + ")"
}

func genJSON(t *rapid.T, depth int) string {
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	if depth == 0 {
		kind %= 6
	}
	switch kind {
	case 0:
		return rapid.SampledFrom([]string{"null", "true", "false"}).Draw(t, "word")
	case 1, 2:
		return rapid.SampledFrom([]string{"404", "404.0", "4.04e2", "-0", "0", "100", "1E2", "12345678901234567890"}).Draw(t, "number")
	case 3, 4, 5:
		return genString(t, genText.Draw(t, "text"))
	case 6:
		var parts []string
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			parts = append(parts, genJSON(t, depth-1))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return genObject(t, depth)
}

func genObject(t *rapid.T, depth int) string {
	var parts []string
	for range rapid.IntRange(0, 4).Draw(t, "members") {
		parts = append(parts, genString(t, genName.Draw(t, "name"))+":"+genJSON(t, depth-1))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// genString writes a text as JSON in one of the ways there are.
func genString(t *rapid.T, text string) string {
	quoted, _ := json.Marshal(text)
	switch s := string(quoted); rapid.IntRange(0, 5).Draw(t, "spelling") {
	case 0:
		return strings.NewReplacer("x", `\u0078`, "a", `\u0061`, "é", `\u00E9`, "\ufffd", `\ud800`, "4", `\u0034`).Replace(s)
	case 1:
		return strings.NewReplacer("/", `\/`, "\ufffd", "\xff").Replace(s)
	default:
		return s
	}
}

func TestMatchAgreesWithSlowEvaluatorOnGeneratedPatterns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wildcards := MaxWildcards
		source := "{ " + genTree(t, 2, &wildcards) + " }"
		message := genObject(t, 3)
		if cut := rapid.IntRange(0, 40).Draw(t, "cut"); cut < len(message) && cut > 30 {
			message = message[:cut]
		}
		if _, err := Parse(source); err != nil && !strings.Contains(err.Error(), "regexes") {
			t.Fatalf("the generator made a pattern that does not parse: %v\n%s", err, source)
		}
		agree(t, source, message)
	})
}

func TestASetAgreesWithSlowEvaluatorOnGeneratedPatterns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := genObject(t, 3)
		var patterns []*Pattern
		var want []int
		for range rapid.IntRange(1, 6).Draw(t, "patterns") {
			wildcards := MaxWildcards
			source := "{ " + genTree(t, 2, &wildcards) + " }"
			if rapid.Bool().Draw(t, "named") {
				source = "{ $.eventName = " + rapid.SampledFrom([]string{"x", `"404"`, "404", "\"\ufffd\""}).Draw(t, "eventName") + " || " + source[2:]
			}
			p, err := Parse(source)
			if err != nil {
				continue // too many regexes
			}
			if slowMatch(p, message) {
				want = append(want, len(patterns))
			}
			patterns = append(patterns, p)
		}
		var name []byte
		if raw := rawEventName.FindAllStringSubmatch(message, -1); len(raw) == 1 && rapid.Bool().Draw(t, "known") &&
			strings.HasPrefix(message, `{"eventName":`) {
			name = []byte(raw[0][1] + raw[0][2])
		}
		if got := NewSet(patterns).Match([]byte(message), name, nil, nil); !slices.Equal(got, want) {
			t.Errorf("Set.Match(%q, %q) = %v, want %v of %q", message, name, got, want, patterns)
		}
	})
}

// rawEventName finds the raw text of a number or a string.
var rawEventName = regexp.MustCompile(`"eventName":(?:"((?:[^"\\]|\\.)*)"|([-+.0-9eE]+))`)
