package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Characters a regex may hold besides letters and digits, and the escapes that
// have a meaning. Source: CloudWatch Logs User Guide, "Supported regular
// expressions (regex) syntax".
const (
	regexPlain     = " :_#=@/;,-"
	regexOperators = "^$?[]{}|\\*+."
	regexClasses   = "dDsSwW"
)

// maxRepeat bounds the sum of all repeat counts of one regex, since each
// repetition makes the matcher larger. RE2 has the same bound for a single count.
const maxRepeat = 1000

// compileRegex translates the dialect of AWS into RE2 and refuses what AWS
// refuses. Behaviour the guide does not mention (lazy and possessive quantifiers,
// \b, \t, back references) is refused too: an error is safer than a filter that
// silently means something else.
func compileRegex(source string) (*regexp.Regexp, error) {
	t := regexTranslator{source: source}
	for t.at < len(source) {
		if err := t.next(); err != nil {
			return nil, err
		}
	}
	regex, err := regexp.Compile(t.out.String())
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return regex, nil
}

// regexTranslator reads a regex from left to right and writes RE2.
type regexTranslator struct {
	source     string
	at         int
	out        strings.Builder
	quantify   bool // the last thing read may be repeated
	repetition int  // sum of the counts so far
}

func (t *regexTranslator) next() error {
	c := t.source[t.at]
	switch {
	case c == '\\':
		return t.escape()
	case c == '[':
		return t.class()
	case c == '{':
		return t.repeat()
	case strings.IndexByte("?*+", c) >= 0:
		if !t.quantify {
			return fmt.Errorf("%q has nothing to repeat", c)
		}
		t.write(c, false)
	case c == '$':
		// AWS is believed to use an engine where $ also matches before one final
		// line break, and lines of Lambda end in one.
		t.out.WriteString(`(?:\n?\z)`)
		t.at++
		t.quantify = false
	case c == '^' || c == '|':
		t.write(c, false)
	default:
		if !regexCharacter(c) {
			return forbidden(t.source[t.at:])
		}
		t.write(c, true)
	}
	return nil
}

func (t *regexTranslator) write(c byte, quantify bool) {
	t.out.WriteByte(c)
	t.at++
	t.quantify = quantify
}

// escape reads a backslash and what belongs to it.
func (t *regexTranslator) escape() error {
	rest := t.source[t.at+1:]
	if rest == "" {
		return errors.New(`\ at the end of a regex`)
	}
	c, size := rest[0], 1
	switch {
	case c == 'x':
		if len(rest) < 3 || !isHex(rest[1]) || !isHex(rest[2]) {
			return errors.New(`\x needs two hexadecimal digits`)
		}
		size = 3
	case strings.IndexByte(regexClasses, c) >= 0:
	case isWord(c) && c != '_':
		return fmt.Errorf(`\%c is not supported in a regex`, c)
	case !regexCharacter(c):
		return forbidden(rest)
	}
	t.out.WriteByte('\\')
	t.out.WriteString(rest[:size])
	t.at += 1 + size
	t.quantify = true
	return nil
}

// class reads [...] as a whole.
func (t *regexTranslator) class() error {
	t.write('[', false)
	if t.at < len(t.source) && t.source[t.at] == '^' {
		t.write('^', false)
	}
	for start := t.at; t.at < len(t.source); {
		c := t.source[t.at]
		switch {
		case c == ']' && t.at == start:
			return errors.New("a [] class without characters")
		case c == ']':
			t.write(c, true)
			return nil
		case c == '[':
			return errors.New(`"[" inside a class must be written \[`)
		case c == '\\':
			if err := t.escape(); err != nil {
				return err
			}
		case !regexCharacter(c):
			return forbidden(t.source[t.at:])
		default:
			t.write(c, false)
		}
	}
	return errors.New(`"[" without "]"`)
}

// repeat reads {m}, {m,}, {,n} or {m,n}. RE2 takes {,n} for ordinary text.
func (t *regexTranslator) repeat() error {
	inside, _, found := strings.Cut(t.source[t.at+1:], "}")
	low, high, ranged := strings.Cut(inside, ",")
	if !found || inside == "" || inside == "," || !isCount(low) || !isCount(high) {
		return errors.New(`"{" must begin a repetition such as {2,3}; the character itself is \{`)
	}
	if !t.quantify {
		return errors.New(`"{" has nothing to repeat`)
	}
	t.repetition += max(atoi(low), atoi(high))
	if t.repetition > maxRepeat {
		return fmt.Errorf("more than %d repetitions", maxRepeat)
	}
	if low == "" {
		low = "0"
	}
	t.out.WriteString("{" + low)
	if ranged {
		t.out.WriteString("," + high)
	}
	t.out.WriteString("}")
	t.at += len(inside) + 2
	t.quantify = false
	return nil
}

// isCount accepts an empty text: either bound may be left out.
func isCount(s string) bool { return len(s) <= 4 && strings.Trim(s, "0123456789") == "" }

func atoi(digits string) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

func regexCharacter(c byte) bool {
	return isWord(c) || strings.IndexByte(regexPlain, c) >= 0 || strings.IndexByte(regexOperators, c) >= 0
}

// forbidden names the character that rest begins with.
func forbidden(rest string) error {
	for _, r := range rest {
		return fmt.Errorf(`%q is not allowed in a regex; an ASCII character can be written \xhh`, r)
	}
	return nil
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
}
