package pattern

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Set matches many patterns at once. What a message costs depends on the
// patterns that may match it, not on how many there are: most messages are put
// aside by their eventName and a few texts that are not in them, the others are
// read once for all patterns, and what they hold leads to the few patterns that
// ask for it. A Set never changes and is safe for concurrent use.
type Set struct {
	patterns []*Pattern
	lines    []int // patterns that are not JSON

	// Before a message is read: which ones must be.
	names, sources map[string]bool // values of $.eventName, $.eventSource that patterns ask for
	need           need            // what the remaining patterns ask for
	needed         bool            // there are remaining patterns

	// Reading it: the paths of all patterns together.
	root  *path
	slots [][]int // for each JSON pattern: its slots to those of root
	exact bool

	// Once it was read: which patterns to evaluate.
	clues  []slotClues
	always []int
}

// slotClues are the patterns that ask for something at one place of a message.
type slotClues struct {
	slot    int
	byText  map[string][]int // those that want this very text
	present []int            // those that want any value
}

// NewSet makes a set of patterns that [Parse] returned. Patterns are known by
// their place in the slice, which the caller may change afterwards.
func NewSet(patterns []*Pattern) *Set {
	s := &Set{
		patterns: slices.Clone(patterns),
		names:    map[string]bool{},
		sources:  map[string]bool{},
		slots:    make([][]int, len(patterns)),
	}
	var conditions []*Condition
	for i, p := range s.patterns {
		if p.Kind == JSON {
			conditions = append(conditions, p.Conditions()...)
		} else {
			s.lines = append(s.lines, i)
		}
	}
	s.sharePaths(conditions)
	var needs []need
	for i, p := range s.patterns {
		if p.Kind != JSON {
			continue
		}
		clues := cluesOf(p.Root)
		s.file(i, clues)
		switch rank(clues) {
		case byEventName:
			addTexts(s.names, clues)
		case byEventSource:
			addTexts(s.sources, clues)
		default:
			needs = append(needs, p.plan.need)
		}
	}
	s.need, s.needed = either(needs, maxSetTexts), len(needs) > 0
	return s
}

// sharePaths merges what all patterns look at, given all their conditions.
func (s *Set) sharePaths(conditions []*Condition) {
	var paths []*path
	s.root, paths, s.exact = growPaths(conditions)
	s.clues = make([]slotClues, s.root.last)
	for slot := range s.clues {
		s.clues[slot] = slotClues{slot: slot, byText: map[string][]int{}}
	}
	next := 0
	for i, p := range s.patterns {
		if p.Kind != JSON {
			continue
		}
		s.slots[i] = make([]int, p.plan.root.last)
		for _, c := range p.Conditions() {
			s.slots[i][c.slot] = paths[next].slot
			next++
		}
	}
}

// file puts pattern i where its clues lead to.
func (s *Set) file(i int, clues []clue) {
	if clues == nil {
		s.always = append(s.always, i)
	}
	for _, c := range clues {
		at := &s.clues[s.slots[i][c.condition.slot]]
		if c.present {
			at.present = append(at.present, i)
		} else {
			at.byText[c.text()] = append(at.byText[c.text()], i)
		}
	}
}

func addTexts(to map[string]bool, clues []clue) {
	for _, c := range clues {
		to[c.text()] = true
	}
}

// Match appends to hits the places of the patterns that match the message,
// ascending, and returns the extended slice.
//
// eventName and eventSource are the texts of the properties of that name at the
// top of the message, raw and without quotes, of several the last; the caller
// has them anyway. They only save work: nil means unknown, and a text with an
// escape is taken for unknown too. Nothing is allocated unless hits must grow.
func (s *Set) Match(message, eventName, eventSource []byte, hits []int) []int {
	before := len(hits)
	for _, i := range s.lines {
		if s.patterns[i].Match(message) {
			hits = append(hits, i)
		}
	}
	if s.asksFor(s.names, eventName) || s.asksFor(s.sources, eventSource) || s.needed && !s.need.unmetBy(message) {
		r := readers.Get().(*reader)
		hits = s.read(r, message, hits)
		r.release()
	}
	slices.Sort(hits[before:])
	return hits
}

// asksFor reports whether a pattern asks for the text, or may do so.
func (s *Set) asksFor(texts map[string]bool, text []byte) bool {
	if len(texts) == 0 {
		return false
	}
	known := text != nil && bytes.IndexByte(text, '\\') < 0 && (!s.exact || utf8.Valid(text))
	return !known || texts[string(text)]
}

// read reads the message once, follows the clues it finds in it and evaluates
// the patterns they lead to.
func (s *Set) read(r *reader, message []byte, hits []int) []int {
	r.exact = s.exact
	if !r.read(message, s.root) {
		return hits
	}
	r.hits = append(r.hits[:0], s.always...)
	for i := range s.clues {
		c := &s.clues[i]
		f := r.found[c.slot]
		if f.kind == Missing {
			continue
		}
		r.hits = append(r.hits, c.present...)
		if f.kind.Scalar() && len(c.byText) > 0 {
			r.hits = append(r.hits, c.byText[string(r.raw(f))]...)
		}
	}
	slices.Sort(r.hits)
	for _, i := range slices.Compact(r.hits) {
		r.slots = s.slots[i]
		if r.holds(s.patterns[i].Root) {
			hits = append(hits, i)
		}
	}
	return hits
}
