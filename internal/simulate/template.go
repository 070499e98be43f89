package simulate

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A template is text with placeholders in angle brackets:
//
//	<bucket>          a value of the scope: chosen once for an event, then the same
//	<guid>            a new random GUID
//	<hex:17>          random digits of an alphabet (hex, upper, alnum, base64, url, digits)
//	<int:1-500>       a random number, bounds included
//	<list:tag:2-40>   a template of the library repeated, with commas between
//	<date:2006-01-02>  when the event ended, in this layout of package time
//	<tail>            what follows the event's category, which depends on the caller
//
// It is compiled once and expanded millions of times.
type template []op

type op struct {
	kind    opKind
	literal string
	slot    slot
	low     int
	high    int
	digits  string // the alphabet of opRandom
	list    template
}

type opKind uint8

const (
	opLiteral opKind = iota
	opSlot
	opGUID
	opRandom
	opInt
	opList
	opTail
	opDate
)

// alphabets have 16, 32 or 64 digits, so that a digit costs four, five or six
// bits of a random word. AWS draws access keys and principal ids from A to Z and
// 2 to 7.
var alphabets = map[string]string{
	"hex":    "0123456789abcdef",
	"upper":  "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
	"alnum":  "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
	"base64": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	"url":    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
	"letter": "abcdefghijklmnopqrstuvwxyzabcdef",
}

// compile reads a template. A placeholder that nobody knows is a mistake in our
// own tables, so it panics; the tests compile every table.
func (l *library) compile(text string) template {
	var t template
	for text != "" {
		literal, rest, found := strings.Cut(text, "<")
		if literal != "" {
			t = append(t, op{kind: opLiteral, literal: literal})
		}
		if !found {
			break
		}
		placeholder, after, closed := strings.Cut(rest, ">")
		if !closed {
			panic(fmt.Sprintf("simulate: template %q: unclosed placeholder", text))
		}
		t = append(t, l.placeholder(placeholder))
		text = after
	}
	return t
}

func (l *library) placeholder(text string) op {
	name, argument, _ := strings.Cut(text, ":")
	if digits, ok := alphabets[name]; ok {
		return op{kind: opRandom, digits: digits, low: mustInt(argument)}
	}
	switch name {
	case "guid":
		return op{kind: opGUID}
	case "tail":
		return op{kind: opTail}
	case "date":
		return op{kind: opDate, literal: argument}
	case "int":
		low, high := mustRange(argument)
		return op{kind: opInt, low: low, high: high}
	case "list":
		item, bounds, _ := strings.Cut(argument, ":")
		low, high := mustRange(bounds)
		body, ok := listItems[item]
		if !ok {
			panic(fmt.Sprintf("simulate: no list item %q", item))
		}
		return op{kind: opList, low: low, high: high, list: l.compile(body)}
	}
	id, ok := l.slots[name]
	if !ok {
		panic(fmt.Sprintf("simulate: no placeholder %q", text))
	}
	return op{kind: opSlot, slot: id}
}

func mustInt(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("simulate: template: %v", err))
	}
	return n
}

func mustRange(s string) (low, high int) {
	a, b, _ := strings.Cut(s, "-")
	return mustInt(a), mustInt(b)
}

// expand appends the template with its placeholders filled.
func (s *scope) expand(buf []byte, t template) []byte {
	for i := range t {
		o := &t[i]
		switch o.kind {
		case opLiteral:
			buf = append(buf, o.literal...)
		case opSlot:
			buf = append(buf, s.value(o.slot)...)
		case opGUID:
			buf = appendGUID(buf, s.rng)
		case opRandom:
			buf = appendRandom(buf, s.rng, o.digits, o.low)
		case opInt:
			buf = strconv.AppendInt(buf, int64(o.low+s.rng.IntN(o.high-o.low+1)), 10)
		case opList:
			for n := range o.low + s.rng.IntN(o.high-o.low+1) {
				if n > 0 {
					buf = append(buf, ',')
				}
				buf = s.expand(buf, o.list)
			}
		case opDate:
			buf = s.ended.AppendFormat(buf, o.literal)
		case opTail:
			buf = s.expand(buf, s.tail)
		}
	}
	return buf
}

const hexDigits = "0123456789abcdef"

// appendGUID writes a version 4 GUID, small letters as CloudTrail writes them.
func appendGUID(buf []byte, rng *rand.Rand) []byte {
	high, low := rng.Uint64(), rng.Uint64()
	high = high&^0xf000 | 0x4000
	low = low&^(3<<62) | 2<<62
	buf = appendHex(buf, high>>32, 8)
	buf = append(buf, '-')
	buf = appendHex(buf, high>>16, 4)
	buf = append(buf, '-')
	buf = appendHex(buf, high, 4)
	buf = append(buf, '-')
	buf = appendHex(buf, low>>48, 4)
	buf = append(buf, '-')
	return appendHex(buf, low, 12)
}

func appendHex(buf []byte, word uint64, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		buf = append(buf, hexDigits[word>>shift&15])
	}
	return buf
}

func appendRandom(buf []byte, rng *rand.Rand, digits string, n int) []byte {
	width := bits.TrailingZeros(uint(len(digits)))
	mask := uint64(len(digits) - 1)
	var word uint64
	for left := 0; n > 0; n-- {
		if left < width {
			word, left = rng.Uint64(), 64
		}
		buf = append(buf, digits[word&mask])
		word >>= width
		left -= width
	}
	return buf
}

// quoted is s as it stands between the quotes of a JSON string. Values reach a
// record only through here; templates are JSON already.
func quoted(s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("simulate: quote %q: %v", s, err)) // a string always marshals
	}
	return text[1 : len(text)-1]
}
