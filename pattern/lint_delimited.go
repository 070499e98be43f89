package pattern

import "strings"

// delimited reports on a pattern for lines. Sources: CloudWatch Logs User Guide,
// "Filter pattern syntax for metric filters"; CloudWatch Logs API Reference,
// TestMetricFilter.
func (l *linter) delimited(fields []Field) {
	conditions := l.pattern.Conditions()
	l.subjects = subjectsOf(conditions)
	for _, c := range conditions {
		l.literal(c)
		l.groupDelimiters(c)
	}
	l.sameNames(fields)
	l.remainder(fields)
	for _, f := range fields {
		if f.Cond != nil {
			l.precedence(f.Cond)
			l.judge(f.Cond, circumstances{}, f.Cond)
		}
	}
}

// groupDelimiters finds = "[x]": the brackets and quotes around a group of words
// are not part of the field.
func (l *linter) groupDelimiters(c *Condition) {
	text := c.Literal.Text
	if c.Literal.Kind == Regex || len(text) < 2 {
		return
	}
	if first, last := text[0], text[len(text)-1]; !(first == '[' && last == ']' || first == '"' && last == '"') {
		return
	}
	w := l.warn(c.Literal.Span, Risk, "group-delimiters", "the %c and %c around a field of the line are not part of its value",
		text[0], text[len(text)-1])
	w.suggest("leave them out")
	l.replace(w, c.Literal.Span, Literal{Kind: Quoted, Text: text[1 : len(text)-1]}.String())
}

func (l *linter) sameNames(fields []Field) {
	seen := map[string]bool{}
	for _, f := range fields {
		if f.Name != "" && seen[f.Name] {
			l.warn(f.Span, Risk, "same-name", "two fields are called %s: only one of them is extracted", visible(f.Name)).
				suggest("give it another name")
		}
		seen[f.Name] = true
	}
}

// remainder warns about a condition on the last entry, which takes the rest of
// the line.
func (l *linter) remainder(fields []Field) {
	if len(fields) == 0 {
		return
	}
	for _, f := range fields {
		if f.Ellipsis {
			return
		}
	}
	last := fields[len(fields)-1]
	if last.Cond == nil || !whole(last.Cond) {
		return
	}
	w := l.warn(last.Span, Risk, "last-field-rest", "the last field takes the whole rest of the line, not just one word")
	w.suggest("add ... behind it, so that it is one word")
	if at := strings.LastIndexByte(l.pattern.source, ']'); at >= 0 {
		l.offer(w, l.pattern.source[:at]+", ...]")
	}
}

// whole reports whether a condition asks about a whole field: a star at the end
// or a regex leaves room for more words.
func whole(n Node) bool {
	if c, ok := n.(*Condition); ok {
		return c.Literal.Kind != Regex && !strings.HasSuffix(c.Literal.Text, "*")
	}
	for _, part := range partsOf(n) {
		if whole(part) {
			return true
		}
	}
	return false
}
