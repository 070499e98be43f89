package signin

import (
	"reflect"
	"slices"
	"time"
)

// revision is one change to what a Tracker knows: sign-ins are touched, judged
// again at the end, and the findings before and after are compared. Findings may
// move from one sign-in to another on the way.
type revision struct {
	tracker *Tracker
	touched []*attempt // in order; judged by conclude
	before  []verdict  // what stood in each of them
}

func (t *Tracker) revise() *revision { return &revision{tracker: t} }

// touch marks a sign-in to be judged again.
func (r *revision) touch(a *attempt) {
	if a.touched {
		return
	}
	a.touched = true
	r.touched = append(r.touched, a)
	r.before = append(r.before, a.verdict)
}

// take adds a record to what is known. Another record about a known event may say
// something new, and may move the event to another sign-in.
func (r *revision) take(s Step, received time.Time) {
	t := r.tracker
	id := occurrenceOf(&s)
	known := t.events[id]
	if known == nil {
		o := newOccurrence([]Step{s}, received)
		t.events[id] = o
		r.attach(o)
		return
	}
	o := newOccurrence(known.with(s), known.received)
	if o.step == known.step {
		known.records = o.records
		return
	}
	r.detach(known)
	t.events[id] = o
	r.attach(o)
}

// attach puts an event into its lane, where it can change the two sign-ins next to
// it: see apart.
func (r *revision) attach(o *occurrence) {
	t, k := r.tracker, keyOf(&o.step)
	lane := t.lanes[k]
	after, _ := slices.BinarySearchFunc(lane, o, func(a *attempt, o *occurrence) int {
		return compareOccurrences(a.first(), o)
	})
	if after > 0 {
		a := lane[after-1]
		o.share(&a.last().step)
		if i, ok := a.placeFor(o, lane[after:]); ok {
			r.touch(a)
			a.insert(i, o)
			t.recent.MoveToBack(a.place)
			return
		}
	}
	low, high := max(after-1, 0), min(after+1, len(lane))
	steps := stepsOf(lane[low:high])
	i, _ := slices.BinarySearchFunc(steps, o, compareOccurrences)
	r.recut(k, low, high, slices.Insert(steps, i, o))
}

// placeFor returns where an event that is not before a belongs in it, if nothing
// changes but that a has one step more: so nearly all arrive, and those of an attack
// would be too many for recut. Later sign-ins of the lane follow.
func (a *attempt) placeFor(o *occurrence, later []*attempt) (i int, ok bool) {
	i, _ = slices.BinarySearchFunc(a.steps, o, compareOccurrences)
	if apart(&a.steps[i-1].step, &o.step) {
		return 0, false
	}
	switch {
	case i < len(a.steps):
		return i, !apart(&o.step, &a.steps[i].step)
	case len(later) > 0:
		return i, apart(&o.step, &later[0].first().step)
	default:
		return i, true
	}
}

// detach takes an event out of its lane, where its sign-in may now fall apart or
// join with its neighbours.
func (r *revision) detach(o *occurrence) {
	k := o.home.key
	lane := r.tracker.lanes[k]
	i := o.home.indexIn(lane)
	low, high := max(i-1, 0), min(i+2, len(lane))
	steps := slices.DeleteFunc(stepsOf(lane[low:high]), func(other *occurrence) bool { return other == o })
	r.recut(k, low, high, steps)
}

// indexIn returns where a is in its lane, which is in order of time.
func (a *attempt) indexIn(lane []*attempt) int {
	i, _ := slices.BinarySearchFunc(lane, a, func(b, a *attempt) int { return compareOccurrences(b.first(), a.first()) })
	return i
}

func stepsOf(lane []*attempt) []*occurrence {
	var steps []*occurrence
	for _, a := range lane {
		steps = append(steps, a.steps...)
	}
	return steps
}

// recut divides steps, in order of time, into sign-ins, which take the place of
// lane[low:high]. A sign-in whose steps stay the same is left alone; the others are
// used again, so that most findings of theirs need no comparing.
func (r *revision) recut(k key, low, high int, steps []*occurrence) {
	t := r.tracker
	pieces := cut(steps)
	old := slices.Clone(t.lanes[k][low:high])
	same := func(piece []*occurrence) int {
		return slices.IndexFunc(old, func(a *attempt) bool { return a.consistsOf(piece) })
	}
	lane := make([]*attempt, len(pieces))
	for i, piece := range pieces {
		if j := same(piece); j >= 0 {
			lane[i] = old[j]
			old = slices.Delete(old, j, j+1)
		}
	}
	for i, piece := range pieces {
		if lane[i] != nil {
			continue
		}
		var a *attempt
		if len(old) > 0 {
			a, old = old[0], old[1:]
			r.touch(a)
			t.recent.MoveToBack(a.place)
		} else {
			a = &attempt{key: k}
			a.place = t.recent.PushBack(a)
			r.touch(a)
		}
		a.become(piece)
		lane[i] = a
	}
	for _, a := range old {
		r.touch(a)
		t.leave(a)
		a.steps = nil
		if len(lane) > 0 {
			lane[0].dropped += a.dropped
		}
	}
	t.setLane(k, slices.Replace(t.lanes[k], low, high, lane...))
}

// cut divides steps, in order of time, where they are apart.
func cut(steps []*occurrence) [][]*occurrence {
	var pieces [][]*occurrence
	for len(steps) > 0 {
		n := 1
		for n < len(steps) && !apart(&steps[n-1].step, &steps[n].step) {
			n++
		}
		pieces = append(pieces, slices.Clone(steps[:n]))
		steps = steps[n:]
	}
	return pieces
}

// trim drops events from a sign-in that holds too many. It comes after the verdict,
// so that no failure goes untold; findings about dropped events stand for good.
func (t *Tracker) trim(a *attempt) {
	for len(a.steps) > t.limits.StepsPerSignIn {
		i := a.leastMissed()
		o := a.steps[i]
		a.steps = slices.Delete(a.steps, i, i+1)
		a.reading.failed = slices.DeleteFunc(a.reading.failed, func(f fact) bool { return f.event == o })
		if len(a.verdict.failed) > 0 {
			a.verdict.failed = a.reading.failed
		}
		a.dropped++
		delete(t.events, o.id)
		t.lost.Steps++
	}
}

// leastMissed returns the oldest step that is neither the first nor the last of its
// sort: without it a sign-in still has its right password, its last prompt, an
// answer and an end. If there is none, one in the middle. In an attack it is among the
// first few, so searching beats an index.
func (a *attempt) leastMissed() int {
	for i, o := range a.steps {
		if slices.ContainsFunc(a.steps[:i], o.isSort) && slices.ContainsFunc(a.steps[i+1:], o.isSort) {
			return i
		}
	}
	i := len(a.steps) / 2
	if a.steps[i] == a.reading.prompt { // which may be a finding, or become one
		i--
	}
	return i
}

func (o *occurrence) isSort(other *occurrence) bool {
	a, b := &o.step, &other.step
	return a.Kind == b.Kind && a.Factor == b.Factor && a.Result == b.Result
}

// conclude judges the sign-ins touched and returns what became of findings.
func (r *revision) conclude() []Change {
	t := r.tracker
	for _, a := range r.touched {
		if len(a.steps) > 0 {
			a.readAgain()
			t.names.enter(a)
		}
	}
	var c comparison
	for i, a := range r.touched {
		a.touched = false
		if len(a.steps) == 0 {
			c.add(&r.before[i], &verdict{})
			continue
		}
		a.verdict = a.reading.judge(t.now, false, t.learned(a))
		c.add(&r.before[i], &a.verdict)
		t.expect(a)
	}
	changes := c.changes(t.reason)
	for _, a := range r.touched {
		t.trim(a)
	}
	return changes
}

// reason says why a finding that was reported does not stand any longer.
func (t *Tracker) reason(f Finding) Reason {
	o, ok := t.events[f.ID]
	if !ok {
		return Corrected
	}
	switch v := &o.home.verdict; {
	case elsewhere(v.identity):
		return NotAWS
	case f.Kind == MFAAbandoned && v.answered:
		return Answered
	case f.Kind == MFAAbandoned && v.prompt != f.ID:
		return AskedAgain
	default:
		return Corrected
	}
}

// comparison gathers the facts of sign-ins before and after, without those that are
// known to be the same.
type comparison struct{ before, after []claim }

// claim is a fact of somebody's: what makes a finding.
type claim struct {
	fact
	who
}

// add takes in what one sign-in said and says. What did not change in it is at the
// beginning and the end of what was known, in nearly all cases: there is no need to
// look at it.
func (c *comparison) add(before, after *verdict) {
	was, is := before.failed, after.failed
	if before.who == after.who {
		for len(was) > 0 && len(is) > 0 && was[0] == is[0] {
			was, is = was[1:], is[1:]
		}
		for len(was) > 0 && len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
			was, is = was[:len(was)-1], is[:len(is)-1]
		}
	}
	c.before = before.claim(c.before, was)
	c.after = after.claim(c.after, is)
}

// claim appends the given facts of a verdict, and its open prompt, to claims.
func (v *verdict) claim(claims []claim, facts []fact) []claim {
	for _, f := range facts {
		claims = append(claims, claim{f, v.who})
	}
	if v.open.event != nil {
		claims = append(claims, claim{v.open, v.who})
	}
	return claims
}

func (c claim) finding() Finding { return c.fact.finding(c.who) }

// changes returns what became of the findings before, if those after stand now:
// first what was withdrawn, each in order of time.
func (c *comparison) changes(reason func(Finding) Reason) []Change {
	stood := make(map[FindingKey]claim, len(c.before))
	for _, old := range c.before {
		stood[old.key()] = old
	}
	var withdrawn, stand []Change
	for _, now := range c.after {
		old, ok := stood[now.key()]
		delete(stood, now.key())
		if old == now {
			continue
		}
		change := Change{Kind: Reported, Finding: now.finding()}
		if ok {
			change.Kind = Amended
			if reflect.DeepEqual(old.finding(), change.Finding) {
				continue
			}
		}
		stand = append(stand, change)
	}
	for _, old := range stood {
		f := old.finding()
		withdrawn = append(withdrawn, Change{Kind: Withdrawn, Finding: f, Reason: reason(f)})
	}
	byTime := func(a, b Change) int { return inOrder(a.Finding, b.Finding) }
	slices.SortFunc(withdrawn, byTime)
	slices.SortFunc(stand, byTime)
	return append(withdrawn, stand...)
}

func (c claim) key() FindingKey { return FindingKey{c.kind, c.event.id} }
