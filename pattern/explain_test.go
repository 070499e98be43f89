package pattern

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestExplainTellsWhatEachConditionFound(t *testing.T) {
	check := func(source, message, want string) {
		t.Helper()
		got := mustParse(t, source).Explain([]byte(message)).String()
		if diff := cmp.Diff(strings.TrimLeft(want, "\n"), got); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", source, message, diff)
		}
	}
	check(`{ $.eventName = ConsoleLogin && ($.mfa != "Yes" || $.n > 5) }`, `{"eventName":"ConsoleLogin","n":"7"}`, `
no   { $.eventName = ConsoleLogin && ($.mfa != "Yes" || $.n > 5) }
     1 of 2 conditions hold and all must
  yes  $.eventName = ConsoleLogin
       $.eventName is "ConsoleLogin"
  no   $.mfa != "Yes" || $.n > 5
       0 of 2 alternatives hold and one must
    no   $.mfa != "Yes"
         $.mfa is missing, and then even != is false; add || $.mfa NOT EXISTS to allow that
    no   $.n > 5
         $.n is "7", a text, and only numbers have an order
`)
	check(`{ $.a[*] = 2 }`, `{"a":[1,2,3]}`, `
yes  { $.a[*] = 2 }
     $.a[*] leads to 3 values, at least one of them satisfies the condition
  yes  $.a[*] = 2
       $.a[*] leads to 3 values, at least one of them satisfies the condition
`)
	check(`{ $.a != 1 }`, `{"a":{}}`, `
no   { $.a != 1 }
     $.a is an object, and a comparison with a whole object is always false, != included
  no   $.a != 1
       $.a is an object, and a comparison with a whole object is always false, != included
`)
	check(`{ $.a = 1 }`, `a=1`, `
no   { $.a = 1 }
     the message as a whole is not one JSON object, and then no condition can hold
`)
	check(`ERROR ?WARN -debug`, `ERROR debug`, `
no   ERROR ?WARN -debug
     every plain term must occur and no excluded term may
  yes  ERROR
       ERROR occurs
  -    ?WARN
       WARN does not occur, but optional terms count only when there are no others
  no   -debug
       debug occurs
`)
	check(`[a, b > 5]`, `x y`, `
no   [a, b > 5]
     the line has 2 fields; 0 of 1 fields with a condition satisfy it
  no   b > 5
       b is "y", which is no number, and only numbers have an order
`)
	check(`[a, b, c]`, `x`, `
no   [a, b, c]
     the line has only 1 fields, too few for the pattern
`)
}

func TestExplainLetsNoTerminalEscapeThrough(t *testing.T) {
	check := func(source, message string) {
		t.Helper()
		e := mustParse(t, source).Explain([]byte(message))
		for _, r := range e.String() {
			if !unicode.IsPrint(r) && r != '\n' {
				t.Errorf("%q on %q prints %q:\n%q", source, message, r, e)
			}
		}
	}
	check("{ $.a = \"\x1b[31m\u202e\" }", "{\"a\":\"\\u001b]0;x\\u0007\\u202e\\n\xff\"}")
	check("{ $.['\x1b[2J'] != \"\x07\" }", "{\"\x1b\":1}")
	check("{ $.['\x1b[2J'] != \"\x07\" }", "{\"\\u001b[2J\":1}")
	check("\"\x1b[0m\" -\"\u200b\"", "\x1b[0m")
	check("[a = \"\x1b*\"]", "\x1b[31mred\r")
}

func TestExplainBoundsWhatItRepeats(t *testing.T) {
	e := mustParse(t, `{ $.a = "x" && $.l[*] = 1 }`).Explain([]byte(`{"a":"` + strings.Repeat("é", 1e6) + `","l":[` + strings.Repeat("0,", 1e5) + `0]}`))
	if n := len(e.String()); n > 2000 {
		t.Errorf("the explanation has %d bytes", n)
	}
	if n := len(e.Parts[1].Found); n != maxValues {
		t.Errorf("%d values", n)
	}
}
