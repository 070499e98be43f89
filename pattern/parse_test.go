package pattern

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRefusesWithThePlaceAndTheReason(t *testing.T) {
	check := func(source string, offset int, message, aws string) {
		t.Helper()
		_, err := Parse(source)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q) = %v", source, err)
			return
		}
		want := SyntaxError{source, offset, message, aws}
		if diff := cmp.Diff(want, *syntax); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", source, diff)
		}
	}
	check(`{ $.a = "x" `, 12, `the pattern ends where "&&", "||" or "}" was expected`, awsInvalidPattern)
	check(`{ $.a == 1 }`, 7, `found '=' where a value was expected`, awsInvalidPattern)
	check(`{ $.a = 'x' }`, 8, `'\'' is not allowed here; expected a value`, "Invalid character(s) in term '''")
	check(`{ $.a = x/y }`, 9, `'/' is not allowed here; expected "&&", "||" or "}"`, "Invalid character(s) in term '/'")
	check(`{ $.a is null }`, 6, `"is null" is no operator; the words are IS NULL, IS TRUE, IS FALSE and NOT EXISTS`, awsInvalidPattern)
	check(`{ $.a IS NOT NULL }`, 6, `"IS NOT" is no operator; the words are IS NULL, IS TRUE, IS FALSE and NOT EXISTS`, awsInvalidPattern)
	check(`{ $.a > "1" }`, 8, `> needs a number without quotes`, awsInvalidPattern)
	check(`{ $ = 1 }`, 3, `found ' ' where ".name" or "['name']" was expected`, awsInvalidPattern)
	check(`{ $.a[1 = 1 }`, 7, `found ' ' where "]" was expected`, awsInvalidPattern)
	check(`{ $.a[1234567890] = 1 }`, 6, `the index 1234567890 is too large`, awsInvalidPattern)
	check(`{ $.a[*].* = 1 }`, 8, `more than 1 wildcard in one selector`, awsInvalidPattern)
	check(`{ !($.a = 1) }`, 2, `found '!' where a selector, which begins with "$" was expected`, awsInvalidPattern)
	check(`{ $.a = 1 } x`, 12, `text after the closing "}"`, awsInvalidPattern)
	check(` { $.a = 1 }`, 1, `blanks before '{' make the pattern a list of terms; remove them`, awsInvalidPattern)
	check(`[a, b=1 && c=2]`, 11, `an entry can test only its own field: "c" beside "b"`, awsInvalidDelimited)
	check(`[a, ..., ...]`, 9, `only one "..." can stand in a pattern`, awsInvalidDelimited)
	check(`[a=1] || [a=2]`, 6, `text after the closing "]"`, awsInvalidPattern)
	check(`café`, 3, `"é" outside of quotes; only letters, digits and _ may stand there`, "Invalid character(s) in term 'é'")
	check(`- "x"`, 0, `no term after '-'`, awsInvalidPattern)
	check(`"x"y`, 3, `a blank is missing before "y"`, awsInvalidPattern)
	check(`a"x"`, 1, `a quote inside a term; put a blank before it`, `Invalid character(s) in term '"'`)
	check("a\xff", 0, `the pattern is not UTF-8`, awsInvalidPattern)
	check(`%a%b`, 3, `a blank is missing before "b"`, awsInvalidPattern)
	check(`%%`, 0, `the regex is empty`, awsInvalidPattern)
	check(strings.Repeat("é", 2)+strings.Repeat("x", 1023), 1027, `the pattern has 1025 characters, more than 1024`,
		"1 validation error detected: Value 'éé"+strings.Repeat("x", 1023)+
			"' at 'filterPattern' failed to satisfy constraint: Member must have length less than or equal to 1024")
}

func TestErrorsCountColumnsInCharacters(t *testing.T) {
	_, err := Parse(`{ $.a = "é" & }`)
	if want := `parse filter pattern: column 13: found '&' where "&&", "||" or "}" was expected`; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

func TestTheLengthLimitCountsCharacters(t *testing.T) {
	if _, err := Parse(`"` + strings.Repeat("é", MaxLength-2) + `"`); err != nil {
		t.Errorf("1024 characters in 2046 bytes: %v", err)
	}
}

func TestParenthesesNestToTheBound(t *testing.T) {
	check := func(depth int, ok bool) {
		t.Helper()
		_, err := Parse("{" + strings.Repeat("(", depth) + "$.a=1" + strings.Repeat(")", depth) + "}")
		if (err == nil) != ok {
			t.Errorf("%d parentheses: %v", depth, err)
		}
	}
	check(MaxNesting, true)
	check(MaxNesting+1, false)
	check(500, false)
}

func TestStringIsCanonical(t *testing.T) {
	check := func(source, want string) {
		t.Helper()
		p := mustParse(t, source)
		if p.Source() != source {
			t.Errorf("Source is %q", p.Source())
		}
		if got := p.String(); got != want {
			t.Errorf("%q prints as %q, want %q", source, got, want)
		}
	}
	check(``, `" "`)
	check(" \t", `" "`)
	check(`"  "`, `" "`)
	check(`a   ?"b \"c\\"`, `a ?"b \"c\\"`)
	check(`-%x y%`, `-%x y%`)
	check(`{$.a=1&&($.b!=x*||$.c IS   NULL)}`, `{ $.a = 1 && ($.b != x* || $.c IS NULL) }`)
	check(`{(($.a=1)&&(($.b=2)&&$.c=3))}`, `{ $.a = 1 && $.b = 2 && $.c = 3 }`)
	check(`{($.a=1&&$.b=2)||$.c=3}`, `{ $.a = 1 && $.b = 2 || $.c = 3 }`)
	check(`{$['a'].['b.c']["d'"].[007].*=1}`, `{ $.a.['b.c'].["d'"][7].* = 1 }`)
	check(`{$.['']NOT EXISTS}`, `{ $.[''] NOT EXISTS }`)
	check(`[ ]`, `[]`)
	check(`[a,,  ... ,b>=1&&b<2 ,]`, `[a, , ..., b >= 1 && b < 2, ]`)
	check(`{$.a="\x"}`, `{ $.a = "\x" }`)
}

func TestAPatternAtTheLengthLimitPrintsWithoutBlanks(t *testing.T) {
	source := "{$.a[0]IS NULL" + strings.Repeat(`||$['b c']="\x\\"`, 59) + "}"
	p := mustParse(t, source)
	again := mustParse(t, p.String())
	if diff := cmp.Diff(p, again, sameTree); diff != "" {
		t.Errorf("(-parsed +parsed again):\n%s", diff)
	}
	if len(p.String()) > len(source) {
		t.Errorf("%d bytes print as %d", len(source), len(p.String()))
	}
}

func TestSpansPointIntoTheSource(t *testing.T) {
	source := `{ ($.a.['b'] >= 10) && ( $.c = "x" || $.d NOT EXISTS ) }`
	p := mustParse(t, source)
	check := func(got Span, want string) {
		t.Helper()
		if text := source[got.Start:got.End]; text != want {
			t.Errorf("span of %q, want %q", text, want)
		}
	}
	and := p.Root.(*And)
	check(and.Nodes[0].Range(), `$.a.['b'] >= 10`)
	check(and.Nodes[0].(*Condition).Selector.Span, `$.a.['b']`)
	check(and.Nodes[0].(*Condition).Selector.Steps[1].Span, `.['b']`)
	check(and.Nodes[0].(*Condition).Literal.Span, `10`)
	check(and.Nodes[1].Range(), `$.c = "x" || $.d NOT EXISTS`)

	source = `ERROR -"x y" ?%z%`
	p = mustParse(t, source)
	check(p.Terms[1].Span, `-"x y"`)
	check(p.Terms[1].Literal.Span, `"x y"`)
	source = `[ a = 1 || a = 2 , ..., b]`
	p = mustParse(t, source)
	check(p.Fields[0].Span, `a = 1 || a = 2`)
	check(p.Fields[1].Span, `...`)
	check(p.Fields[2].Span, `b`)
}
