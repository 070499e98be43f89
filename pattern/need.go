package pattern

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// need is a cheap necessary condition: a message in which none of the texts
// occurs cannot match. Without texts it says nothing.
type need struct {
	texts   []needle
	escapes bool // the message is JSON, so \u may hide a text
	weak    bool // names of properties only, which many messages have
}

// Bounds on the texts of one need: more of them cost as much as reading the
// message would. Reading for a set is dearer, as more patterns follow.
const (
	maxTexts    = 8
	maxSetTexts = 16
)

// unicodeEscape begins the only spelling of a character in JSON that a search
// for the character itself cannot see, apart from the short escapes: those
// characters never stand in a need.
var unicodeEscape = newNeedle(`\u`)

// unmetBy reports whether the message certainly does not match.
func (n need) unmetBy(message []byte) bool {
	if len(n.texts) == 0 {
		return false
	}
	for _, text := range n.texts {
		if text.in(message) {
			return false
		}
	}
	return !n.escapes || !unicodeEscape.in(message)
}

// needle is a text to look for by its rarest byte, which finds nothing in most
// messages faster than [bytes.Contains] does: that one stumbles over the many
// quotes.
type needle struct {
	text []byte
	rare int // the place of the byte in text
}

// commonBytes are those of CloudTrail events, the commonest first, as counted in
// 33,687 public ones. Other bytes are rarer.
const commonBytes = `"east:nro-2ic,0ldu31m64Aw.8v5gfSypb7/Iz9TEDCkMhW{}_NRVHxOZPjBqGL XFJKYUQ=[]`

// maxFalseHits bounds the work on messages made of the byte that should be rare.
const maxFalseHits = 64

func newNeedle(text string) needle {
	n := needle{text: []byte(text)}
	for i := range len(text) {
		if rarity(text[i]) > rarity(text[n.rare]) {
			n.rare = i
		}
	}
	return n
}

func rarity(c byte) int {
	if rank := strings.IndexByte(commonBytes, c); rank >= 0 {
		return rank
	}
	return len(commonBytes)
}

func (n needle) in(message []byte) bool {
	i := n.rare
	for range maxFalseHits {
		if i >= len(message) {
			return false
		}
		at := bytes.IndexByte(message[i:], n.text[n.rare])
		if at < 0 {
			return false
		}
		i += at
		if bytes.HasPrefix(message[i-n.rare:], n.text) {
			return true
		}
		i++
	}
	return bytes.Contains(message[i-n.rare:], n.text)
}

// needOf returns the need of a JSON or delimited pattern. Terms have none: to
// look for them is all the work there is.
func needOf(p *Pattern) need {
	if p.Kind == JSON {
		return needOfNode(p.Root)
	}
	var best need
	for _, f := range p.Fields {
		if f.Cond != nil {
			best = better(best, needOfNode(f.Cond))
		}
	}
	return best
}

func needOfNode(n Node) need {
	switch n := n.(type) {
	case *And:
		var best need
		for _, part := range n.Nodes {
			best = better(best, needOfNode(part))
		}
		return best
	case *Or:
		var parts []need
		for _, part := range n.Nodes {
			parts = append(parts, needOfNode(part))
		}
		return either(parts, maxTexts)
	case *Condition:
		if n.Field != "" {
			return needOfField(n)
		}
		return needOfProperty(n)
	}
	return need{}
}

// either is what a message needs that must meet one of several needs; nothing is
// said when that takes more texts than limit.
func either(needs []need, limit int) need {
	var all need
	for _, n := range needs {
		if len(n.texts) == 0 {
			return need{}
		}
		all.texts = append(all.texts, n.texts...)
		all.escapes = all.escapes || n.escapes
		all.weak = all.weak || n.weak
	}
	slices.SortFunc(all.texts, func(a, b needle) int { return bytes.Compare(a.text, b.text) })
	all.texts = slices.CompactFunc(all.texts, func(a, b needle) bool { return bytes.Equal(a.text, b.text) })
	if len(all.texts) > limit {
		return need{}
	}
	return all
}

// better picks the need that probably fewer messages meet.
func better(a, b need) need {
	switch {
	case len(a.texts) == 0:
		return b
	case len(b.texts) == 0:
		return a
	case a.weak != b.weak:
		if a.weak {
			return b
		}
		return a
	case shortest(b)/len(b.texts) > shortest(a)/len(a.texts):
		return b
	}
	return a
}

func shortest(n need) int {
	length := len(n.texts[0].text)
	for _, text := range n.texts {
		length = min(length, len(text.text))
	}
	return length
}

// needOfField: the text of a field stands in the line as it is.
func needOfField(c *Condition) need {
	if c.Op != Equal || c.Literal.Kind == Regex || c.Literal.Kind == Number {
		return need{}
	}
	if run := longestRun(c.Literal.Text, "*"); run != "" {
		return need{texts: []needle{newNeedle(run)}}
	}
	return need{}
}

// needOfProperty: a text that must be equal stands in the message between
// quotes; for anything else the name of the property must be there.
func needOfProperty(c *Condition) need {
	if c.Op == NotExists {
		return need{}
	}
	if c.Op == Equal && c.Literal.Kind != Regex && c.Literal.Kind != Number {
		text := maskEscapes(c.Literal.Text)
		if !couldBeNumber(text) {
			text = `"` + text + `"`
		}
		if run := longestRun(text, masked+"*"); len(run) > 1 {
			return need{texts: []needle{newNeedle(run)}, escapes: true}
		}
	}
	name := ""
	for _, step := range c.Selector.Steps {
		if step.Kind == Property {
			name = longer(name, longestRun(`"`+maskEscapes(step.Name)+`"`, masked))
		}
	}
	if len(name) <= 1 {
		return need{}
	}
	return need{texts: []needle{newNeedle(name)}, escapes: true, weak: true}
}

// couldBeNumber reports whether a number of a message, which has no quotes, may
// equal the literal.
func couldBeNumber(text string) bool {
	return strings.Trim(text, "0123456789+-.eE*") == ""
}

// masked stands for a character that JSON can write in a way of its own.
const masked = "\x00"

// maskEscapes leaves the characters that JSON writes as they are or with \u, and
// masks the rest. U+FFFD is masked because a broken byte reads as it.
func maskEscapes(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '\\' || r == '/' || r == utf8.RuneError {
			return 0
		}
		return r
	}, text)
}

// longestRun returns the longest part of text without any of the separators.
func longestRun(text, separators string) string {
	longest := ""
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		longest = longer(longest, part)
	}
	return longest
}

func longer(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}
