package pattern

import (
	"math"
	"unicode/utf16"
	"unicode/utf8"
)

// ValueKind says what stands at the place a selector or a field names.
type ValueKind int8

const (
	Missing ValueKind = iota
	Null
	True
	False
	Numeric
	Text
	Object
	Array
)

// String names the kind in plain words.
func (k ValueKind) String() string {
	return [...]string{"missing", "null", "true", "false", "number", "text", "object", "array"}[k]
}

// Scalar reports whether the value can be compared with a literal: only numbers
// and texts can. Booleans and null are reached through IS alone.
func (k ValueKind) Scalar() bool { return k == Numeric || k == Text }

// found is one value in the bytes of a message, or its absence.
type found struct {
	kind       ValueKind
	escaped    bool // the text holds a backslash
	start, end int  // a text is counted with its quotes
}

// kindOf tells the kind of a valid value by its first byte.
func kindOf(c byte) ValueKind {
	switch c {
	case '"':
		return Text
	case '{':
		return Object
	case '[':
		return Array
	case 't':
		return True
	case 'f':
		return False
	case 'n':
		return Null
	}
	return Numeric
}

// appendDecoded appends a valid JSON string, given without its quotes. Half a
// surrogate pair and every byte that is not UTF-8 become U+FFFD.
func appendDecoded(to, raw []byte) []byte {
	for len(raw) > 0 {
		c := raw[0]
		switch {
		case c == '\\' && raw[1] == 'u':
			r, size := decodeUnicode(raw)
			to = utf8.AppendRune(to, r)
			raw = raw[size:]
		case c == '\\':
			to = append(to, unescaped[raw[1]])
			raw = raw[2:]
		case c < utf8.RuneSelf:
			to = append(to, c)
			raw = raw[1:]
		default:
			r, size := utf8.DecodeRune(raw)
			to = utf8.AppendRune(to, r)
			raw = raw[size:]
		}
	}
	return to
}

var unescaped = [math.MaxUint8 + 1]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// decodeUnicode decodes \uXXXX, or two of them that form a surrogate pair.
func decodeUnicode(raw []byte) (rune, int) {
	r := hexRune(raw[2:6])
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if pair := utf16.DecodeRune(r, hexRune(raw[8:12])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

func hexRune(digits []byte) rune {
	var r rune
	for _, c := range digits {
		switch {
		case c <= '9':
			c -= '0'
		default:
			c = c | 0x20 - 'a' + 10
		}
		r = r<<4 | rune(c)
	}
	return r
}
