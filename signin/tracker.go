package signin

import (
	"container/list"
	"iter"
	"slices"
	"time"

	"github.com/trailbell/trailbell/event"
)

// Defaults of [Limits]. Measured: 1.1 KB for each step of ordinary sign-ins, 8 KB
// for a sign-in of one step whose texts are all as long as they may be; full, a
// Tracker takes 140 MB, under attack less than 1 GB. A step behind all others of its
// sign-in costs some 3 microseconds, one among them 10: that is why a sign-in is short.
const (
	DefaultSignIns        = 1 << 16
	DefaultSteps          = 1 << 17
	DefaultStepsPerSignIn = 32
	DefaultNames          = 1 << 16
)

// maxRenames bounds how often the findings of one sign-in are amended because its
// person, whom its own steps do not name, gets another name: who types names into the
// page decides how often that is. The last one entered stays.
const maxRenames = 32

// Retention is how long a sign-in whose receipt is known is kept after its last
// step was received. CloudTrail may deliver hours late, and twice.
const Retention = 24 * time.Hour

// Limits bounds what a Tracker keeps. A zero field means the default.
//
// When there are too many sign-ins or steps, the sign-in that was not touched for
// longest is settled and forgotten. Its findings are final: a prompt that still
// waits is reported as abandoned at once, as probable, unless Tracker.Verdict says when
// it would have been; an answer, a duplicate or a
// name that arrives later does not find it and begins a sign-in of its own, so that
// a failure may be reported again under the same Kind and ID.
//
// When there are too many steps in one sign-in, the oldest that only repeats others
// is dropped. If it was a failure, that finding stands; a duplicate of it that arrives
// later is reported again under the same Kind and ID.
type Limits struct {
	SignIns        int // sign-ins kept
	Steps          int // events kept, in all sign-ins together
	StepsPerSignIn int // events kept in one sign-in
	Names          int // names kept for onBehalfOf.userId
}

// Lost counts what the limits have cost so far.
type Lost struct {
	SignIns int // sign-ins settled and forgotten to make room
	Steps   int // events dropped from within a sign-in
}

// Tracker follows sign-ins and says what is to be told about them. The findings
// that stand after a last Advance depend on the steps alone, not on the order in
// which they came, on duplicates, or on what was asked in between, as long as no
// limit was reached and nothing came later than [Retention].
//
// A Tracker is for one goroutine at a time. It starts none and never asks for the
// time.
type Tracker struct {
	// Forgotten, if set, is called with each sign-in that is settled and forgotten,
	// with its final findings. It must not use the Tracker.
	Forgotten func(SignIn)
	// Verdict, if set, is the time of the last Advance to come: a sign-in that must be
	// forgotten before is judged as it will be then. It is for archives, which end.
	Verdict time.Time

	limits  Limits
	now     time.Time // the latest that was given
	events  map[event.ID]*occurrence
	lanes   map[key][]*attempt // in order of time
	recent  list.List          // of *attempt, the longest untouched first
	waiting map[*attempt]bool  // those with a prompt that may come to be abandoned
	names   directory
	lost    Lost
}

// NewTracker returns a Tracker that has seen nothing.
func NewTracker(limits Limits) *Tracker {
	orDefault := func(n *int, value int) {
		if *n <= 0 {
			*n = value
		}
	}
	orDefault(&limits.SignIns, DefaultSignIns)
	orDefault(&limits.Steps, DefaultSteps)
	orDefault(&limits.StepsPerSignIn, DefaultStepsPerSignIn)
	orDefault(&limits.Names, DefaultNames)
	return &Tracker{
		limits:  limits,
		events:  make(map[event.ID]*occurrence),
		lanes:   make(map[key][]*attempt),
		waiting: make(map[*attempt]bool),
		names:   newDirectory(limits.Names),
	}
}

// Add takes in one step, received at now, and returns what became of findings. A
// zero now means that the time of receipt is not known, as in an archive; then
// nothing is abandoned before Advance is told a time.
//
// Steps that belong to no sign-in, such as a change of MFA devices, are not kept;
// they only teach names. A name that one sign-in gives to the findings of another is
// entered by the next Advance.
func (t *Tracker) Add(step Step, now time.Time) []Change {
	t.setNow(now)
	step.Time = step.Time.Round(0).UTC()
	r := t.revise()
	if step.Kind.InSignIn() {
		r.take(step, now)
	} else {
		t.names.teach(personOf(&step), namingOf(&step))
	}
	changes := r.conclude()
	for t.recent.Len() > t.limits.SignIns || len(t.events) > t.limits.Steps {
		changes = append(changes, t.settle(t.oldest())...)
		t.lost.SignIns++
	}
	return changes
}

// Advance says that it is now and returns what that decides: prompts that were not
// answered in time, and names that were learned meanwhile. Call it once at the end of an archive, or now and then; a time
// before one given already counts as that.
func (t *Tracker) Advance(now time.Time) []Change {
	t.setNow(now)
	r := t.revise()
	for a := range t.waiting {
		if !t.now.Before(a.verdict.due) {
			r.touch(a)
		}
	}
	t.names.settle(r.touch)
	changes := r.conclude()
	for a := t.oldest(); a != nil && a.expired(t.now); a = t.oldest() {
		changes = append(changes, t.settle(a)...) // a prompt dated in the future still waits
	}
	return changes
}

func (t *Tracker) setNow(now time.Time) {
	if now.After(t.now) {
		t.now = now
	}
}

// SignIns yields the sign-ins that are kept, oldest first, as they stand now. The
// Tracker must not be used meanwhile.
func (t *Tracker) SignIns() iter.Seq[SignIn] {
	return func(yield func(SignIn) bool) {
		var all []*attempt
		for e := t.recent.Front(); e != nil; e = e.Next() {
			all = append(all, e.Value.(*attempt))
		}
		slices.SortFunc(all, func(a, b *attempt) int { return compareOccurrences(a.first(), b.first()) })
		for _, a := range all {
			if !yield(a.view()) {
				return
			}
		}
	}
}

// Lost returns what the limits have cost so far.
func (t *Tracker) Lost() Lost { return t.lost }

// oldest returns the sign-in that was not touched for longest; nil if none is kept.
func (t *Tracker) oldest() *attempt {
	if e := t.recent.Front(); e != nil {
		return e.Value.(*attempt)
	}
	return nil
}

// settle decides what waits and forgets the sign-in.
func (t *Tracker) settle(a *attempt) []Change {
	now, live := t.now, t.Verdict.IsZero()
	if t.Verdict.After(now) {
		now = t.Verdict
	}
	v := a.reading.judge(now, live, t.learned(a))
	var c comparison
	c.add(&a.verdict, &v)
	changes := c.changes(t.reason)
	if t.Forgotten != nil {
		a.verdict = v
		t.Forgotten(a.view())
	}
	for _, o := range a.steps {
		delete(t.events, o.id)
	}
	for _, p := range a.reading.people {
		t.names.teach(p, a.reading.name)
	}
	t.leave(a)
	lane := t.lanes[a.key]
	if lane[0] == a { // the usual one; a lane may be long
		lane[0] = nil
		t.setLane(a.key, lane[1:])
	} else {
		i := a.indexIn(lane)
		t.setLane(a.key, slices.Delete(lane, i, i+1))
	}
	return changes
}

func (t *Tracker) setLane(k key, lane []*attempt) {
	if len(lane) == 0 {
		delete(t.lanes, k)
		return
	}
	t.lanes[k] = lane
}

// leave takes a sign-in out of every index but its lane.
func (t *Tracker) leave(a *attempt) {
	t.recent.Remove(a.place)
	t.names.leave(a)
	delete(t.waiting, a)
}

// expect enters a sign-in, as its verdict stands, where time finds it.
func (t *Tracker) expect(a *attempt) {
	if a.verdict.due.After(t.now) {
		t.waiting[a] = true
	} else {
		delete(t.waiting, a)
	}
}

// learned returns the name that is known for the person of a sign-in, if its own steps
// give none: see maxRenames.
func (t *Tracker) learned(a *attempt) string {
	if a.reading.name.name != "" {
		return ""
	}
	if name := t.names.name(a.reading.person); name != a.learned && a.renamed < maxRenames {
		a.learned = name
		a.renamed++
	}
	return a.learned
}
