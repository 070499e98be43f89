package pattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of the language. Sources: CloudWatch Logs API Reference,
// PutMetricFilter; CloudWatch Logs User Guide, "Filter pattern syntax for metric
// filters, subscription filters, filter log events, and Live Tail".
const (
	MaxLength        = 1024 // characters in a pattern, counted as code points
	MaxRegexes       = 2    // in one JSON or delimited pattern
	MaxWildcards     = 3    // selectors with a wildcard in one JSON pattern
	MaxWildcardSteps = 1    // wildcards in one selector

	// MaxNesting bounds parentheses inside parentheses. The bound is ours: it
	// keeps every walk over the tree shallow.
	MaxNesting = 64
	// maxIndexDigits bounds [7]; an index of ten digits fits into no message.
	maxIndexDigits = 9
)

// Parse reads a filter pattern. Every error is a [*SyntaxError].
//
// The first character decides on the form and blanks before it are not skipped:
// AWS refuses a pattern with a blank before its brace.
func Parse(source string) (*Pattern, error) {
	p := &parser{source: source, aws: awsInvalidPattern}
	if !utf8.ValidString(source) {
		return nil, p.refuse(0, "the pattern is not UTF-8")
	}
	if n := utf8.RuneCountInString(source); n > MaxLength {
		err := &SyntaxError{Source: source, Offset: len(source), AWS: fmt.Sprintf(awsTooLong, source)}
		err.Message = fmt.Sprintf("the pattern has %d characters, more than %d", n, MaxLength)
		return nil, err
	}
	result := &Pattern{source: source}
	var err error
	switch {
	case strings.HasPrefix(source, "{"):
		result.Kind = JSON
		result.Root, err = p.json()
	case strings.HasPrefix(source, "["):
		result.Kind = Delimited
		result.Fields, err = p.delimited()
	default:
		result.Terms, err = p.terms()
		if !matchesEverything(result.Terms) {
			result.Kind = Terms
		} else {
			result.Terms = nil
		}
	}
	if err != nil {
		return nil, err
	}
	result.prepare()
	return result, nil
}

// matchesEverything recognizes the empty pattern and the documented " ". The
// guide promises all events for it, so a message needs no blank to match.
func matchesEverything(terms []Term) bool {
	if len(terms) == 0 {
		return true
	}
	only := terms[0]
	return len(terms) == 1 && only.Sign == Include && only.Literal.Kind == Quoted &&
		strings.Trim(only.Literal.Text, blanks) == ""
}

// blanks separate tokens in every form.
const blanks = " \t\r\n"

// parser reads a pattern from left to right.
type parser struct {
	source    string
	at        int
	aws       string // the text of AWS for an error that has no better one
	nesting   int    // open parentheses
	regexes   int
	wildcards int // selectors that hold one
}

func (p *parser) peek() byte {
	if p.at < len(p.source) {
		return p.source[p.at]
	}
	return 0 // no pattern contains it outside of quotes
}

func (p *parser) skipBlanks() {
	for p.at < len(p.source) && strings.IndexByte(blanks, p.source[p.at]) >= 0 {
		p.at++
	}
}

// accept consumes token if it comes next, after blanks.
func (p *parser) accept(token string) bool {
	p.skipBlanks()
	if !strings.HasPrefix(p.source[p.at:], token) {
		return false
	}
	p.at += len(token)
	return true
}

// run consumes the longest text of characters that belong.
func (p *parser) run(belongs func(byte) bool) string {
	start := p.at
	for p.at < len(p.source) && belongs(p.source[p.at]) {
		p.at++
	}
	return p.source[start:p.at]
}

func (p *parser) span(start int) Span { return Span{start, p.at} }

// end demands that only blanks are left.
func (p *parser) end(after string) error {
	p.skipBlanks()
	if p.at < len(p.source) {
		return p.refuse(p.at, "text after the closing %q", after)
	}
	return nil
}

// terms reads a whole Terms pattern.
func (p *parser) terms() ([]Term, error) {
	var terms []Term
	for {
		blank := p.at
		p.skipBlanks()
		if p.at == len(p.source) {
			return terms, nil
		}
		if blank == 0 && p.at > 0 && strings.IndexByte("{[", p.peek()) >= 0 {
			return nil, p.refuse(p.at, "blanks before %q make the pattern a list of terms; remove them", p.peek())
		}
		term, err := p.term()
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
	}
}

var signs = map[byte]Sign{'?': Optional, '-': Exclude}

func (p *parser) term() (Term, error) {
	var t Term
	start := p.at
	if sign, ok := signs[p.peek()]; ok {
		t.Sign = sign
		p.at++
		if p.at == len(p.source) || strings.IndexByte(blanks, p.peek()) >= 0 {
			return t, p.refuse(start, "no term after %q", p.source[start])
		}
	}
	var err error
	switch c := p.peek(); {
	case c == '"':
		t.Literal, err = p.phrase()
	case c == '%':
		t.Literal, err = p.regex()
	default:
		literal := p.at
		t.Literal = Literal{Kind: Bare, Text: p.run(isWord), Span: p.span(literal)}
	}
	if err != nil {
		return t, err
	}
	if err := p.termEnds(); err != nil {
		return t, err
	}
	if err := t.Literal.prepare(); err != nil {
		return t, p.refuse(t.Literal.Start, "%v", err)
	}
	t.Span = p.span(start)
	return t, nil
}

// termEnds demands a blank or the end of the pattern, and otherwise names all
// characters of the rest of the word that need quotes.
func (p *parser) termEnds() error {
	rest := p.source[p.at:]
	if rest == "" || strings.IndexByte(blanks, rest[0]) >= 0 {
		return nil
	}
	if rest[0] == '"' {
		return p.blame(p.at, `"`, "a quote inside a term; put a blank before it")
	}
	if end := strings.IndexAny(rest, blanks+`"`); end >= 0 {
		rest = rest[:end]
	}
	var culprits strings.Builder
	for _, r := range rest {
		if (r >= utf8.RuneSelf || !isWord(byte(r))) && !strings.ContainsRune(culprits.String(), r) {
			culprits.WriteRune(r)
		}
	}
	if culprits.Len() == 0 {
		return p.refuse(p.at, "a blank is missing before %q", rest)
	}
	return p.blame(p.at, culprits.String(), "%q outside of quotes; only letters, digits and _ may stand there",
		culprits.String())
}

// phrase reads "text". Only \" and \\ are escapes; before any other character
// the backslash is text.
func (p *parser) phrase() (Literal, error) {
	start := p.at
	var text strings.Builder
	for p.at++; p.at < len(p.source); p.at++ {
		c := p.source[p.at]
		switch {
		case c == '"':
			p.at++
			return Literal{Kind: Quoted, Text: text.String(), Span: p.span(start)}, nil
		case c == '\\' && p.at+1 < len(p.source) && strings.IndexByte(`"\`, p.source[p.at+1]) >= 0:
			p.at++
			c = p.source[p.at]
		}
		text.WriteByte(c)
	}
	return Literal{}, p.refuse(start, "the quote is never closed")
}

// regex reads %text%. A % cannot be written inside.
func (p *parser) regex() (Literal, error) {
	start := p.at
	text, _, found := strings.Cut(p.source[start+1:], "%")
	if !found {
		return Literal{}, p.refuse(start, "the regex is never closed with %%")
	}
	if text == "" {
		return Literal{}, p.refuse(start, "the regex is empty")
	}
	p.at += len(text) + 2
	return Literal{Kind: Regex, Text: text, Span: p.span(start)}, nil
}

// value reads the literal of a condition.
func (p *parser) value(op Op) (Literal, error) {
	p.skipBlanks()
	var l Literal
	var err error
	switch start := p.at; {
	case p.peek() == '"':
		l, err = p.phrase()
	case p.peek() == '%':
		p.regexes++
		l, err = p.regex()
	default:
		l = Literal{Kind: Bare, Text: p.run(isBare), Span: p.span(start)}
		if l.Text == "" {
			return l, p.unexpected("a value")
		}
		if _, ok := parseDecimal([]byte(l.Text)); ok {
			l.Kind = Number
		}
	}
	if err != nil {
		return l, err
	}
	if p.regexes > MaxRegexes {
		return l, p.refuse(l.Start, "more than %d regexes in one pattern", MaxRegexes)
	}
	if op.Ordering() && l.Kind != Number {
		return l, p.refuse(l.Start, "%s needs a number without quotes", op)
	}
	if err := l.prepare(); err != nil {
		return l, p.refuse(l.Start, "%v", err)
	}
	return l, nil
}

// isBare tells the characters a value may have without quotes.
func isBare(c byte) bool { return isWord(c) || strings.IndexByte(".*-+", c) >= 0 }

// isName tells the characters of a property name or a field name.
func isName(c byte) bool { return isWord(c) || c == '-' }
