package pattern

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says how much a warning means.
type Severity int

const (
	// Risk: the pattern may match more or less than its author meant.
	Risk Severity = iota
	// Dead: a part of the pattern decides nothing.
	Dead
	// Never: the whole pattern can match no message, or none that CloudTrail is
	// documented to write.
	Never
)

// String returns the severity as one word.
func (s Severity) String() string { return [...]string{"risk", "dead", "never"}[s] }

// Warning is one remark about a pattern. Foreign text in its sentences is quoted
// and escaped; Pattern comes out as it is, like the source.
type Warning struct {
	Span                // the part of the source it is about
	Code       string   // stable, in-kebab-case, for programs
	Severity   Severity // what it means for the pattern
	Message    string   // what is wrong, one or two plain sentences
	Suggestion string   // what to do about it; "" if nothing better is known
	Pattern    string   // the whole pattern changed that way, which Parse accepts; "" if it takes a person

	documented bool // true of what AWS documents, not of every message; see Observed.Qualify
}

// Lint lists what can never match and common mistakes, in the order of the source.
// The same pattern always gives the same warnings; none means that nothing was
// noticed. It never looks at messages; see [Observe] for that.
//
// What it says about fields and values follows the AWS CloudTrail User Guide,
// "CloudTrail record contents", and the IAM Identity Center User Guide,
// "Understanding IAM Identity Center sign-in events". A field that is not
// CloudTrail's is only judged by logic.
func Lint(p *Pattern) []Warning {
	l := &linter{pattern: p, steps: maxComparisons}
	switch p.Kind {
	case Terms:
		l.terms(p.Terms)
	case JSON:
		l.json(p.Root)
	case Delimited:
		l.delimited(p.Fields)
	}
	return l.sorted()
}

// linter collects warnings about one pattern.
type linter struct {
	pattern  *Pattern
	warnings []Warning
	subjects map[string]*subject // what conditions look at, by selector or field
	trail    bool                // the pattern is about CloudTrail events
	steps    int                 // comparisons of parts that may still be made
}

// maxComparisons bounds the work on a pattern of many nested alternatives.
// Beyond it redundant parts go unnoticed; nothing wrong is said.
const maxComparisons = 100_000

func (l *linter) json(root Node) {
	conditions := l.pattern.Conditions()
	l.trail = aboutCloudTrail(conditions)
	l.subjects = subjectsOf(conditions)
	for _, c := range conditions {
		l.literal(c)
		l.knownField(c)
	}
	l.missingTraps(root, nil)
	l.precedence(root)
	l.judge(root, circumstances{}, root)
}

// judge reports what is never true below n and what is redundant, and makes the
// reports weigh as much as they do for the whole pattern.
func (l *linter) judge(n Node, in circumstances, root Node) {
	before := len(l.warnings)
	if !l.possible(n, in) {
		// Whatever was called dead below makes the whole dead.
		for i := range l.warnings[before:] {
			if w := &l.warnings[before+i]; w.Severity == Dead {
				w.Severity = Never
			}
		}
	}
	l.redundant(n, root)
}

// warn adds a warning about a part and returns it, for a suggestion.
func (l *linter) warn(at Span, severity Severity, code, format string, args ...any) *Warning {
	l.warnings = append(l.warnings, Warning{Span: at, Severity: severity, Code: code, Message: fmt.Sprintf(format, args...)})
	return &l.warnings[len(l.warnings)-1]
}

// suggest says what to do.
func (w *Warning) suggest(format string, args ...any) { w.Suggestion = fmt.Sprintf(format, args...) }

// replace offers the pattern with text in place of a part of the source, if that
// is a pattern.
func (l *linter) replace(w *Warning, part Span, text string) {
	source := l.pattern.source
	l.offer(w, source[:part.Start]+text+source[part.End:])
}

// offer offers another pattern. A change can make one of its parts the same as
// another: then that is said once.
func (l *linter) offer(w *Warning, source string) {
	p, err := Parse(source)
	if err == nil && p.dropRepeats() {
		source = p.String()
		_, err = Parse(source)
	}
	if err == nil && source != l.pattern.source {
		w.Pattern = source
	}
}

// sorted returns the warnings in order, each once.
func (l *linter) sorted() []Warning {
	slices.SortStableFunc(l.warnings, func(a, b Warning) int {
		return cmp.Or(a.Start-b.Start, a.End-b.End, strings.Compare(a.Code, b.Code), int(b.Severity-a.Severity))
	})
	return slices.CompactFunc(l.warnings, func(a, b Warning) bool { return a.Span == b.Span && a.Code == b.Code })
}

// precedence finds "a || b && c" without parentheses around "b && c".
func (l *linter) precedence(n Node) {
	or, ok := n.(*Or)
	for _, part := range partsOf(n) {
		l.precedence(part)
		and, isAnd := part.(*And)
		if !ok || !isAnd || l.grouped(and.Span) {
			continue
		}
		w := l.warn(and.Span, Risk, "mixed-operators", "&& binds tighter than ||, so this is one alternative of %d",
			len(or.Nodes))
		w.suggest("write parentheses, to say what is meant")
		l.replace(w, and.Span, "("+l.text(and.Span)+")")
	}
}

// grouped reports whether parentheses stand around a part.
func (l *linter) grouped(part Span) bool {
	return strings.HasSuffix(strings.TrimRight(l.pattern.source[:part.Start], blanks), "(")
}

func (l *linter) text(part Span) string { return l.pattern.source[part.Start:part.End] }

// partsOf returns the parts of an And or Or; none of a condition.
func partsOf(n Node) []Node {
	switch n := n.(type) {
	case *And:
		return n.Nodes
	case *Or:
		return n.Nodes
	}
	return nil
}

// without returns the tree without one of its nodes; nil if nothing is left.
func without(n, gone Node) Node {
	if n == gone {
		return nil
	}
	if len(partsOf(n)) == 0 {
		return n
	}
	var left []Node
	for _, part := range partsOf(n) {
		if part = without(part, gone); part != nil {
			left = append(left, part)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return joined(n, left)
}

// dropRepeats leaves out every part that stands beside an equal one and reports
// whether there was any. The pattern must be nobody else's.
func (p *Pattern) dropRepeats() bool {
	dropped := false
	drop := func(n *Node) {
		if *n != nil {
			once, again := withoutRepeats(*n)
			*n, dropped = once, dropped || again
		}
	}
	drop(&p.Root)
	for i := range p.Fields {
		drop(&p.Fields[i].Cond)
	}
	seen := map[string]bool{}
	p.Terms = slices.DeleteFunc(p.Terms, func(t Term) bool {
		again := seen[t.String()]
		seen[t.String()] = true
		dropped = dropped || again
		return again
	})
	return dropped
}

// withoutRepeats recurses as deep as the parentheses of the pattern.
func withoutRepeats(n Node) (once Node, dropped bool) {
	seen := map[string]bool{}
	var left []Node
	for _, part := range partsOf(n) {
		part, again := withoutRepeats(part)
		meaning := meaningOf(part)
		dropped = dropped || again || seen[meaning]
		if !seen[meaning] {
			left = append(left, part)
		}
		seen[meaning] = true
	}
	if !dropped {
		return n, false
	}
	return joined(n, left), true
}

// meaningOf returns a text that parts share if they differ in quotes only.
func meaningOf(n Node) string {
	if c, ok := n.(*Condition); ok {
		plain := *c
		if plain.Literal.Kind == Bare {
			plain.Literal.Kind = Quoted
		}
		return plain.String()
	}
	var parts []string
	for _, part := range partsOf(n) {
		parts = append(parts, meaningOf(part))
	}
	if _, ok := n.(*Or); ok {
		return "(" + strings.Join(parts, " || ") + ")"
	}
	return "(" + strings.Join(parts, " && ") + ")"
}

// joined joins parts the way n does. There must be one at least.
func joined(n Node, parts []Node) Node {
	if len(parts) == 1 {
		return parts[0]
	}
	if _, ok := n.(*Or); ok {
		return &Or{Nodes: parts}
	}
	return &And{Nodes: parts}
}

// offerWithout offers the pattern without one node of its tree.
func (l *linter) offerWithout(w *Warning, root, gone Node) {
	left := without(root, gone)
	if left == nil || l.pattern.Kind != JSON {
		return
	}
	l.offer(w, "{ "+left.String()+" }")
}

// missingTraps finds != on a field that may be absent, where nothing says what
// shall happen then. Around n, guards name the selectors that are taken care of.
func (l *linter) missingTraps(n Node, guards []string) {
	for _, part := range partsOf(n) {
		c, ok := part.(*Condition)
		_, all := n.(*And)
		switch {
		case !ok || c.Op == NotEqual:
		case all, c.Op == NotExists:
			// Beside &&: the selector is tested for presence anyway. Beside ||: the
			// alternative that lets an absent field pass.
			guards = append(guards, c.Selector.String())
		}
	}
	for _, part := range partsOf(n) {
		l.missingTraps(part, guards)
	}
	c, ok := n.(*Condition)
	if !ok || c.Op != NotEqual || c.Selector.Wildcard() >= 0 || l.alwaysThere(c.Selector) ||
		l.subjects[subjectKey(c)].contradict(c) {
		return
	}
	selector := c.Selector.String()
	for _, guard := range guards {
		if guard == selector || strings.HasPrefix(selector, guard) && strings.IndexByte(".[", selector[len(guard)]) >= 0 {
			return
		}
	}
	w := l.warn(c.Span, Risk, "not-equal-missing", "!= is false when %s is absent, so such messages do not match",
		visible(selector))
	w.suggest("to let them match add || %s NOT EXISTS", visible(selector))
	l.replace(w, c.Span, fmt.Sprintf("(%s || %s NOT EXISTS)", l.text(c.Span), l.text(c.Selector.Span)))
}
