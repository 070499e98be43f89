package pattern

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// What conditions on one selector say together is found by trial: a sample is a
// value that could stand there, and the samples of a subject are chosen so that,
// if its conditions can hold together at all, they do for one of them. That is
// sure for equality with texts and numbers, order and IS; conditions with stars
// or a regex accept more texts than can be listed, so they are only judged
// beside a condition that leaves a single value.

// subject is one selector or field with every condition about it.
type subject struct {
	samples []sample
	inexact bool                  // a number too long for the choice of samples
	truth   map[*Condition][]bool // which samples satisfy a condition
	ofLine  bool                  // a field of a line, where a text may have an order
}

// sample is a value as it stands in a message. A text is its own bytes between
// quotes, decoded already.
type sample struct {
	kind ValueKind
	text string
}

func subjectKey(c *Condition) string {
	if c.Field != "" {
		return c.Field
	}
	return c.Selector.String()
}

// subjectsOf groups the conditions whose selector leads to one value.
func subjectsOf(conditions []*Condition) map[string]*subject {
	grouped := map[string][]*Condition{}
	for _, c := range conditions {
		if c.Selector.Wildcard() < 0 {
			grouped[subjectKey(c)] = append(grouped[subjectKey(c)], c)
		}
	}
	subjects := map[string]*subject{}
	for key, conditions := range grouped {
		s := &subject{truth: map[*Condition][]bool{}, ofLine: conditions[0].Field != ""}
		s.samples, s.inexact = samplesFor(conditions)
		for _, c := range conditions {
			s.truth[c] = truthOf(c, s.samples)
		}
		subjects[key] = s
	}
	return subjects
}

// samplesFor chooses samples for conditions on one selector, or on one field of
// a line, which holds nothing but text.
func samplesFor(conditions []*Condition) (samples []sample, inexact bool) {
	var texts, numbers []string
	longest := 0
	for _, c := range conditions {
		if !c.Op.TakesLiteral() || c.Literal.Kind == Regex {
			continue
		}
		text := c.Literal.Text
		texts = append(texts, text, strings.ReplaceAll(text, "*", ""))
		longest = max(longest, len(text))
		if _, ok := parseDecimal([]byte(text)); ok {
			numbers = append(numbers, text)
		}
	}
	// One text and one number that no literal names.
	texts = append(texts, strings.Repeat("\x01", longest+1))
	between, exact := numbersAround(numbers)
	for _, n := range append(numbers, between...) {
		texts = append(texts, n, respelled(n, longest))
	}
	slices.Sort(texts)
	for _, text := range slices.Compact(texts) {
		samples = append(samples, sample{Text, text})
		if _, ok := parseDecimal([]byte(text)); ok && json.Valid([]byte(text)) {
			samples = append(samples, sample{Numeric, text})
		}
	}
	if conditions[0].Field == "" {
		samples = append(samples, sample{kind: Missing}, sample{Null, "null"}, sample{True, "true"},
			sample{False, "false"}, sample{Object, "{}"}, sample{Array, "[]"})
	}
	return samples, !exact
}

// respelled writes the same number in a way that no literal does.
func respelled(number string, longest int) string {
	zeros := strings.Repeat("0", longest+1)
	switch {
	case strings.ContainsAny(number, "eE"):
		return number // exact text and value cannot be told apart here
	case strings.Contains(number, "."):
		return number + zeros
	}
	return number + "." + zeros
}

// numbersAround returns numbers below, between and above the given ones. It
// reports false when they are too long or too close for that.
func numbersAround(numbers []string) (around []string, exact bool) {
	var values []float64
	for _, text := range append(slices.Clone(numbers), "0") {
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || compareTexts(text, strconv.FormatFloat(value, 'f', -1, 64)) != 0 || value > 1e15 || value < -1e15 {
			return nil, false
		}
		values = append(values, value)
	}
	slices.Sort(values)
	values = slices.Compact(values)
	values = append([]float64{values[0] - 2}, append(values, values[len(values)-1]+2)...)
	for i := range values[1:] {
		middle := (values[i] + values[i+1]) / 2
		if middle <= values[i] || middle >= values[i+1] {
			return nil, false
		}
		around = append(around, strconv.FormatFloat(middle, 'f', -1, 64))
	}
	return around, true
}

func compareTexts(a, b string) int {
	x, _ := parseDecimal([]byte(a))
	y, _ := parseDecimal([]byte(b))
	return x.compare(y)
}

// truthOf asks the matcher itself about each sample.
func truthOf(c *Condition, samples []sample) []bool {
	truth := make([]bool, len(samples))
	r := new(reader)
	for i, s := range samples {
		if c.Field != "" {
			truth[i] = c.holdsForText([]byte(s.text))
			continue
		}
		text := s.text
		if s.kind == Text {
			text = `"` + text + `"`
		}
		r.data = []byte(text)
		truth[i] = r.answer(c.Op, &c.Literal, found{kind: s.kind, end: len(text)})
	}
	return truth
}

// exact reports whether only one text, as a text or as a number written that
// way, satisfies the condition.
func (c *Condition) exact() bool {
	return c.Op == Equal && (c.Literal.Kind == Bare || c.Literal.Kind == Quoted) && !c.Literal.Stars()
}

// listed reports whether the samples stand for all values the condition can tell
// apart.
func (s *subject) listed(c *Condition) bool {
	l := &c.Literal
	switch {
	case !c.Op.TakesLiteral():
		return true
	case l.Kind == Regex:
		return false
	case l.Stars():
		return strings.Trim(l.Text, "*") == "" // any text at all
	case s.inexact:
		_, number := parseDecimal([]byte(l.Text))
		return !number
	}
	return true
}

// contradict reports whether conditions on this subject surely cannot hold together.
func (s *subject) contradict(conditions ...*Condition) bool {
	all, single := true, false
	for _, c := range conditions {
		all = all && s.listed(c)
		single = single || c.exact()
	}
	if all || single {
		for i := range s.samples {
			if !slices.ContainsFunc(conditions, func(c *Condition) bool { return !s.truth[c][i] }) {
				return false
			}
		}
		return true
	}
	for i, c := range conditions {
		if slices.ContainsFunc(conditions[:i], func(d *Condition) bool { return starsExclude(c, d) }) {
			return true
		}
	}
	return false
}

// starsExclude: a text cannot begin, or end, in two ways.
func starsExclude(a, b *Condition) bool {
	if a.Op != Equal || b.Op != Equal || !a.Literal.Stars() || !b.Literal.Stars() {
		return false
	}
	p, q := strings.Split(a.Literal.Text, "*"), strings.Split(b.Literal.Text, "*")
	first, other := p[0], q[0]
	last, lastOther := p[len(p)-1], q[len(q)-1]
	return !strings.HasPrefix(first, other) && !strings.HasPrefix(other, first) ||
		!strings.HasSuffix(last, lastOther) && !strings.HasSuffix(lastOther, last)
}

// implies reports whether b surely holds wherever a does.
func (s *subject) implies(a, b *Condition) bool {
	if a.exact() || s.listed(a) && s.listed(b) {
		some := false
		for i := range s.samples {
			if s.truth[a][i] && !s.truth[b][i] {
				return false
			}
			some = some || s.truth[a][i]
		}
		return some // what never holds is reported as that
	}
	prefix, ok := onlyPrefix(a)
	shorter, both := onlyPrefix(b)
	return ok && both && strings.HasPrefix(prefix, shorter)
}

// onlyPrefix returns the text before the star of = "text*".
func onlyPrefix(c *Condition) (string, bool) {
	text, ok := strings.CutSuffix(c.Literal.Text, "*")
	return text, ok && c.Op == Equal && c.Literal.Stars() && !strings.Contains(text, "*")
}

// subjectOf returns the subject of c if it is that of all others too.
func (l *linter) subjectOf(c *Condition, others ...*Condition) *subject {
	for _, other := range others {
		if subjectKey(other) != subjectKey(c) {
			return nil
		}
	}
	return l.subjects[subjectKey(c)]
}

// circumstances are what holds wherever a part of the pattern matters.
type circumstances struct {
	given  []*Condition // joined to the part by &&
	names  []string     // the only values $.eventName can have; nil: any
	others []Node       // alternatives to the part, or to what it is a part of
}

// within adds what an And says to its parts.
func (in circumstances) within(and *And) circumstances {
	in.given = slices.Clip(in.given)
	for _, part := range and.Nodes {
		if c, ok := part.(*Condition); ok {
			in.given = append(in.given, c)
		}
	}
	if names := eventNames(and); names != nil && (in.names == nil || len(names) < len(in.names)) {
		in.names = names
	}
	return in
}

// among adds the other alternatives to one of them.
func (in circumstances) among(alternatives []Node, i int) circumstances {
	in.others = slices.Concat(in.others, alternatives[:i], alternatives[i+1:])
	return in
}

// possible reports whether n can hold, and warns about each part that cannot.
// Such a part is called Dead, being part of an alternative perhaps.
func (l *linter) possible(n Node, in circumstances) bool {
	ok := true
	switch n := n.(type) {
	case *And:
		inside := in.within(n)
		inside.given = in.given // conditions are added one after the other, so that the later one is blamed
		for _, part := range n.Nodes {
			if c, isCondition := part.(*Condition); isCondition {
				ok = l.conditionPossible(c, inside) && ok
				inside.given = append(slices.Clip(inside.given), c)
			}
		}
		for _, part := range n.Nodes {
			if _, isCondition := part.(*Condition); !isCondition {
				ok = l.possible(part, inside) && ok
			}
		}
	case *Or:
		ok = false
		for i, part := range n.Nodes {
			ok = l.possible(part, in.among(n.Nodes, i)) || ok
		}
	case *Condition:
		in.names = l.namesFor(n, in)
		ok = l.conditionPossible(n, in)
	}
	return ok
}

// namesFor: a condition on the name alone says nothing about other fields.
func (l *linter) namesFor(c *Condition, in circumstances) []string {
	if names := eventNames(c); names != nil && in.names == nil {
		return names
	}
	return in.names
}

func (l *linter) conditionPossible(c *Condition, in circumstances) bool {
	before := len(l.warnings)
	impossible := l.impossibleInCloudTrail(c, in)
	for i := range l.warnings[before:] {
		l.warnings[before+i].documented = true
	}
	if impossible {
		return false
	}
	if c.Op == Equal && c.Literal.Kind == Regex && !l.regex(c.Literal) {
		return false
	}
	s := l.subjectOf(c)
	if s == nil {
		return true
	}
	if s.contradict(c) {
		w := l.warn(c.Span, Dead, "never-true", "no value satisfies %s", visible(c.String()))
		if c.Op == NotEqual && c.Field == "" {
			w.suggest("a field that is not there is found with %s NOT EXISTS", visible(c.Selector.String()))
			l.replace(w, c.Span, l.text(c.Selector.Span)+" NOT EXISTS")
		}
		return false
	}
	group := []*Condition{c}
	for _, given := range in.given {
		if l.subjectOf(c, given) == nil || s.contradict(given) {
			continue
		}
		if group = append(group, given); !s.contradict(group...) {
			continue
		}
		w := l.warn(c.Span, Dead, "contradiction", "%s cannot hold together with %s", visible(c.String()), visible(given.String()))
		w.suggest("for one or the other write ||")
		return false
	}
	return true
}

// redundant finds parts that say nothing more than another one.
func (l *linter) redundant(n, root Node) {
	parts := partsOf(n)
	_, or := n.(*Or)
	gone := map[Node]bool{}
	for i, a := range parts {
		for j, b := range parts {
			if i == j || gone[a] || gone[b] {
				continue
			}
			// Of two that say the same the later one goes.
			switch {
			case !l.implies(a, b) || l.deadAlready(a) || l.deadAlready(b):
			case or && !(i < j && l.implies(b, a)):
				gone[a] = true
				l.warnRedundant(a, root, "redundant-alternative", "adds nothing to the alternative %s", b)
			case !or && !(j < i && l.implies(b, a)):
				gone[b] = true
				l.warnRedundant(b, root, "redundant-condition", "adds nothing to %s, which is required too", a)
			}
		}
	}
	if or {
		l.alwaysTrue(parts)
	}
	for _, part := range parts {
		l.redundant(part, root)
	}
}

func (l *linter) warnRedundant(n, root Node, code, format string, because Node) {
	message := "%s " + format
	if n.String() == because.String() {
		code, message = "duplicate", "%s stands here twice; the other is %s"
	}
	w := l.warn(n.Range(), Dead, code, message, abridged(n), abridged(because))
	w.suggest("leave it out")
	l.offerWithout(w, root, n)
}

// abridged returns a part for a sentence.
func abridged(n Node) string {
	const enough = 120
	text := []rune(visible(n.String()))
	if len(text) > enough {
		return string(text[:enough]) + "…"
	}
	return string(text)
}

// deadAlready reports whether n was found to be never true.
func (l *linter) deadAlready(n Node) bool {
	return slices.ContainsFunc(l.warnings, func(w Warning) bool {
		return w.Severity > Risk && n.Range().Start <= w.Start && w.End <= n.Range().End
	})
}

// implies reports whether b surely holds wherever a does. It gives up, saying
// no, when a pattern makes it compare too much.
func (l *linter) implies(a, b Node) bool {
	if l.steps--; l.steps < 0 {
		return false
	}
	every := func(parts []Node, test func(Node) bool) bool {
		return !slices.ContainsFunc(parts, func(n Node) bool { return !test(n) })
	}
	x, isCondition := a.(*Condition)
	y, both := b.(*Condition)
	if isCondition && both {
		if x.String() == y.String() {
			return true
		}
		s := l.subjectOf(x, y)
		return s != nil && s.implies(x, y)
	}
	switch b := b.(type) {
	case *And:
		return every(b.Nodes, func(part Node) bool { return l.implies(a, part) })
	case *Or:
		if or, ok := a.(*Or); ok {
			return every(or.Nodes, func(part Node) bool { return l.implies(part, b) })
		}
		if slices.ContainsFunc(b.Nodes, func(part Node) bool { return l.implies(a, part) }) {
			return true
		}
	}
	switch a := a.(type) {
	case *And:
		return slices.ContainsFunc(a.Nodes, func(part Node) bool { return l.implies(part, b) })
	case *Or:
		return every(a.Nodes, func(part Node) bool { return l.implies(part, b) })
	}
	return false
}

// alwaysTrue finds $.a != "x" || $.a != "y": between them the alternatives
// accept whatever is there.
func (l *linter) alwaysTrue(parts []Node) {
	groups := map[string][]*Condition{}
	for _, part := range parts {
		if c, ok := part.(*Condition); ok && l.subjects[subjectKey(c)] != nil {
			groups[subjectKey(c)] = append(groups[subjectKey(c)], c)
		}
	}
	for key, group := range groups {
		s := l.subjects[key]
		if len(group) < 2 || slices.ContainsFunc(group, func(c *Condition) bool { return !s.listed(c) || s.acceptsAll(c) }) ||
			!s.acceptsAll(group...) {
			continue
		}
		first, last := group[0], group[len(group)-1]
		w := l.warn(Span{min(first.Start, last.Start), max(first.End, last.End)}, Risk, "always-true",
			"every %s satisfies one of these alternatives on %s", s.whatever(group), visible(key))
		// Only of conditions that exclude something each does the conjunction say something.
		if slices.ContainsFunc(group, func(c *Condition) bool { return c.Op != NotEqual }) {
			w.suggest("leave the alternatives out, or test something else")
			continue
		}
		w.suggest("for neither the one nor the other write &&")
		if len(parts) == 2 {
			all := fmt.Sprintf("(%s && %s)", first, last)
			l.replace(w, w.Span, all)
		}
	}
}

// acceptsAll reports whether every text and number satisfies one of the
// conditions; only numbers are asked about when all of them are about order.
func (s *subject) acceptsAll(conditions ...*Condition) bool {
	ordered := orderOnly(conditions)
	for i, value := range s.samples {
		if !value.kind.Scalar() || ordered && !s.hasOrder(value) {
			continue
		}
		if !slices.ContainsFunc(conditions, func(c *Condition) bool { return s.truth[c][i] }) {
			return false
		}
	}
	return true
}

func (s *subject) hasOrder(value sample) bool {
	_, number := parseDecimal([]byte(value.text))
	return value.kind == Numeric || s.ofLine && number
}

func (s *subject) whatever(conditions []*Condition) string {
	if orderOnly(conditions) {
		return "number"
	}
	return "text or number"
}

func orderOnly(conditions []*Condition) bool {
	return !slices.ContainsFunc(conditions, func(c *Condition) bool { return !c.Op.Ordering() })
}
