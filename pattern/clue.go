package pattern

import (
	"cmp"
	"slices"
)

// clue is something that a message shows once it has been read: the place a
// condition looks at holds the very text of its literal, or a value at all.
type clue struct {
	condition *Condition
	present   bool // any value will do
}

func (c clue) text() string { return c.condition.Literal.Text }

// cluesOf returns clues of which a message that satisfies the tree shows at least
// one, or nil if there are none. A conjunction takes its best part, a disjunction
// needs all of them.
func cluesOf(n Node) []clue {
	switch n := n.(type) {
	case *And:
		var best []clue
		for _, part := range n.Nodes {
			if clues := cluesOf(part); clues != nil && (best == nil || compareClues(clues, best) < 0) {
				best = clues
			}
		}
		return best
	case *Or:
		var all []clue
		for _, part := range n.Nodes {
			clues := cluesOf(part)
			if clues == nil {
				return nil
			}
			all = append(all, clues...)
		}
		return all
	case *Condition:
		if n.Op == NotExists {
			return nil
		}
		l := &n.Literal
		text := n.Op == Equal && n.wildcard < 0 && (l.Kind == Bare || l.Kind == Quoted) && !l.Stars()
		return []clue{{condition: n, present: !text}}
	}
	return nil
}

// clueRank orders clues by how much work they save.
type clueRank int

const (
	byEventName   clueRank = iota // texts of $.eventName: known before the message is read
	byEventSource                 // the same of $.eventSource, of which there are fewer
	byText
	byValue    // some texts or numbers only, as in $.errorCode = "AccessDenied*"
	byPresence // the rest, such as !=, which most values satisfy
)

func compareClues(a, b []clue) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(len(a), len(b)))
}

func rank(clues []clue) clueRank {
	all := func(holds func(clue) bool) bool {
		return len(clues) > 0 && !slices.ContainsFunc(clues, func(c clue) bool { return !holds(c) })
	}
	about := func(name string) func(clue) bool {
		return func(c clue) bool {
			steps := c.condition.Selector.Steps
			return !c.present && len(steps) == 1 && steps[0].Kind == Property && steps[0].Name == name
		}
	}
	switch {
	case all(about("eventName")):
		return byEventName
	case all(about("eventSource")):
		return byEventSource
	case all(func(c clue) bool { return !c.present }):
		return byText
	case all(func(c clue) bool { return c.condition.Op == Equal }):
		return byValue
	}
	return byPresence
}
