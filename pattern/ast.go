package pattern

// Kind is the form a pattern is written in. Its first character decides.
type Kind int

const (
	Everything Kind = iota // empty, or blanks only, quoted or not: every message matches
	Terms                  // words, "phrases" and %regexes% looked for in the whole message
	JSON                   // { conditions on the properties of one JSON object }
	Delimited              // [ fields of a line split at white space ]
)

// Pattern is one parsed filter pattern. Only [Parse] makes a usable one; after
// that it never changes and is safe for concurrent use. Callers read the tree
// and must not write to it.
type Pattern struct {
	Kind   Kind
	Terms  []Term  // Kind Terms, at least one
	Root   Node    // Kind JSON: *And, *Or or *Condition
	Fields []Field // Kind Delimited; none for [], which matches every message

	source string
	plan   plan // what Match runs, derived from the above
}

// Source returns the text that was parsed, unchanged.
func (p *Pattern) Source() string { return p.source }

// Span is a part of the source: byte offsets, End exclusive.
type Span struct{ Start, End int }

// Range returns the span itself, so that every node can say where it stands.
func (s Span) Range() Span { return s }

// Sign says what a term asks for.
type Sign int

const (
	Include  Sign = iota // term: must occur
	Optional             // ?term: one of the optional terms must occur; ignored beside any other sign
	Exclude              // -term: must not occur
)

// Term is one word, phrase or regex of a Terms pattern.
type Term struct {
	Span
	Sign    Sign
	Literal Literal // never a Number: digits are ordinary text among terms; * is an ordinary character
}

// Node is one part of a condition tree: [*And], [*Or] or [*Condition].
type Node interface {
	Range() Span
	String() string
	node()
}

// And holds when all its nodes hold. It has at least two, none of them an *And.
type And struct {
	Span
	Nodes []Node
}

// Or holds when at least one of its nodes holds. It has at least two, none of
// them an *Or.
type Or struct {
	Span
	Nodes []Node
}

// Condition compares one value of the message.
type Condition struct {
	Span
	Selector Selector // JSON patterns; no steps in delimited ones
	Field    string   // delimited patterns: the field's name
	Op       Op
	Literal  Literal // only when Op.TakesLiteral

	slot     int // where a scan leaves what Selector finds, or the steps before its wildcard
	wildcard int // Selector.Wildcard()
}

func (*And) node()       {}
func (*Or) node()        {}
func (*Condition) node() {}

// Op is the operator of a condition.
type Op int

const (
	Equal Op = iota
	NotEqual
	Less
	LessOrEqual
	Greater
	GreaterOrEqual
	IsNull
	IsTrue
	IsFalse
	NotExists
)

// TakesLiteral reports whether a literal follows the operator.
func (o Op) TakesLiteral() bool { return o <= GreaterOrEqual }

// Ordering reports whether the operator compares sizes; its literal is then a
// Number.
func (o Op) Ordering() bool { return Less <= o && o <= GreaterOrEqual }

// Selector is the way from the root of a JSON message to a value: $ and at
// least one step.
type Selector struct {
	Span
	Steps []Step
}

// Wildcard returns the place of the only step that fits several values, or -1.
func (s Selector) Wildcard() int {
	for i, step := range s.Steps {
		if step.Kind.Wildcard() {
			return i
		}
	}
	return -1
}

// StepKind tells the four steps of a selector apart.
type StepKind int

const (
	Property    StepKind = iota // .name or ['name']
	Element                     // [7], counted from 0
	AnyProperty                 // .*
	AnyElement                  // [*]
)

// Wildcard reports whether the step fits several values.
func (k StepKind) Wildcard() bool { return k == AnyProperty || k == AnyElement }

// Step goes one level down.
type Step struct {
	Span
	Kind  StepKind
	Name  string // Property
	Index int    // Element
}

// LiteralKind tells how the value of a condition, or a term, is written.
type LiteralKind int

const (
	Bare   LiteralKind = iota // word: text without quotes
	Quoted                    // "text"
	Number                    // 404, without quotes: compares by value
	Regex                     // %regex%
)

// Literal is what a condition compares with, or what a term looks for.
//
// In conditions a * in a Bare or Quoted literal stands for any text; see
// [Literal.Stars].
type Literal struct {
	Span
	Kind LiteralKind
	Text string // without quotes, escapes decoded; a number or a regex as written

	test comparison // how to compare, derived from the above
}

// Field is one entry of a delimited pattern.
type Field struct {
	Span
	Name     string // "" for an unnamed field
	Ellipsis bool   // the entry is ..., which stands for any number of fields
	Cond     Node   // nil without a condition; else conditions on this very field
}

// Conditions returns the conditions of a JSON or delimited pattern in the order
// in which they are written.
func (p *Pattern) Conditions() []*Condition {
	var all []*Condition
	var walk func(Node) // as deep as the pattern's parentheses, at most MaxNesting
	walk = func(n Node) {
		switch n := n.(type) {
		case *And:
			for _, part := range n.Nodes {
				walk(part)
			}
		case *Or:
			for _, part := range n.Nodes {
				walk(part)
			}
		case *Condition:
			all = append(all, n)
		}
	}
	walk(p.Root)
	for _, f := range p.Fields {
		walk(f.Cond)
	}
	return all
}
