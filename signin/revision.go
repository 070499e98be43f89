package signin

import (
	"slices"
	"time"
)

// revision is one change to what a Tracker knows: sign-ins are touched, judged
// again at the end, and the findings before and after are compared. Findings may
// move from one sign-in to another on the way.
type revision struct {
	tracker *Tracker
	touched []*attempt // in order; judged by conclude
	before  []Finding  // what stood in them
}

func (t *Tracker) revise() *revision { return &revision{tracker: t} }

// touch marks a sign-in to be judged again.
func (r *revision) touch(a *attempt) {
	if a.touched {
		return
	}
	a.touched = true
	r.touched = append(r.touched, a)
	r.before = append(r.before, a.findings...)
}

// take adds a record to what is known. Another record about a known event may say
// something new, and may move the event to another sign-in.
func (r *revision) take(step Step, received time.Time) {
	id := occurrenceOf(step)
	o, known := r.tracker.events[id]
	if !known {
		o = newOccurrence(step, received)
		r.tracker.events[id] = o
		r.attach(o)
		return
	}
	versions, folded := o.with(step)
	if len(versions) > 1 {
		o.versions = versions
	}
	if folded != o.step {
		r.detach(o)
		o.step = folded
		r.attach(o)
	}
}

// attach puts an event into its lane, where it can change the two sign-ins next to
// it: see apart.
func (r *revision) attach(o *occurrence) {
	k := keyOf(o.step)
	lane := r.tracker.lanes[k]
	after, _ := slices.BinarySearchFunc(lane, o, func(a *attempt, o *occurrence) int {
		return compareOccurrences(a.steps[0], o)
	})
	low, high := max(after-1, 0), min(after+1, len(lane))
	steps := stepsOf(lane[low:high])
	if len(steps) > 0 {
		o.share(steps[len(steps)-1].step)
	}
	i, _ := slices.BinarySearchFunc(steps, o, compareOccurrences)
	r.recut(k, low, high, slices.Insert(steps, i, o))
}

// detach takes an event out of its lane, where its sign-in may now fall apart or
// join with its neighbours.
func (r *revision) detach(o *occurrence) {
	k := o.home.key
	lane := r.tracker.lanes[k]
	i := slices.Index(lane, o.home)
	low, high := max(i-1, 0), min(i+2, len(lane))
	steps := slices.DeleteFunc(stepsOf(lane[low:high]), func(other *occurrence) bool { return other == o })
	r.recut(k, low, high, steps)
}

func stepsOf(lane []*attempt) []*occurrence {
	var steps []*occurrence
	for _, a := range lane {
		steps = append(steps, a.steps...)
	}
	return steps
}

// recut divides steps, in order of time, into sign-ins, which take the place of
// lane[low:high]. A sign-in whose steps stay the same is left alone.
func (r *revision) recut(k key, low, high int, steps []*occurrence) {
	t := r.tracker
	old := slices.Clone(t.lanes[k][low:high])
	pieces := cut(steps)
	dropped := 0
	for _, a := range old {
		if !slices.ContainsFunc(pieces, a.consistsOf) {
			r.touch(a)
			t.leave(a)
			dropped += a.dropped
			a.steps = nil
		}
	}
	var lane []*attempt
	for _, piece := range pieces {
		if i := slices.IndexFunc(old, func(a *attempt) bool { return a.consistsOf(piece) }); i >= 0 {
			lane = append(lane, old[i])
			continue
		}
		a := newAttempt(k, piece)
		a.place = t.recent.PushBack(a)
		a.dropped, dropped = dropped, 0
		r.touch(a)
		lane = append(lane, a)
	}
	t.setLane(k, slices.Replace(t.lanes[k], low, high, lane...))
}

// cut divides steps, in order of time, where they are apart.
func cut(steps []*occurrence) [][]*occurrence {
	var pieces [][]*occurrence
	for len(steps) > 0 {
		n := 1
		for n < len(steps) && !apart(steps[n-1].step, steps[n].step) {
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
		i := leastMissed(a.steps)
		id := a.steps[i].id
		a.steps = slices.Delete(a.steps, i, i+1)
		a.findings = slices.DeleteFunc(a.findings, func(f Finding) bool { return f.ID == id })
		a.dropped++
		delete(t.events, id)
		t.lost.Steps++
	}
}

// leastMissed returns the oldest step that is neither the first nor the last of its
// sort: without it a sign-in still has its right password, its last prompt, an
// answer and an end. If there is none, the one in the middle.
func leastMissed(steps []*occurrence) int {
	type sort struct {
		kind   Kind
		factor Factor
		result Result
	}
	sortOf := func(o *occurrence) sort { return sort{o.step.Kind, o.step.Factor, o.step.Result} }
	last := make(map[sort]int)
	for i, o := range steps {
		last[sortOf(o)] = i
	}
	seen := make(map[sort]bool)
	for i, o := range steps {
		sort := sortOf(o)
		if seen[sort] && last[sort] != i {
			return i
		}
		seen[sort] = true
	}
	return len(steps) / 2
}

// learn takes in a name and touches the sign-ins that were waiting for it.
func (r *revision) learn(p person, n naming) {
	if r.tracker.names.learn(p, n) {
		for a := range r.tracker.unnamed[p] {
			r.touch(a)
		}
	}
}

// conclude judges the sign-ins touched and returns what became of findings.
func (r *revision) conclude() []Change {
	t := r.tracker
	for i := 0; i < len(r.touched); i++ { // learning touches more
		a := r.touched[i]
		best := a.naming()
		for _, o := range a.steps {
			r.learn(personOf(o.step), best)
		}
	}
	var after []Finding
	for _, a := range r.touched {
		a.touched = false
		if a.steps == nil {
			continue
		}
		a.verdict = a.judge(t.now, false, t.names.name(a.person()))
		a.findings = slices.Clone(a.verdict.findings)
		after = append(after, a.findings...)
		t.expect(a)
	}
	changes := compareFindings(r.before, after, t.reason)
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
	switch v := o.home.verdict; {
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
