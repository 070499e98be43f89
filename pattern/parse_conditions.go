package pattern

import (
	"strings"
)

// json reads { or }.
func (p *parser) json() (Node, error) {
	p.at = len("{")
	root, err := p.or((*parser).primary)
	if err != nil {
		return nil, err
	}
	if !p.accept("}") {
		return nil, p.unexpected(`"&&", "||" or "}"`)
	}
	return root, p.end("}")
}

// or reads and { "||" and }; operand reads what stands between the operators.
func (p *parser) or(operand func(*parser) (Node, error)) (Node, error) {
	start := p.here()
	nodes, err := p.list("||", func(p *parser) (Node, error) { return p.and(operand) })
	if err != nil || len(nodes) == 1 {
		return first(nodes), err
	}
	var parts []Node
	for _, n := range nodes {
		// (a || b) || c is one alternative of three: the parentheses say nothing.
		if inner, ok := n.(*Or); ok {
			parts = append(parts, inner.Nodes...)
		} else {
			parts = append(parts, n)
		}
	}
	return &Or{Span: p.span(start), Nodes: parts}, nil
}

// and reads operand { "&&" operand }.
func (p *parser) and(operand func(*parser) (Node, error)) (Node, error) {
	start := p.here()
	nodes, err := p.list("&&", operand)
	if err != nil || len(nodes) == 1 {
		return first(nodes), err
	}
	var parts []Node
	for _, n := range nodes {
		if inner, ok := n.(*And); ok {
			parts = append(parts, inner.Nodes...)
		} else {
			parts = append(parts, n)
		}
	}
	return &And{Span: p.span(start), Nodes: parts}, nil
}

func (p *parser) list(operator string, operand func(*parser) (Node, error)) ([]Node, error) {
	var nodes []Node
	for {
		n, err := operand(p)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		if end := p.at; !p.accept(operator) {
			p.at = end // blanks after the last operand belong to no span
			return nodes, nil
		}
	}
}

func first(nodes []Node) Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

// here skips blanks and returns the place of what follows.
func (p *parser) here() int {
	p.skipBlanks()
	return p.at
}

// primary reads a condition or a group in parentheses.
func (p *parser) primary() (Node, error) {
	start := p.here()
	if !p.accept("(") {
		return p.condition()
	}
	if p.nesting++; p.nesting > MaxNesting {
		return nil, p.refuse(start, "more than %d parentheses inside each other", MaxNesting)
	}
	n, err := p.or((*parser).primary)
	if err != nil {
		return nil, err
	}
	if !p.accept(")") {
		return nil, p.unexpected(`"&&", "||" or ")"`)
	}
	p.nesting--
	return n, nil
}

func (p *parser) condition() (Node, error) {
	c := &Condition{}
	start := p.at
	var err error
	if c.Selector, err = p.selector(); err != nil {
		return nil, err
	}
	if c.Selector.Wildcard() >= 0 {
		if p.wildcards++; p.wildcards > MaxWildcards {
			return nil, p.refuse(start, "more than %d selectors with a wildcard", MaxWildcards)
		}
	}
	if c.Op, err = p.operator(); err != nil {
		return nil, err
	}
	if c.Op.TakesLiteral() {
		if c.Literal, err = p.value(c.Op); err != nil {
			return nil, err
		}
	}
	c.Span = p.span(start)
	return c, nil
}

// operators lists the operators that are signs, longest first.
var operators = []struct {
	token string
	op    Op
}{{"!=", NotEqual}, {"<=", LessOrEqual}, {">=", GreaterOrEqual}, {"=", Equal}, {"<", Less}, {">", Greater}}

// keywords are written in capitals everywhere in the guide. Whether AWS takes
// lower case is unknown, so it is refused.
var keywords = map[string]Op{
	"IS NULL": IsNull, "IS TRUE": IsTrue, "IS FALSE": IsFalse, "NOT EXISTS": NotExists,
}

func (p *parser) operator() (Op, error) {
	start := p.here()
	if op, ok := p.comparison(); ok {
		return op, nil
	}
	words := p.run(isWord)
	if words == "" {
		return 0, p.unexpected("an operator")
	}
	p.skipBlanks()
	words += " " + p.run(isWord)
	if op, ok := keywords[words]; ok {
		return op, nil
	}
	return 0, p.refuse(start, "%q is no operator; the words are IS NULL, IS TRUE, IS FALSE and NOT EXISTS", words)
}

func (p *parser) comparison() (Op, bool) {
	for _, o := range operators {
		if p.accept(o.token) {
			return o.op, true
		}
	}
	return 0, false
}

// selector reads $ and its steps.
func (p *parser) selector() (Selector, error) {
	start := p.here()
	if p.peek() != '$' {
		return Selector{}, p.unexpected(`a selector, which begins with "$"`)
	}
	p.at++
	var s Selector
	for p.peek() == '.' || p.peek() == '[' {
		step, err := p.step(start)
		if err != nil {
			return s, err
		}
		if step.Kind.Wildcard() && s.Wildcard() >= 0 {
			return s, p.refuse(step.Start, "more than %d wildcard in one selector", MaxWildcardSteps)
		}
		s.Steps = append(s.Steps, step)
	}
	if len(s.Steps) == 0 {
		return s, p.unexpected(`".name" or "['name']"`)
	}
	s.Span = p.span(start)
	return s, nil
}

// step reads .name, .*, [7], [*] or ['name'], the last three with an optional dot.
func (p *parser) step(selector int) (Step, error) {
	start := p.at
	if p.peek() == '.' {
		p.at++
		if p.peek() == '*' {
			p.at++
			return Step{Kind: AnyProperty, Span: p.span(start)}, nil
		}
		if p.peek() != '[' {
			return p.property(selector, start)
		}
	}
	p.at++
	step, err := p.bracket()
	if err != nil {
		return step, err
	}
	if p.peek() != ']' {
		return step, p.unexpected(`"]"`)
	}
	p.at++
	step.Span = p.span(start)
	return step, nil
}

func (p *parser) property(selector, start int) (Step, error) {
	name := p.run(isName)
	if name != "" {
		return Step{Kind: Property, Name: name, Span: p.span(start)}, nil
	}
	if p.peek() == '"' {
		return Step{}, p.blame(p.at, p.source[selector:p.at+1], `a quoted name must stand in brackets: ['name']`)
	}
	return Step{}, p.unexpected("a property name")
}

// bracket reads what stands between [ and ].
func (p *parser) bracket() (Step, error) {
	switch c := p.peek(); c {
	case '*':
		p.at++
		return Step{Kind: AnyElement}, nil
	case '\'', '"':
		start := p.at
		name, _, found := strings.Cut(p.source[start+1:], string(c))
		if !found {
			return Step{}, p.refuse(start, "the property name is never closed with %q", c)
		}
		p.at += len(name) + 2
		return Step{Kind: Property, Name: name}, nil
	}
	digits := p.run(func(c byte) bool { return '0' <= c && c <= '9' })
	if digits == "" {
		return Step{}, p.unexpected("an index, * or a quoted name")
	}
	if len(digits) > maxIndexDigits {
		return Step{}, p.refuse(p.at-len(digits), "the index %s is too large", digits)
	}
	return Step{Kind: Element, Index: atoi(digits)}, nil
}

// delimited reads [ field { "," field } ].
func (p *parser) delimited() ([]Field, error) {
	p.at = len("[")
	p.aws = awsInvalidDelimited
	var fields []Field
	if p.accept("]") {
		return nil, p.delimitedEnds()
	}
	ellipsis := false
	for {
		f, err := p.field()
		if err != nil {
			return nil, err
		}
		if f.Ellipsis && ellipsis {
			return nil, p.refuse(f.Start, `only one "..." can stand in a pattern`)
		}
		ellipsis = ellipsis || f.Ellipsis
		fields = append(fields, f)
		if p.accept(",") {
			continue
		}
		if p.accept("]") {
			return fields, p.delimitedEnds()
		}
		return nil, p.unexpected(`"," or "]"`)
	}
}

func (p *parser) delimitedEnds() error {
	p.aws = awsInvalidPattern
	return p.end("]")
}

// field reads one entry: nothing, ..., a name, or conditions on a name.
func (p *parser) field() (Field, error) {
	start := p.here()
	if p.accept("...") {
		return Field{Ellipsis: true, Span: p.span(start)}, nil
	}
	name := p.run(isName)
	f := Field{Name: name, Span: p.span(start)}
	if name == "" {
		return f, nil
	}
	if p.skipBlanks(); strings.IndexByte("=!<>", p.peek()) < 0 {
		return f, nil
	}
	p.at = start
	cond, err := p.or(func(p *parser) (Node, error) { return p.fieldCondition(name) })
	if err != nil {
		return f, err
	}
	f.Cond = cond
	f.Span = p.span(start)
	return f, nil
}

// fieldCondition reads one condition on the field the entry began with.
func (p *parser) fieldCondition(field string) (Node, error) {
	start := p.here()
	name := p.run(isName)
	if name == "" {
		return nil, p.unexpected("the field name " + field)
	}
	if name != field {
		return nil, p.refuse(start, "an entry can test only its own field: %q beside %q", name, field)
	}
	op, ok := p.comparison()
	if !ok {
		return nil, p.unexpected("an operator")
	}
	literal, err := p.value(op)
	if err != nil {
		return nil, err
	}
	return &Condition{Span: p.span(start), Field: field, Op: op, Literal: literal}, nil
}
