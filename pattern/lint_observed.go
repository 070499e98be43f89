package pattern

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Bounds on what is remembered of messages. They hold the paths of many services
// and keep a hostile file from taking the memory of the machine.
const (
	maxSeenPaths  = 50_000
	maxSeenValues = 500      // different values of one path
	maxSeenDepth  = 32       // objects and arrays inside each other
	maxSeenText   = 256      // bytes of one value or name
	maxSeenBytes  = 64 << 20 // of all values and names
)

// Observed is what real messages hold, as far as one pattern is concerned. It is
// not safe for concurrent use.
type Observed struct {
	Messages int // how many were added
	Matched  int // how many of them the pattern matches

	pattern    *Pattern
	set        *Set // the pattern, then each of its parts on its own
	parts      []observedPart
	root       seen
	paths      int
	bytes      int
	hits       []int
	limits     map[string]bool // bounds that were reached
	notObjects int             // messages that are no JSON object
}

// observedPart is a condition or a term, with the number of messages it holds for.
type observedPart struct {
	Span
	condition *Condition // nil for a term
	text      string
	holds     int
}

// seen is one place in the messages.
type seen struct {
	properties map[string]*seen
	element    *seen // all elements of an array together
	kinds      [Array + 1]int
	values     map[string]struct{}
	more       bool // there were more values
}

// Observe begins to compare a pattern with real messages: call Add for each of
// them, then Lint.
func Observe(p *Pattern) *Observed {
	o := &Observed{pattern: p, limits: map[string]bool{}}
	patterns := []*Pattern{p}
	add := func(part observedPart, source string) {
		if alone, err := Parse(source); err == nil {
			o.parts = append(o.parts, part)
			patterns = append(patterns, alone)
		}
	}
	for _, c := range p.Conditions() {
		if p.Kind == JSON {
			add(observedPart{Span: c.Span, condition: c, text: c.String()}, "{ "+c.String()+" }")
		}
	}
	for _, t := range p.Terms {
		add(observedPart{Span: t.Span, text: t.Literal.String()}, t.Literal.String())
	}
	o.set = NewSet(patterns)
	return o
}

// Add takes one message into account and keeps nothing of its bytes.
func (o *Observed) Add(message []byte) {
	o.Messages++
	o.hits = o.set.Match(message, nil, nil, o.hits[:0])
	for _, hit := range o.hits {
		if hit == 0 {
			o.Matched++
		} else {
			o.parts[hit-1].holds++
		}
	}
	if o.pattern.Kind != JSON {
		return
	}
	r := readers.Get().(*reader)
	defer r.release()
	whole := newPath()
	whole.slot = wanted
	whole.number(0)
	if !r.read(message, whole) {
		o.notObjects++
		return
	}
	o.note(r, &o.root, r.found[0], 0)
}

// note remembers what stands at one place. It recurses as deep as the message,
// at most maxSeenDepth.
func (o *Observed) note(r *reader, at *seen, f found, depth int) {
	at.kinds[f.kind]++
	switch {
	case f.kind.Scalar():
		o.noteValue(r, at, f)
	case f.kind != Object && f.kind != Array:
	case depth == maxSeenDepth:
		o.limits[fmt.Sprintf("places deeper than %d", maxSeenDepth)] = true
	case f.kind == Object:
		r.members(f, func(name []byte, escaped bool, value found) {
			if below := o.below(at, string(appendDecoded(nil, name))); below != nil {
				o.note(r, below, value, depth+1)
			}
		})
	case f.kind == Array:
		for i := r.space(f.start + 1); r.at(i) != ']'; {
			element := r.measure(i)
			if at.element == nil {
				at.element = o.place()
			}
			if at.element != nil {
				o.note(r, at.element, element, depth+1)
			}
			i = r.next(element.end, ']')
		}
	}
}

func (o *Observed) below(at *seen, name string) *seen {
	if next := at.properties[name]; next != nil {
		return next
	}
	if len(name) > maxSeenText {
		o.limits[fmt.Sprintf("names of more than %d bytes", maxSeenText)] = true
		return nil
	}
	if !o.room(len(name)) {
		return nil
	}
	next := o.place()
	if next != nil {
		if at.properties == nil {
			at.properties = map[string]*seen{}
		}
		at.properties[name] = next
	}
	return next
}

func (o *Observed) place() *seen {
	if o.paths == maxSeenPaths {
		o.limits[fmt.Sprintf("more than %d places", maxSeenPaths)] = true
		return nil
	}
	o.paths++
	return new(seen)
}

func (o *Observed) room(bytes int) bool {
	if o.bytes+bytes > maxSeenBytes {
		o.limits[fmt.Sprintf("more than %d MiB of names and values", maxSeenBytes>>20)] = true
		return false
	}
	o.bytes += bytes
	return true
}

func (o *Observed) noteValue(r *reader, at *seen, f found) {
	text := r.raw(f)
	if _, ok := at.values[string(text)]; ok {
		return
	}
	if len(at.values) == maxSeenValues || len(text) > maxSeenText || !o.room(len(text)) {
		at.more = true
		return
	}
	if at.values == nil {
		at.values = map[string]struct{}{}
	}
	at.values[string(text)] = struct{}{}
}

// Limits lists the bounds that were reached: what lies beyond them was counted
// for Matched, but is not offered as a suggestion.
func (o *Observed) Limits() []string { return slices.Sorted(maps.Keys(o.limits)) }

// find returns the places a selector leads to and, if there are none, the
// names that stand where the selector fails and the step at fault.
func (o *Observed) find(s Selector) (places []*seen, names []string, at Step) {
	places = []*seen{&o.root}
	for _, step := range s.Steps {
		var next []*seen
		names = nil
		for _, p := range places {
			switch step.Kind {
			case Property:
				next = append(next, p.properties[step.Name])
			case AnyProperty:
				next = slices.AppendSeq(next, maps.Values(p.properties))
			default:
				next = append(next, p.element)
			}
			names = slices.AppendSeq(names, maps.Keys(p.properties))
		}
		next = slices.DeleteFunc(next, func(p *seen) bool { return p == nil })
		if len(next) == 0 {
			slices.Sort(names)
			return nil, names, step
		}
		places = next
	}
	return places, nil, Step{}
}

// Lint lists what the pattern asks for and the messages do not have, in the
// order of the source. It says nothing about messages that were not seen, and
// nothing at all before the first one. All its warnings are a [Risk].
func (o *Observed) Lint() []Warning {
	l := &linter{pattern: o.pattern}
	if o.Messages == 0 {
		return nil
	}
	for _, part := range o.parts {
		switch c := part.condition; {
		case c == nil && part.holds == 0:
			l.warn(part.Span, Risk, "term-not-seen", "%s does not occur in %s", visible(part.text), o.events())
		case c == nil:
		case c.Op == NotExists && part.holds == o.Messages:
			o.absentName(l, c)
		case part.holds == 0:
			o.neverHolds(l, c)
		case c.Op == NotEqual:
			o.excludesNothing(l, c)
		}
	}
	if o.Matched == 0 {
		l.warn(Span{0, len(o.pattern.source)}, Risk, "not-matched", "the whole pattern matches none of %s", o.events())
	}
	return l.sorted()
}

// Qualify returns warnings of [Lint] about the same pattern as these messages
// leave them. What no documented event has is no [Never] when the pattern
// matches some of them: then it is a [Risk] and says so. The slice that is given
// stays as it is.
func (o *Observed) Qualify(warnings []Warning) []Warning {
	warnings = slices.Clone(warnings)
	if o.Matched == 0 {
		return warnings
	}
	l := &linter{pattern: o.pattern}
	for i := range warnings {
		w := &warnings[i]
		if w.Severity != Never {
			continue
		}
		part := o.partAt(w.Span)
		if !w.documented || part != nil && part.holds == 0 {
			w.Severity = Dead // another alternative matched
			continue
		}
		verb := "match"
		if o.Matched == 1 {
			verb = "matches"
		}
		w.Severity = Risk
		w.Message += fmt.Sprintf(": documented events never have it, but %d of these events %s", o.Matched, verb)
		if part != nil && w.Pattern != "" {
			l.offerBoth(w, part.Span)
		}
	}
	return warnings
}

// partAt returns the condition that a warning is about.
func (o *Observed) partAt(at Span) *observedPart {
	i := slices.IndexFunc(o.parts, func(p observedPart) bool { return p.Start <= at.Start && at.End <= p.End })
	if i < 0 {
		return nil
	}
	return &o.parts[i]
}

// offerBoth changes a suggestion that changes one condition: what that condition
// matches now shall not be lost.
func (l *linter) offerBoth(w *Warning, part Span) {
	source := l.pattern.source
	unchanged := len(source) - part.End
	if !strings.HasPrefix(w.Pattern, source[:part.Start]) || !strings.HasSuffix(w.Pattern, source[part.End:]) ||
		len(w.Pattern) < part.Start+unchanged {
		return
	}
	both := l.text(part) + " || " + w.Pattern[part.Start:len(w.Pattern)-unchanged]
	if !l.grouped(part) || !strings.HasPrefix(strings.TrimLeft(source[part.End:], blanks), ")") {
		both = "(" + both + ")"
	}
	w.Pattern = ""
	l.replace(w, part, both)
	w.Suggestion += "; accept both"
}

// events is how many messages a statement rests on.
func (o *Observed) events() string {
	if o.Messages == 1 {
		return "1 event"
	}
	return fmt.Sprintf("%d events", o.Messages)
}

// neverHolds looks for the reason why a condition holds for no message.
func (o *Observed) neverHolds(l *linter, c *Condition) {
	places, _, _ := o.find(c.Selector)
	if len(places) == 0 && len(o.limits) == 0 {
		o.absentName(l, c)
		return
	}
	var kinds [Array + 1]int
	for _, p := range places {
		for kind, n := range p.kinds {
			kinds[kind] += n
		}
	}
	if !c.fits(kinds) && len(o.limits) == 0 {
		l.warn(c.Span, Risk, "kind-not-seen", "%s is %s in %s, for which %s is always false", visible(c.Selector.String()),
			kindNames(kinds), o.events(), c.Op)
		return
	}
	if c.Op == Equal && c.Literal.Kind != Regex {
		o.absentValue(l, c, places, "")
		return
	}
	l.warn(c.Span, Risk, "never-held", "%s holds for none of %s", visible(c.String()), o.events())
}

// fits reports whether the operator can hold for one of the kinds.
func (c *Condition) fits(kinds [Array + 1]int) bool {
	switch {
	case c.Op == IsNull:
		return kinds[Null] > 0
	case c.Op == IsTrue:
		return kinds[True] > 0
	case c.Op == IsFalse:
		return kinds[False] > 0
	case c.Op.Ordering():
		return kinds[Numeric] > 0
	}
	return kinds[Numeric]+kinds[Text] > 0
}

func kindNames(kinds [Array + 1]int) string {
	var names []string
	for kind, n := range kinds {
		if n > 0 {
			names = append(names, ValueKind(kind).String())
		}
	}
	return strings.Join(names, " or ")
}

// absentName says that nothing stands where a selector leads to.
func (o *Observed) absentName(l *linter, c *Condition) {
	places, names, step := o.find(c.Selector)
	if len(places) > 0 {
		return
	}
	w := l.warn(step.Span, Risk, "key-not-seen", "%s does not occur in %s", visible(c.Selector.String()), o.events())
	if near := nearest(step.Name, names); step.Kind == Property && near != "" {
		w.suggest("%q does", near)
		l.replace(w, step.Span, Step{Kind: Property, Name: near}.String())
	}
}

// excludesNothing says that a value after != does not occur.
func (o *Observed) excludesNothing(l *linter, c *Condition) {
	places, _, _ := o.find(c.Selector)
	if c.Literal.Kind == Regex || len(o.limits) > 0 || slices.ContainsFunc(places, func(p *seen) bool { return p.more || p.holds(&c.Literal) }) {
		return
	}
	o.absentValue(l, c, places, ", so this excludes nothing")
}

func (p *seen) holds(literal *Literal) bool {
	for value := range p.values {
		if literal.equalsText([]byte(value)) {
			return true
		}
	}
	return false
}

func (o *Observed) absentValue(l *linter, c *Condition, places []*seen, effect string) {
	var values []string
	for _, p := range places {
		values = slices.AppendSeq(values, maps.Keys(p.values))
	}
	slices.Sort(values)
	w := l.warn(c.Literal.Span, Risk, "value-not-seen", "%s does not have the value %s in %s%s", visible(c.Selector.String()),
		c.Literal.show(), o.events(), effect)
	if near := nearest(c.Literal.Text, values); near != "" {
		w.suggest("%q occurs", near)
		l.replace(w, c.Literal.Span, Literal{Kind: Quoted, Text: near}.String())
	}
}
