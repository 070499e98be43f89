package pattern

import (
	"bytes"
	"sync"
)

// plan is what Match runs: everything it needs to know besides the tree.
type plan struct {
	root  *path // JSON patterns: the places to look at
	need  need
	exact bool // see reader.exact
	fixed bool // terms: there is an included or excluded one, so optional ones are ignored
}

// prepare derives the plan and gives every condition its slot.
func (p *Pattern) prepare() {
	for _, t := range p.Terms {
		p.plan.fixed = p.plan.fixed || t.Sign != Optional
	}
	if p.Kind == JSON {
		var paths []*path
		p.plan.root, paths, p.plan.exact = growPaths(p.Conditions())
		for i, c := range p.Conditions() {
			c.slot, c.wildcard = paths[i].slot, c.Selector.Wildcard()
		}
	}
	p.plan.need = needOf(p)
}

// growPaths builds the paths that conditions look at. A selector with a wildcard
// looks at the object or array the wildcard goes through.
func growPaths(conditions []*Condition) (root *path, paths []*path, exact bool) {
	root = newPath()
	for _, c := range conditions {
		steps := c.Selector.Steps
		if w := c.Selector.Wildcard(); w >= 0 {
			steps = steps[:w]
		}
		end := root.grow(steps)
		end.slot = wanted
		paths = append(paths, end)
		exact = exact || holdsReplacement(c.Literal.Text)
	}
	root.number(0)
	return root, paths, exact
}

// Match reports whether the pattern matches the message. It is safe for
// concurrent use and, for JSON patterns and terms, allocates nothing.
//
// A JSON pattern matches only a message that is one JSON object as a whole, with
// blanks around it at most, nested no deeper than [MaxDepth]. Of properties with
// the same name the last one counts. Bytes that are not UTF-8 read as U+FFFD.
func (p *Pattern) Match(message []byte) bool {
	switch p.Kind {
	case Everything:
		return true
	case Terms:
		return p.matchTerms(message)
	}
	if p.plan.need.unmetBy(message) {
		return false
	}
	r := readers.Get().(*reader)
	defer r.release()
	if p.Kind == Delimited {
		return r.matchDelimited(p.Fields, message)
	}
	return r.matchJSON(p, message)
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// maxKept bounds the room that a reader takes back to the pool, so that one huge
// message does not occupy memory for good.
const maxKept = 64 << 10

func (r *reader) release() {
	r.data, r.field, r.slots = nil, nil, nil
	if cap(r.name)+cap(r.text) > maxKept {
		r.name, r.text = nil, nil
	}
	clear(r.props) // names point into the message
	r.props = r.props[:0]
	if cap(r.words)+cap(r.props) > maxKept/64 {
		r.words, r.props = nil, nil
	}
	readers.Put(r)
}

// matchTerms looks for the terms in the bytes of the message as they are.
// Optional terms count only when there are no others. Source: CloudWatch Logs
// User Guide, "Filter pattern syntax for metric filters, subscription filters,
// filter log events, and Live Tail".
func (p *Pattern) matchTerms(message []byte) bool {
	for i := range p.Terms {
		t := &p.Terms[i]
		if p.plan.fixed && t.Sign == Optional {
			continue
		}
		switch occurs := t.Literal.occursIn(message); {
		case t.Sign == Optional && occurs:
			return true
		case t.Sign == Include && !occurs, t.Sign == Exclude && occurs:
			return false
		}
	}
	return p.plan.fixed
}

// occursIn reports whether a term occurs in the message.
func (l *Literal) occursIn(message []byte) bool {
	if l.Kind == Regex {
		return l.test.regex.Match(message)
	}
	return bytes.Contains(message, l.test.text)
}

func (r *reader) matchJSON(p *Pattern, message []byte) bool {
	r.exact = p.plan.exact
	return r.read(message, p.plan.root) && r.holds(p.Root)
}

// matchDelimited tests each field of the line against its entry.
func (r *reader) matchDelimited(fields []Field, line []byte) bool {
	if !r.align(fields, line) {
		return false
	}
	for i := range fields {
		if cond := fields[i].Cond; cond != nil {
			r.field = r.words[placeOf(fields, i, len(r.words))].text(line)
			if !r.holds(cond) {
				return false
			}
		}
	}
	return true
}

// holds evaluates a tree over what has been read. It recurses as deep as the
// parentheses of the pattern, at most MaxNesting.
func (r *reader) holds(n Node) bool {
	switch n := n.(type) {
	case *And:
		for _, part := range n.Nodes {
			if !r.holds(part) {
				return false
			}
		}
		return true
	case *Or:
		for _, part := range n.Nodes {
			if r.holds(part) {
				return true
			}
		}
		return false
	case *Condition:
		return r.condition(n)
	}
	return false
}

func (r *reader) condition(c *Condition) bool {
	if c.Field != "" {
		return c.holdsForText(r.field)
	}
	at := r.origin(c)
	if c.wildcard < 0 {
		return r.answer(c.Op, &c.Literal, at)
	}
	return r.holdsForSome(c, at)
}

// origin returns what was found where the selector of c leads, or where its
// wildcard begins.
func (r *reader) origin(c *Condition) found {
	if r.slots != nil {
		return r.found[r.slots[c.slot]]
	}
	return r.found[c.slot]
}

// holdsForSome decides a condition whose selector fits several values: one that
// satisfies it is enough. What != means there is documented nowhere; "no value
// equals, and there is one to compare" is the reading under which
// $.a[*] != "x" is the opposite of $.a[*] = "x".
func (r *reader) holdsForSome(c *Condition, at found) bool {
	some, compared := false, false
	op := c.Op
	if op == NotEqual {
		op = Equal
	}
	steps := c.Selector.Steps[c.wildcard:]
	r.each(at, steps, func(f found) bool {
		compared = compared || f.kind.Scalar()
		some = op == NotExists || r.answer(op, &c.Literal, f)
		return !some
	})
	switch c.Op {
	case NotEqual:
		return compared && !some
	case NotExists:
		return !some
	}
	return some
}

// answer is the table of what each operator says about each kind of value. Every
// comparison with something that is not there, or is no number or text, is
// false, and so is !=. Sources: CloudWatch Logs User Guide, "Using filter
// patterns to match terms in JSON log events", and its 2020 revision.
func (r *reader) answer(op Op, l *Literal, f found) bool {
	switch op {
	case NotExists:
		return f.kind == Missing
	case IsNull:
		return f.kind == Null
	case IsTrue:
		return f.kind == True
	case IsFalse:
		return f.kind == False
	case Equal:
		return f.kind.Scalar() && l.equalsText(r.raw(f))
	case NotEqual:
		return f.kind.Scalar() && !l.equalsText(r.raw(f))
	}
	// A text that looks like a number has no order: the reports show only that a
	// text which is no number has none.
	return f.kind == Numeric && l.orderText(op, r.raw(f))
}

// holdsForText decides a condition on a field of a line, which is always text.
// Here a field that reads as a number has an order.
func (c *Condition) holdsForText(text []byte) bool {
	switch c.Op {
	case Equal:
		return c.Literal.equalsText(text)
	case NotEqual:
		return !c.Literal.equalsText(text)
	}
	return c.Literal.orderText(c.Op, text)
}
