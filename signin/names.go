package signin

import "container/list"

// directory keeps the names learned for onBehalfOf.userId: a sign-in of Identity
// Center names its user in one event at most, and one that fails may not at all.
type directory struct {
	limit  int
	people map[person]*list.Element // of entry
	oldest list.List                // the longest unlearned at the front
}

type entry struct {
	person person
	naming naming
}

// name returns the name learned for p; empty if there is none.
func (d *directory) name(p person) string {
	if e, ok := d.people[p]; ok {
		return e.Value.(entry).naming.name
	}
	return ""
}

// learn takes in a name and reports whether the person has another name now. When
// there are too many people, the one that was not named for longest is forgotten.
func (d *directory) learn(p person, n naming) bool {
	if p.userID == "" || n.name == "" {
		return false
	}
	e, ok := d.people[p]
	if !ok {
		d.people[p] = d.oldest.PushBack(entry{p, n})
		if d.oldest.Len() > d.limit {
			delete(d.people, d.oldest.Remove(d.oldest.Front()).(entry).person)
		}
		return true
	}
	d.oldest.MoveToBack(e)
	before := e.Value.(entry).naming
	if !before.less(n) {
		return false
	}
	e.Value = entry{p, n}
	return before.name != n.name
}
