package signin

import (
	"cmp"
	"container/list"
	"slices"
	"strings"
	"time"
)

// person is whom a name can be learned for.
type person struct{ account, userID string }

func personOf(s *Step) person { return person{s.Account, s.UserID} }

// naming is a name and how much it is worth: one typed into the page more than a
// userName, a later one more than an earlier one. The order is total, so what is
// learned does not depend on the order of arrival.
type naming struct {
	name  string
	typed bool
	when  time.Time
}

func namingOf(s *Step) naming {
	return naming{firstOf(s.TypedName, s.UserName), s.TypedName != "", s.Time}
}

func (n naming) less(other naming) bool {
	return other.name != "" && cmp.Or(
		compareBool(n.name != "", other.name != ""),
		compareBool(n.typed, other.typed),
		n.when.Compare(other.when),
		strings.Compare(n.name, other.name),
	) < 0
}

// directory knows the names of people by onBehalfOf.userId: a sign-in of Identity
// Center names its user in one event at most, and one that fails may not at all.
//
// A name is what the sign-ins that are kept give now, so that a correction of a name
// leaves no trace, and what was taught by events that are not kept.
type directory struct {
	limit   int
	people  map[person]*individual
	taught  list.List            // those with a taught naming, the longest untaught first
	changed map[*individual]bool // those whose name may be another since names were entered
}

// individual is one person in the directory.
type individual struct {
	person  person
	naming  naming            // the best, unless in doubt
	doubt   bool              // what gave it may give it no longer
	taught  naming            // by events that are not kept
	place   *list.Element     // in directory.taught; nil if nothing was taught
	named   map[*attempt]bool // the person's sign-ins that give a name
	unnamed map[*attempt]bool // and those that do not
}

// entered is what the directory knows a sign-in by.
type entered struct {
	people []person
	naming naming
}

func newDirectory(limit int) directory {
	return directory{limit: limit, people: make(map[person]*individual), changed: make(map[*individual]bool)}
}

// name returns the name of p as far as it is known; empty if it is not.
func (d *directory) name(p person) string {
	if who, ok := d.people[p]; ok {
		return who.naming.name
	}
	return ""
}

// teach takes in a name that no sign-in gives. When there are too many people, the one
// that was taught longest ago is forgotten.
func (d *directory) teach(p person, n naming) {
	if p.userID == "" || n.name == "" {
		return
	}
	who := d.individual(p)
	if who.place == nil {
		who.place = d.taught.PushBack(who)
	}
	d.taught.MoveToBack(who.place)
	if who.taught.less(n) {
		who.taught = n
		d.improve(who, n)
	}
	if d.taught.Len() > d.limit {
		oldest := d.taught.Remove(d.taught.Front()).(*individual)
		oldest.place, oldest.taught = nil, naming{}
		d.question(oldest)
		d.tidy(oldest)
	}
}

// enter takes in what a sign-in says now about people and their name.
func (d *directory) enter(a *attempt) {
	now := entered{a.reading.people, a.reading.name}
	was := a.entered
	if was.naming == now.naming && slices.Equal(was.people, now.people) {
		return
	}
	d.leave(a)
	a.entered = now
	for _, p := range now.people {
		who := d.individual(p)
		group := &who.named
		if now.naming.name == "" {
			group = &who.unnamed
		}
		if *group == nil {
			*group = make(map[*attempt]bool, 1)
		}
		(*group)[a] = true
		d.improve(who, now.naming)
	}
}

// leave takes out a sign-in that is no more, or says something else.
func (d *directory) leave(a *attempt) {
	for _, p := range a.entered.people {
		who := d.people[p]
		delete(who.named, a)
		delete(who.unnamed, a)
		if n := a.entered.naming; n.name != "" && who.naming == n && who.taught != n {
			d.question(who)
		}
		d.tidy(who)
	}
	a.entered = entered{}
}

// question notes that the name of somebody has to be looked up again.
func (d *directory) question(who *individual) { who.doubt, d.changed[who] = true, true }

// improve takes in a naming that may be better.
func (d *directory) improve(who *individual, n naming) {
	if who.naming.less(n) {
		if who.naming.name != n.name {
			d.changed[who] = true
		}
		who.naming = n
	}
}

func (d *directory) individual(p person) *individual {
	who := d.people[p]
	if who == nil {
		who = &individual{person: p}
		d.people[p] = who
	}
	return who
}

// tidy forgets somebody of whom nothing is known any longer.
func (d *directory) tidy(who *individual) {
	if len(who.named)+len(who.unnamed) == 0 && who.place == nil {
		delete(d.people, who.person)
		delete(d.changed, who)
	}
}

// settle yields the sign-ins whose person has another name than they were judged with.
func (d *directory) settle(yield func(*attempt)) {
	for who := range d.changed {
		if who.doubt {
			who.lookUp()
		}
		for a := range who.unnamed {
			if a.reading.person == who.person && a.learned != who.naming.name && a.renamed < maxRenames {
				yield(a)
			}
		}
	}
	clear(d.changed)
}

func (who *individual) lookUp() {
	who.doubt, who.naming = false, who.taught
	for a := range who.named {
		if n := a.entered.naming; who.naming.less(n) {
			who.naming = n
		}
	}
}
