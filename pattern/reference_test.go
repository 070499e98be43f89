package pattern

import (
	"encoding/json"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// The slow evaluator: the whole message decoded by encoding/json, every rule
// written down once more in the plainest way. Match must agree with it always.

func slowMatch(p *Pattern, message string) bool {
	switch p.Kind {
	case Everything:
		return true
	case Terms:
		return slowTerms(p.Terms, message)
	case Delimited:
		return slowDelimited(p.Fields, message)
	}
	decoder := json.NewDecoder(strings.NewReader(message))
	decoder.UseNumber()
	var root any
	if decoder.Decode(&root) != nil {
		return false
	}
	if _, err := decoder.Token(); err != io.EOF {
		return false
	}
	if _, ok := root.(map[string]any); !ok {
		return false
	}
	return slowTree(p.Root, func(c *Condition) bool { return slowCondition(c, slowFind(root, c.Selector.Steps)) })
}

func slowTerms(terms []Term, message string) bool {
	var include, optional, exclude []Term
	for _, t := range terms {
		switch t.Sign {
		case Include:
			include = append(include, t)
		case Optional:
			optional = append(optional, t)
		case Exclude:
			exclude = append(exclude, t)
		}
	}
	has := func(t Term) bool {
		if t.Literal.Kind == Regex {
			return t.Literal.test.regex.MatchString(message)
		}
		return strings.Contains(message, t.Literal.Text)
	}
	count := func(terms []Term) (n int) {
		for _, t := range terms {
			if has(t) {
				n++
			}
		}
		return n
	}
	if len(include) == 0 && len(exclude) == 0 {
		return count(optional) > 0
	}
	return count(include) == len(include) && count(exclude) == 0
}

func slowTree(n Node, holds func(*Condition) bool) bool {
	switch n := n.(type) {
	case *And:
		all := true
		for _, part := range n.Nodes {
			all = slowTree(part, holds) && all
		}
		return all
	case *Or:
		some := false
		for _, part := range n.Nodes {
			some = slowTree(part, holds) || some
		}
		return some
	}
	return holds(n.(*Condition))
}

// slowFind returns every value the steps lead to.
func slowFind(v any, steps []Step) []any {
	if len(steps) == 0 {
		return []any{v}
	}
	var all []any
	object, _ := v.(map[string]any)
	array, _ := v.([]any)
	switch step, rest := steps[0], steps[1:]; step.Kind {
	case Property:
		if below, ok := object[step.Name]; ok {
			all = slowFind(below, rest)
		}
	case Element:
		if step.Index < len(array) {
			all = slowFind(array[step.Index], rest)
		}
	case AnyProperty:
		for _, below := range object {
			all = append(all, slowFind(below, rest)...)
		}
	case AnyElement:
		for _, below := range array {
			all = append(all, slowFind(below, rest)...)
		}
	}
	return all
}

func slowCondition(c *Condition, values []any) bool {
	some, equal, scalars := false, 0, 0
	for _, v := range values {
		switch c.Op {
		case IsNull:
			some = some || v == nil
		case IsTrue:
			some = some || v == true
		case IsFalse:
			some = some || v == false
		}
		text, isText := v.(string)
		number, isNumber := v.(json.Number)
		if isNumber {
			text = number.String()
		}
		if !isText && !isNumber || !c.Op.TakesLiteral() {
			continue
		}
		scalars++
		if c.Op.Ordering() {
			some = some || isNumber && slowOrder(c.Op, text, c.Literal.Text)
		} else if slowEquals(&c.Literal, text) {
			equal++
		}
	}
	switch c.Op {
	case NotExists:
		return len(values) == 0
	case Equal:
		return equal > 0
	case NotEqual:
		return scalars > 0 && equal == 0
	}
	return some
}

func slowEquals(l *Literal, text string) bool {
	switch l.Kind {
	case Regex:
		return l.test.regex.MatchString(text)
	case Number:
		return slowOrder(Equal, text, l.Text)
	}
	pieces := strings.Split(l.Text, "*")
	if len(pieces) == 1 {
		return text == l.Text
	}
	for i, piece := range pieces {
		at := strings.Index(text, piece)
		if at < 0 || i == 0 && at > 0 {
			return false
		}
		text = text[at+len(piece):]
	}
	return text == "" || strings.HasSuffix(l.Text, "*")
}

var slowNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// hugeExponent finds numbers that big.Rat would write out in full.
var hugeExponent = regexp.MustCompile(`[eE][+-]?[0-9]{4}`)

func slowOrder(op Op, text, literal string) bool {
	if !slowNumber.MatchString(text) {
		return false
	}
	a, _ := new(big.Rat).SetString(text)
	b, _ := new(big.Rat).SetString(literal)
	switch c := a.Cmp(b); op {
	case Equal:
		return c == 0
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

var slowWord = regexp.MustCompile(`\[[^\]]*(?:\]|$)|"[^"]*(?:"|$)|[^ \t\r\n\v\f]+`)

// slowFields splits a line and returns what its fields are called and hold.
func slowFields(fields []Field, line string) (names, values []string, ok bool) {
	line = strings.TrimRight(line, spaces)
	var words []string
	for _, at := range slowWord.FindAllStringIndex(line, -1) {
		words = append(words, line[at[0]:at[1]])
	}
	ellipsis := -1
	for i, f := range fields {
		if f.Ellipsis {
			ellipsis = i
		}
	}
	if ellipsis < 0 && len(fields) > 0 && len(words) > len(fields) {
		first := slowWord.FindAllStringIndex(line, -1)[len(fields)-1]
		words = append(words[:len(fields)-1], line[first[0]:])
	} else {
		for i, w := range words {
			words[i] = slowUnwrap(w)
		}
	}
	if ellipsis < 0 && len(words) < len(fields) || len(words) < len(fields)-1 {
		return nil, nil, false
	}
	if ellipsis < 0 && len(fields) > 0 {
		for i := range fields[:len(fields)-1] {
			words[i] = slowUnwrap(words[i])
		}
	}
	for i := range words {
		names = append(names, strconv.Itoa(i+1))
	}
	for i, f := range fields {
		at := i
		if ellipsis >= 0 && i > ellipsis {
			at = len(words) - (len(fields) - i)
		}
		if f.Name != "" {
			names[at] = f.Name
		}
	}
	return names, words, true
}

func slowUnwrap(word string) string {
	for _, pair := range []string{"[]", `""`} {
		if rest, ok := strings.CutPrefix(word, pair[:1]); ok {
			return strings.TrimSuffix(rest, pair[1:])
		}
	}
	return word
}

func slowDelimited(fields []Field, line string) bool {
	_, values, ok := slowFields(fields, line)
	if !ok {
		return false
	}
	ellipsis := false
	for i, f := range fields {
		ellipsis = ellipsis || f.Ellipsis
		if f.Cond == nil {
			continue
		}
		at := i
		if ellipsis {
			at = len(values) - (len(fields) - i)
		}
		holds := slowTree(f.Cond, func(c *Condition) bool {
			text := values[at]
			switch c.Op {
			case Equal:
				return slowEquals(&c.Literal, text)
			case NotEqual:
				return !slowEquals(&c.Literal, text)
			}
			return slowOrder(c.Op, text, c.Literal.Text)
		})
		if !holds {
			return false
		}
	}
	return true
}
