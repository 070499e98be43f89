package pattern

import (
	"regexp/syntax"
	"strings"
)

// literal reports what is odd about the value of one condition, whatever field
// it is about.
func (l *linter) literal(c *Condition) {
	if c.Op == NotEqual && c.Selector.Wildcard() >= 0 {
		l.warn(c.Span, Risk, "not-equal-wildcard", "AWS does not document != on a selector that leads to several values; "+
			"here it means that none of them equals %s", c.Literal.show())
	}
	if !c.Op.TakesLiteral() {
		return
	}
	switch c.Literal.Kind {
	case Regex:
		if c.Op == NotEqual {
			l.regex(c.Literal)
		}
	case Quoted:
		l.quotedRegex(c)
		l.quotedNumber(c)
		l.stars(c)
	case Bare:
		l.stars(c)
	}
	if c.Field == "" {
		l.constantWord(c)
	}
}

// constantWords are what people write for a value that only IS can test.
var constantWords = map[string]struct {
	is, not Op
	what    string
}{
	"true":  {IsTrue, IsFalse, "a boolean"},
	"false": {IsFalse, IsTrue, "a boolean"},
	"null":  {IsNull, IsNull, "null"},
}

// constantWord finds = true, = "false" and = null. Comparison is documented for
// texts and numbers alone.
func (l *linter) constantWord(c *Condition) {
	word, ok := constantWords[strings.ToLower(c.Literal.Text)]
	if _, known := fieldAt(c.Selector); !ok || known && l.trail {
		return // what kind a known field has is not a guess
	}
	w := l.warn(c.Span, Risk, "constant-as-text", "this compares with the text %s; %s is not equal to any text",
		c.Literal.show(), word.what)
	op := word.is
	switch {
	case c.Op == NotEqual && word.is == IsNull:
		w.suggest("whether a value is there is tested with = *")
		l.replace(w, c.Span, l.text(c.Selector.Span)+" = *")
		return
	case c.Op == NotEqual:
		op = word.not
	}
	w.suggest("if the message holds %s write %s", word.what, op)
	l.replace(w, c.Span, l.text(c.Selector.Span)+" "+op.String())
}

// quotedNumber finds = "1.0", which compares text as written.
func (l *linter) quotedNumber(c *Condition) {
	text := c.Literal.Text
	if _, ok := parseDecimal([]byte(text)); !ok || !strings.ContainsAny(text, ".eE+") {
		return
	}
	w := l.warn(c.Literal.Span, Risk, "quoted-number", "in quotes a number is compared as it is written: %s differs from "+
		"the same value written another way", c.Literal.show())
	w.suggest("without quotes it compares by value")
	l.replace(w, c.Literal.Span, text)
}

// quotedRegex finds a regex that became text: = "%a%" or = "^a$".
func (l *linter) quotedRegex(c *Condition) {
	text := c.Literal.Text
	inside, percent := strings.CutPrefix(text, "%")
	inside, closed := strings.CutSuffix(inside, "%")
	anchored := strings.HasPrefix(text, "^") && strings.HasSuffix(text, "$") && len(text) > 2
	if !anchored && !(percent && closed && inside != "") {
		return
	}
	if anchored {
		inside = text
	}
	w := l.warn(c.Literal.Span, Risk, "quoted-regex", "in quotes this is text, not a regex")
	w.suggest("a regex stands between %% without quotes")
	l.replace(w, c.Literal.Span, "%"+inside+"%")
}

// stars reports two ways in which * is not what it is in other tools.
func (l *linter) stars(c *Condition) {
	text := c.Literal.Text
	if strings.Contains(text, `\*`) {
		w := l.warn(c.Literal.Span, Risk, "escaped-star", `\ does not make * an ordinary character: it still stands for any text`)
		w.suggest(`only a regex can look for a star, as \*`)
	}
	at := strings.LastIndexByte(text, '*')
	if at < 0 || at == len(text)-1 {
		return
	}
	last := text[at+1:]
	if len(last) > 1 && !overlapsItself(last) {
		return
	}
	w := l.warn(c.Literal.Span, Risk, "star-suffix", "the text after * is taken where it first occurs, and the value must end "+
		"there: a value that holds %q earlier does not match", last)
	w.suggest("a regex that ends in $ has no such rule")
	if first := strings.TrimLeft(text, "*"); first == last {
		l.replace(w, c.Literal.Span, "%"+regexFor(last)+"$%")
	}
}

// overlapsItself reports whether the text can begin again before it has ended:
// "*.111.111" is the recorded case.
func overlapsItself(text string) bool {
	for n := 1; n < len(text); n++ {
		if strings.HasSuffix(text, text[:n]) {
			return true
		}
	}
	return false
}

// regexFor writes a text so that a regex finds just it.
func regexFor(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if strings.IndexByte(regexOperators, c) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// regex reports whether a regex can find something, and warns if its anchors
// cannot be met.
func (l *linter) regex(literal Literal) bool {
	tree, err := syntax.Parse(literal.test.regex.String(), syntax.Perl)
	if err != nil || !hopeless(tree) {
		return true
	}
	w := l.warn(literal.Span, Dead, "regex-anchor", "nothing can stand before ^ or after $ in a text, so this regex finds nothing")
	w.suggest(`for the characters themselves write \^ and \$`)
	return false
}

// hopeless reports whether the regex asks for characters before the beginning
// of the text or behind its end. The dialect has no groups, so the tree is shallow.
func hopeless(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !hopeless(sub) {
				return false
			}
		}
		return true
	case syntax.OpConcat:
		read, ended := false, false
		for _, sub := range re.Sub {
			some := consumes(sub)
			if read && sub.Op == syntax.OpBeginText || ended && some || hopeless(sub) {
				return true
			}
			read = read || some
			ended = ended || endsText(sub)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return hopeless(re.Sub[0])
	}
	return false
}

// endsText recognizes what $ is translated to, see regexTranslator.
func endsText(re *syntax.Regexp) bool {
	if re.Op == syntax.OpConcat && len(re.Sub) > 0 {
		return endsText(re.Sub[len(re.Sub)-1])
	}
	return re.Op == syntax.OpEndText
}

// consumes reports whether what re finds has at least one character.
func consumes(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpPlus, syntax.OpCapture:
		return consumes(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && consumes(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if consumes(sub) {
				return true
			}
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !consumes(sub) {
				return false
			}
		}
		return true
	}
	return false
}
