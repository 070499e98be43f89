package pattern

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// comparison is a literal made ready to be compared with bytes of a message.
type comparison struct {
	text   []byte   // Literal.Text
	pieces [][]byte // the text between the stars; nil without a star
	number decimal  // Kind Number
	regex  *regexp.Regexp
}

// Stars reports whether the literal, used in a condition, holds a * that stands
// for any text.
func (l *Literal) Stars() bool {
	return (l.Kind == Bare || l.Kind == Quoted) && strings.Contains(l.Text, "*")
}

// prepare derives l.test from the exported fields. It fails only for a Regex
// that is outside the dialect.
func (l *Literal) prepare() error {
	l.test = comparison{text: []byte(l.Text)}
	switch l.Kind {
	case Number:
		l.test.number, _ = parseDecimal(l.test.text)
	case Regex:
		regex, err := compileRegex(l.Text)
		if err != nil {
			return err
		}
		l.test.regex = regex
	default:
		if l.Stars() {
			l.test.pieces = bytes.Split(l.test.text, []byte("*"))
		}
	}
	return nil
}

// equalsText reports whether a text of the message satisfies "= literal".
//
// Whether a string such as "404" equals the bare number 404 is documented
// nowhere. A legal comparison that could never hold would be useless, so a text
// that reads as a number has its value.
func (l *Literal) equalsText(text []byte) bool {
	switch {
	case l.Kind == Regex:
		return l.test.regex.Match(text)
	case l.Kind == Number:
		n, ok := parseDecimal(text)
		return ok && n.compare(l.test.number) == 0
	case l.test.pieces != nil:
		return matchStars(l.test.pieces, text)
	}
	return bytes.Equal(l.test.text, text)
}

// orderText reports whether a text of the message stands in the given order to a
// Number literal. A text that is no number stands in none.
func (l *Literal) orderText(op Op, text []byte) bool {
	n, ok := parseDecimal(text)
	if !ok {
		return false
	}
	c := n.compare(l.test.number)
	switch op {
	case Less:
		return c < 0
	case LessOrEqual:
		return c <= 0
	case Greater:
		return c > 0
	default:
		return c >= 0
	}
}

// matchStars compares text with a literal split at its stars: the first piece
// is a prefix, each later piece is found as far left as possible and never
// moved again, and the last piece must end where the text ends. AWS was
// observed to do so: "*111.111.111" does not match 111.111.111.111, which a
// backtracking search would.
func matchStars(pieces [][]byte, text []byte) bool {
	if !bytes.HasPrefix(text, pieces[0]) {
		return false
	}
	text = text[len(pieces[0]):]
	last := len(pieces) - 1
	for _, piece := range pieces[1:] {
		at := bytes.Index(text, piece)
		if at < 0 {
			return false
		}
		text = text[at+len(piece):]
	}
	// A literal that ends in * has an empty last piece.
	return len(pieces[last]) == 0 || len(text) == 0
}

// holdsReplacement reports whether s contains U+FFFD, the only character that
// bytes which are not UTF-8 can be equal to.
func holdsReplacement(s string) bool { return strings.ContainsRune(s, utf8.RuneError) }
