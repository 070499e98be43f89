package pattern

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Explanation tells of one part of a pattern whether it holds for a message, and
// why.
type Explanation struct {
	Span             // the part in the source
	Part     string  // the part in canonical form
	Holds    bool    // for the whole pattern: what Match says
	Ignored  bool    // an optional term beside others: it decides nothing
	Selector string  // of a condition: the selector or field it looks at; "" for other parts
	Found    []Value // of a condition: what is there; none when missing; texts cut to maxShown bytes
	Why      string  // one plain sentence; all foreign text in it is quoted and cut
	Parts    []Explanation
}

// Bounds on what an explanation repeats of a message.
const (
	maxShown  = 200 // bytes of one text
	maxValues = 5   // values of one selector with a wildcard
)

// Explain evaluates every part of the pattern, also those that Match need not
// look at, and tells what each found. It is safe for concurrent use.
func (p *Pattern) Explain(message []byte) Explanation {
	r := readers.Get().(*reader)
	defer r.release()
	e := Explanation{Span: Span{0, len(p.source)}, Part: p.String()}
	switch p.Kind {
	case Everything:
		e.Holds, e.Why = true, "this pattern matches every message"
	case Terms:
		e.Holds, e.Why = p.matchTerms(message), p.termsRule()
		for i := range p.Terms {
			e.Parts = append(e.Parts, p.explainTerm(&p.Terms[i], message))
		}
	case JSON:
		r.exact = p.plan.exact
		if !r.read(message, p.plan.root) {
			e.Why = "the message as a whole is not one JSON object, and then no condition can hold"
			break
		}
		root := r.explain(p.Root)
		e.Holds, e.Why, e.Parts = root.Holds, root.Why, root.Parts
		if _, ok := p.Root.(*Condition); ok {
			e.Parts = []Explanation{root}
		}
	case Delimited:
		r.explainFields(&e, p.Fields, message)
	}
	return e
}

func (p *Pattern) termsRule() string {
	if p.plan.fixed {
		return "every plain term must occur and no excluded term may"
	}
	return "at least one of the optional terms must occur"
}

func (p *Pattern) explainTerm(t *Term, message []byte) Explanation {
	e := Explanation{Span: t.Span, Part: t.String()}
	occurs := t.Literal.occursIn(message)
	e.Holds = occurs != (t.Sign == Exclude)
	e.Ignored = t.Sign == Optional && p.plan.fixed
	e.Why = t.Literal.show() + " does not occur"
	if occurs {
		e.Why = t.Literal.show() + " occurs"
	}
	if e.Ignored {
		e.Why += ", but optional terms count only when there are no others"
	}
	return e
}

// explain tells about a tree over what has been read.
func (r *reader) explain(n Node) Explanation {
	e := Explanation{Span: n.Range(), Part: n.String()}
	switch n := n.(type) {
	case *And:
		holding := r.explainParts(&e, n.Nodes)
		e.Holds = holding == len(e.Parts)
		e.Why = fmt.Sprintf("%d of %d conditions hold and all must", holding, len(e.Parts))
	case *Or:
		holding := r.explainParts(&e, n.Nodes)
		e.Holds = holding > 0
		e.Why = fmt.Sprintf("%d of %d alternatives hold and one must", holding, len(e.Parts))
	case *Condition:
		r.explainCondition(&e, n)
	}
	return e
}

func (r *reader) explainParts(e *Explanation, parts []Node) (holding int) {
	for _, part := range parts {
		told := r.explain(part)
		if told.Holds {
			holding++
		}
		e.Parts = append(e.Parts, told)
	}
	return holding
}

func (r *reader) explainCondition(e *Explanation, c *Condition) {
	e.Holds = r.condition(c)
	if c.Field != "" {
		e.Selector = c.Field
		e.Found = []Value{shorten(Text, r.field)}
		e.Why = c.whyText(r.field)
		return
	}
	e.Selector = c.Selector.String()
	steps := c.Selector.Steps[len(c.Selector.Steps):]
	if c.wildcard >= 0 {
		steps = c.Selector.Steps[c.wildcard:]
	}
	total := 0
	r.each(r.origin(c), steps, func(f found) bool {
		if total++; total <= maxValues {
			e.Found = append(e.Found, r.shown(f))
		}
		return true
	})
	switch {
	case total == 0:
		e.Why = whyMissing(e.Selector, c.Op)
	case c.wildcard >= 0:
		e.Why = whySome(c, e.Selector, total, e.Holds)
	default:
		e.Why = c.why(e.Selector, e.Found[0])
	}
}

// shown returns a value for people: whole objects and arrays are left out.
func (r *reader) shown(f found) Value {
	switch {
	case f.kind == Object || f.kind == Array:
		return Value{Kind: f.kind}
	case f.kind == Text:
		return shorten(Text, appendDecoded(nil, r.data[f.start+1:f.end-1]))
	}
	return shorten(f.kind, r.data[f.start:f.end])
}

func shorten(kind ValueKind, text []byte) Value {
	if len(text) <= maxShown {
		return Value{kind, string(text)}
	}
	cut := maxShown
	for cut > maxShown-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return Value{kind, string(text[:cut]) + "…"}
}

func whyMissing(selector string, op Op) string {
	switch {
	case op == NotExists:
		return fmt.Sprintf("%s is missing, as it must be", visible(selector))
	case op == NotEqual:
		return fmt.Sprintf("%s is missing, and then even != is false; add || %[1]s NOT EXISTS to allow that", visible(selector))
	}
	return visible(selector) + " is missing"
}

func whySome(c *Condition, selector string, total int, holds bool) string {
	verdict := "none of them satisfies the condition"
	switch {
	case c.Op == NotEqual && holds:
		verdict = "none of them equals " + c.Literal.show()
	case c.Op == NotEqual:
		verdict = "one of them equals " + c.Literal.show() + " or none can be compared"
	case c.Op == NotExists:
		verdict = "so it exists"
	case holds:
		verdict = "at least one of them satisfies the condition"
	}
	return fmt.Sprintf("%s leads to %d values, %s", visible(selector), total, verdict)
}

// why explains a condition on the one value that was found.
func (c *Condition) why(selector string, v Value) string {
	is := visible(selector) + " is " + v.show()
	switch {
	case !c.Op.TakesLiteral():
		return is
	case v.Kind == Object || v.Kind == Array:
		return is + ", and a comparison with a whole " + v.Kind.String() + " is always false, != included"
	case !v.Kind.Scalar():
		return is + ", which only IS can test; every comparison with it is false, != included"
	case c.Op.Ordering() && v.Kind == Text:
		return is + ", a text, and only numbers have an order"
	case c.Literal.Kind == Quoted && v.Kind == Numeric:
		return is + ", compared as text because the literal is quoted"
	}
	return is
}

func (c *Condition) whyText(text []byte) string {
	is := visible(c.Field) + " is " + shorten(Text, text).show()
	if _, number := parseDecimal(text); c.Op.Ordering() && !number {
		return is + ", which is no number, and only numbers have an order"
	}
	return is
}

// explainFields tells about the entries of a delimited pattern that have a
// condition.
func (r *reader) explainFields(e *Explanation, fields []Field, line []byte) {
	if !r.align(fields, line) {
		e.Why = fmt.Sprintf("the line has only %d fields, too few for the pattern", len(r.words))
		return
	}
	holding := 0
	for i, f := range fields {
		if f.Cond == nil {
			continue
		}
		r.field = r.words[placeOf(fields, i, len(r.words))].text(line)
		told := r.explain(f.Cond)
		if told.Holds {
			holding++
		}
		e.Parts = append(e.Parts, told)
	}
	e.Holds = holding == len(e.Parts)
	e.Why = fmt.Sprintf("the line has %d fields; %d of %d fields with a condition satisfy it",
		len(r.words), holding, len(e.Parts))
}

// show writes a value so that a person can read it and a terminal only prints it.
func (v Value) show() string {
	switch v.Kind {
	case Text:
		return strconv.Quote(v.Text)
	case Numeric:
		return "the number " + visible(v.Text)
	case Object, Array:
		return "an " + v.Kind.String()
	}
	return v.Kind.String()
}

func (l *Literal) show() string { return visible(l.String()) }

// visible escapes what a terminal would act on or not show.
func visible(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strconv.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

// String draws the tree, one part a line. Whatever came from the pattern or the
// message is escaped, so it is safe on a terminal.
func (e Explanation) String() string {
	var b strings.Builder
	e.draw(&b, "")
	return b.String()
}

func (e Explanation) draw(b *strings.Builder, indent string) {
	verdict := "no "
	switch {
	case e.Ignored:
		verdict = "-  "
	case e.Holds:
		verdict = "yes"
	}
	fmt.Fprintf(b, "%s%s  %s\n%s     %s\n", indent, verdict, visible(e.Part), indent, e.Why)
	for _, part := range e.Parts {
		part.draw(b, indent+"  ")
	}
}
