package main

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintableLeavesVisibleTextAndEscapesTheRest(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := printable(in); got != want {
			t.Errorf("printable(%q) = %q, want %q", in, got, want)
		}
	}
	check("", "")
	check(`plain "text" with \ and 'quotes'`, `plain "text" with \ and 'quotes'`)
	check("né 東京 😀", "né 東京 😀")
	check("\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`)
	check("\x1b]8;;http://x\x07", `\x1b]8;;http://x\a`)
	check("a\nb\r\tc\x00\x7f", `a\nb\r\tc\x00\x7f`)
	check("\u009b31m", `\u009b31m`)           // CSI as one character
	check("abc\u202edcb", `abc\u202edcb`)     // right-to-left override
	check("a\u2066b\u200f", `a\u2066b\u200f`) // isolate and mark
	check("a\u200bb\ufeff", `a\u200bb\ufeff`) // invisible
	check("a\u2028b\u00a0", `a\u2028b\u00a0`) // line separator, no-break blank
	check("\xff\xfeok\x9b", `\xff\xfeok\x9b`) // not UTF-8
	check("\U000e0041", `\U000e0041`)         // a tag
}

func FuzzPrintable(f *testing.F) {
	f.Add("\x1b[0m\u202e\xff\n")
	f.Fuzz(func(t *testing.T, s string) {
		out := printable(s)
		if !utf8.ValidString(out) {
			t.Fatalf("printable(%q) = %q is not UTF-8", s, out)
		}
		for _, r := range out {
			if unicode.Is(unicode.C, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
				t.Fatalf("printable(%q) = %q lets %U pass", s, out, r)
			}
		}
		if again := printable(out); again != out {
			t.Fatalf("printable(%q) = %q, and again %q", s, out, again)
		}
	})
}
