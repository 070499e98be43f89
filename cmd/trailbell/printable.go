package main

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// printable returns foreign text so that a terminal only prints it: what is not
// a visible character or a plain blank is written as an escape, such as \n,
// \x1b or \u202e. Thus no escape sequence, line break, tab, change of writing
// direction, invisible character or broken UTF-8 passes. Backslashes are left
// alone, so the result is for reading, not for decoding.
func printable(s string) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		clean = ' ' <= s[i] && s[i] < 0x7f
	}
	if clean {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[0])|0x100, 16)[1:])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}
