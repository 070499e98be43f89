package pattern

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

var opTexts = [...]string{
	Equal: "=", NotEqual: "!=", Less: "<", LessOrEqual: "<=", Greater: ">", GreaterOrEqual: ">=",
	IsNull: "IS NULL", IsTrue: "IS TRUE", IsFalse: "IS FALSE", NotExists: "NOT EXISTS",
}

// String returns the operator as it is written in a pattern.
func (o Op) String() string { return opTexts[o] }

// String names the form in the words of the CloudWatch Logs User Guide.
func (k Kind) String() string {
	return [...]string{"everything", "terms", "JSON", "space-delimited"}[k]
}

// String returns the pattern in canonical form: parsing it gives the same tree,
// spans aside. Blanks stand where the guide puts them, unless the pattern would
// then be longer than MaxLength. The texts of the pattern come out as they are;
// quote them before showing them on a terminal.
func (p *Pattern) String() string {
	w := printer{blank: " "}
	w.pattern(p)
	if utf8.RuneCountInString(w.String()) > MaxLength {
		w = printer{}
		w.pattern(p)
	}
	return w.String()
}

// String returns the term with its sign.
func (t Term) String() string { return printed(func(w *printer) { w.term(t) }) }

// String returns the entry without its comma.
func (f Field) String() string { return printed(func(w *printer) { w.field(f) }) }

// String returns the parts joined by &&, alternatives among them in parentheses.
func (n *And) String() string { return printed(func(w *printer) { w.node(n) }) }

// String returns the parts joined by ||, without parentheses: && binds tighter.
func (n *Or) String() string { return printed(func(w *printer) { w.node(n) }) }

// String returns the condition without parentheses.
func (c *Condition) String() string { return printed(func(w *printer) { w.node(c) }) }

// String returns the selector, with brackets only where a name needs them.
func (s Selector) String() string { return printed(func(w *printer) { w.selector(s) }) }

// String returns the step with its dot or brackets.
func (s Step) String() string { return printed(func(w *printer) { w.step(s) }) }

// String returns the literal as it is written in a pattern.
func (l Literal) String() string { return printed(func(w *printer) { w.literal(l) }) }

func printed(print func(*printer)) string {
	w := printer{blank: " "}
	print(&w)
	return w.String()
}

// printer writes canonical source.
type printer struct {
	strings.Builder
	blank string // written where a blank is good style but not needed
}

func (w *printer) pattern(p *Pattern) {
	switch p.Kind {
	case Everything:
		w.WriteString(`" "`) // the form the guide documents
	case Terms:
		for i, t := range p.Terms {
			w.separate(i, " ", "")
			w.term(t)
		}
	case JSON:
		w.WriteString("{" + w.blank)
		w.node(p.Root)
		w.WriteString(w.blank + "}")
	case Delimited:
		w.WriteString("[")
		for i, f := range p.Fields {
			w.separate(i, ",", w.blank)
			w.field(f)
		}
		w.WriteString("]")
	}
}

// separate writes what stands before item i of a list.
func (w *printer) separate(i int, separator, blank string) {
	if i > 0 {
		w.WriteString(separator + blank)
	}
}

func (w *printer) term(t Term) {
	w.WriteString([...]string{"", "?", "-"}[t.Sign])
	w.literal(t.Literal)
}

func (w *printer) field(f Field) {
	switch {
	case f.Ellipsis:
		w.WriteString("...")
	case f.Cond != nil:
		w.node(f.Cond)
	default:
		w.WriteString(f.Name)
	}
}

func (w *printer) node(n Node) {
	switch n := n.(type) {
	case *And:
		for i, part := range n.Nodes {
			w.separate(i, w.blank+"&&", w.blank)
			if _, ok := part.(*Or); ok {
				w.WriteString("(")
				w.node(part)
				w.WriteString(")")
			} else {
				w.node(part)
			}
		}
	case *Or:
		for i, part := range n.Nodes {
			w.separate(i, w.blank+"||", w.blank)
			w.node(part)
		}
	case *Condition:
		w.condition(n)
	}
}

func (w *printer) condition(c *Condition) {
	w.WriteString(c.Field)
	if c.Field == "" {
		w.selector(c.Selector)
	}
	if c.Op.TakesLiteral() {
		w.WriteString(w.blank + c.Op.String() + w.blank)
		w.literal(c.Literal)
		return
	}
	blank := w.blank
	if last := c.Selector.Steps[len(c.Selector.Steps)-1]; endsInName(last) {
		blank = " " // $.aIS NULL would be the property aIS
	}
	w.WriteString(blank + c.Op.String())
}

func (w *printer) selector(s Selector) {
	w.WriteString("$")
	for _, step := range s.Steps {
		w.step(step)
	}
}

func endsInName(s Step) bool { return s.Kind == Property && isPlainName(s.Name) }

func isPlainName(name string) bool {
	return name != "" && strings.IndexFunc(name, func(r rune) bool {
		return r >= utf8.RuneSelf || !isName(byte(r))
	}) < 0
}

func (w *printer) step(s Step) {
	switch s.Kind {
	case Element:
		w.WriteString("[" + strconv.Itoa(s.Index) + "]")
	case AnyProperty:
		w.WriteString(".*")
	case AnyElement:
		w.WriteString("[*]")
	case Property:
		if isPlainName(s.Name) {
			w.WriteString("." + s.Name)
			return
		}
		quote := "'"
		if strings.Contains(s.Name, "'") {
			quote = `"`
		}
		if w.blank != "" {
			w.WriteString(".") // the guide writes it, the grammar does not need it
		}
		w.WriteString("[" + quote + s.Name + quote + "]")
	}
}

func (w *printer) literal(l Literal) {
	switch l.Kind {
	case Quoted:
		w.phrase(l.Text)
	case Regex:
		w.WriteString("%" + l.Text + "%")
	default:
		w.WriteString(l.Text)
	}
}

// phrase escapes quotes, and backslashes where they would be read as the
// beginning of an escape.
func (w *printer) phrase(text string) {
	w.WriteString(`"`)
	for i := range len(text) {
		c := text[i]
		last := i+1 == len(text)
		if c == '"' || c == '\\' && (last || text[i+1] == '"' || text[i+1] == '\\') {
			w.WriteByte('\\')
		}
		w.WriteByte(c)
	}
	w.WriteString(`"`)
}
