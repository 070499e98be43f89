package pattern

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// The scanner looks at eight bytes at a time, so every byte is tried at every
// place within them, with few and with many bytes after it.
func TestEveryByteInAStringIsJudgedAsEncodingJSONJudgesIt(t *testing.T) {
	p := mustParse(t, `{ $.a NOT EXISTS || $.a != "no" }`)
	var r reader
	for c := range 256 {
		for before := range 18 {
			for _, after := range []int{0, 1, 7, 20} {
				text := strings.Repeat("x", before) + string([]byte{byte(c)}) + strings.Repeat("y", after)
				for _, message := range []string{`{"a":"` + text + `"}`, `{"` + text + `":1}`, `{"b":["` + text + `"]}`} {
					if got, want := r.read([]byte(message), p.plan.root), json.Valid([]byte(message)); got != want {
						t.Fatalf("read(%q) = %v, encoding/json says %v", message, got, want)
					}
				}
			}
		}
	}
}

func TestANeedleIsFoundWhereverItIs(t *testing.T) {
	check := func(text, message string) {
		t.Helper()
		if got, want := newNeedle(text).in([]byte(message)), strings.Contains(message, text); got != want {
			t.Errorf("%q in %q: %v", text, message, got)
		}
	}
	many := strings.Repeat("Q", 3*maxFalseHits)
	for _, text := range []string{`"Root"`, "aQ", "Qa", "QQ", "q", `\u`} {
		for _, message := range []string{"", "Q", text, text[1:], many, many + text, text + many, "x" + text, many + text[:len(text)-1]} {
			check(text, message)
		}
	}
}

func TestMessagesMadeOfTheRareByteAreSearchedInLinearTime(t *testing.T) {
	message := bytes.Repeat([]byte("Q"), 1<<20)
	text := strings.Repeat("Q", 500) + "a" + strings.Repeat("Q", 500)
	if newNeedle(text).in(message) {
		t.Error("found what is not there")
	}
}
