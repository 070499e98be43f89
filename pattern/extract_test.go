package pattern

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExtractReturnsTheSelectorsThatLeadToOneValue(t *testing.T) {
	p := mustParse(t, `{ $.a = * && $['b'].c NOT EXISTS && $.n > 1 && $.t IS TRUE && $.z IS NULL && $.l[*] = 1 && $.o != 1 || $.a = 9 }`)
	check := func(message string, want map[string]string) {
		t.Helper()
		got, ok := p.Extract([]byte(message))
		if ok != (want != nil) {
			t.Errorf("Extract(%s) = %v", message, ok)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Extract(%s) (-want +got):\n%s", message, diff)
		}
	}
	check(`{"a":"x\u0041","b":{},"n":2.50,"t":true,"z":null,"l":[1],"o":"y"}`,
		map[string]string{"$.a": "xA", "$.n": "2.50", "$.t": "true", "$.o": "y"})
	check(`{"a":9,"o":{}}`, map[string]string{"$.a": "9"})
	check(`{}`, nil)
}

func TestReferencesFindOneValue(t *testing.T) {
	delimited := mustParse(t, `[ip, ..., size]`)
	check := func(reference string, p *Pattern, message string, want Value) {
		t.Helper()
		r, err := ParseReference(reference)
		if err != nil {
			t.Errorf("ParseReference(%q): %v", reference, err)
			return
		}
		if got := r.Value(p, []byte(message)); got != want {
			t.Errorf("%s in %q is %v, want %v", reference, message, got, want)
		}
		if r.String() != reference {
			t.Errorf("String is %q", r)
		}
	}
	check("1", nil, "x", Value{Numeric, "1"})
	check("-2.5e3", nil, "x", Value{Numeric, "-2.5e3"})
	check("$.a.b[1]", nil, `{"a":{"b":[0,1.50]}}`, Value{Numeric, "1.50"})
	check("$.a", nil, `{"a":"x","a":"\u00e9"}`, Value{Text, "é"})
	check("$.a", nil, `{"a":{"b": 1}}`, Value{Object, `{"b": 1}`})
	check("$.a", nil, `{"a":null}`, Value{Null, "null"})
	check("$.a.b", nil, `{"a":null}`, Value{})
	check("$.a", nil, `{"a":1`, Value{})
	check("$.a[*].b", nil, `{"a":[{},{"b":null},{"b":2},{"b":3}]}`, Value{Numeric, "2"})
	check("$.*", nil, `{"z":1,"a":2,"z":{}}`, Value{Numeric, "2"})
	check("$['x y']", nil, `{"x y":"z"}`, Value{Text, "z"})
	check("$size", delimited, "10.0.0.1 a b 78", Value{Text, "78"})
	check("$ip", delimited, "10.0.0.1 a b 78", Value{Text, "10.0.0.1"})
	check("$3", delimited, "10.0.0.1 a b 78", Value{Text, "b"})
	check("$9", delimited, "10.0.0.1 a b 78", Value{})
	check("$nobody", delimited, "10.0.0.1 a b 78", Value{})
	check("$ip", delimited, "alone", Value{})
	check("$2", nil, `a "b c"`, Value{Text, "b c"})
	check("$ip", nil, "x", Value{})
}

func TestReferencesThatAWSRefuses(t *testing.T) {
	for _, reference := range []string{"", "length", "$", "$.", "$.a b", "$.a ", "$a.b", "$ a", "1x", "$.a[", "0x10", "NaN", "$.\x1b"} {
		if r, err := ParseReference(reference); err == nil {
			t.Errorf("ParseReference(%q) = %+v, want an error", reference, r)
		}
	}
}
