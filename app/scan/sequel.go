package scan

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trailbell/trailbell/event"
	"github.com/trailbell/trailbell/signin"
)

// SequelWindow is how long after a sign-in stopped at MFA a success of the same person is
// still told together with it. A working day passes between the two if a stranger tries at
// night.
const SequelWindow = 24 * time.Hour

// A Sequel is the success that followed when a sign-in had stopped at MFA: the earliest of
// the same person, from whatever address. A later one from the address of the owner must
// not hide it.
type Sequel struct {
	Time       time.Time
	SourceIP   string
	WithoutMFA bool // no second factor was used
	// WrongCodes is how many wrong codes the person had given until then, in all
	// sign-ins since the success before, or in SequelWindow. An answer that cannot be
	// guessed, such as that of a security key, is no code.
	WrongCodes int
}

// conduct is what one person did, as far as it is known.
type conduct struct {
	successes []success   // by time, once all are gathered
	wrong     []wrongCode // by time and id, each once, once all are gathered
}

type success struct {
	at         time.Time
	sourceIP   string
	withoutMFA bool
}

func (s success) compareTime(t time.Time) int { return s.at.Compare(t) }

type wrongCode struct {
	at time.Time
	id event.ID
}

func (w wrongCode) compareTime(t time.Time) int { return w.at.Compare(t) }

// sequels returns Summary.Sequel.
func (c *collector) sequels() func(signin.SignIn) (Sequel, bool) {
	gather := sync.OnceFunc(c.gatherConduct)
	return func(s signin.SignIn) (Sequel, bool) {
		gather()
		first, last := c.stops(s)
		// Only within one sign-in is it known what came first in the same second.
		next, found := successOf(s)
		found = found && !next.at.Before(first)
		persons := personsOf(s)
		for _, who := range persons {
			other, ok := c.people[who].firstSuccess(first, last.Add(SequelWindow))
			if ok && (!found || other.at.Before(next.at)) {
				next, found = other, true
			}
		}
		if !found {
			return Sequel{}, false
		}
		sequel := Sequel{Time: next.at, SourceIP: next.sourceIP, WithoutMFA: next.withoutMFA}
		for _, who := range persons {
			sequel.WrongCodes = max(sequel.WrongCodes, c.people[who].wrongCodes(first, next.at))
		}
		return sequel, true
	}
}

// stops returns the times of the first and the last finding of s that is asked for.
func (c *collector) stops(s signin.SignIn) (first, last time.Time) {
	for _, f := range s.Findings {
		if !c.scan.options.within(f.Time) {
			continue
		}
		if first.IsZero() || f.Time.Before(first) {
			first = f.Time
		}
		if f.Time.After(last) {
			last = f.Time
		}
	}
	return first, last
}

// firstSuccess returns the earliest success after one time and no later than the other.
func (d *conduct) firstSuccess(after, until time.Time) (success, bool) {
	if d == nil {
		return success{}, false
	}
	i, _ := slices.BinarySearchFunc(d.successes, after.Add(1), success.compareTime)
	if i == len(d.successes) || d.successes[i].at.After(until) {
		return success{}, false
	}
	return d.successes[i], true
}

// wrongCodes counts the wrong codes until the given time that belong to a failure: those
// since the last success before it, or in SequelWindow.
func (d *conduct) wrongCodes(failure, until time.Time) int {
	if d == nil {
		return 0
	}
	from := until.Add(-SequelWindow)
	if i, _ := slices.BinarySearchFunc(d.successes, failure, success.compareTime); i > 0 && d.successes[i-1].at.After(from) {
		from = d.successes[i-1].at
	}
	begin, _ := slices.BinarySearchFunc(d.wrong, from, wrongCode.compareTime)
	end, _ := slices.BinarySearchFunc(d.wrong, until.Add(1), wrongCode.compareTime)
	return max(0, end-begin)
}

// gatherConduct completes what is known of the people of whom there is a finding.
func (c *collector) gatherConduct() {
	for s := range c.signIns() {
		for _, who := range personsOf(s) {
			d := c.person(who)
			for _, f := range s.Findings {
				if f.Kind == signin.MFAFailed && isCode(f.Factor) {
					d.wrong = append(d.wrong, wrongCode{f.Time, f.ID})
				}
			}
		}
	}
	for s := range c.tracker.SignIns() {
		c.succeed(s)
	}
	for _, d := range c.people {
		slices.SortStableFunc(d.successes, func(a, b success) int { return a.at.Compare(b.at) })
		slices.SortFunc(d.wrong, func(a, b wrongCode) int {
			return cmp.Or(a.at.Compare(b.at), bytes.Compare(a.id[:], b.id[:]))
		})
		// A failure that the tracker forgot and met again stands in two sign-ins.
		d.wrong = slices.CompactFunc(d.wrong, func(a, b wrongCode) bool { return a.id == b.id })
	}
}

// isCode reports whether an answer is a short number. What a factor of no name is, is not
// known; most are codes.
func isCode(f signin.Factor) bool {
	return f != signin.WebAuthn && f != signin.SmartCard && f != signin.ExternalIdP
}

// person begins to follow somebody, unless that is done already.
func (c *collector) person(who person) *conduct {
	d := c.people[who]
	if d == nil {
		d = new(conduct)
		c.people[who] = d
	}
	return d
}

// succeed remembers a sign-in that succeeded, of somebody who is followed.
func (c *collector) succeed(s signin.SignIn) {
	next, ok := successOf(s)
	if !ok {
		return
	}
	for _, who := range personsOf(s) {
		if d := c.people[who]; d != nil && c.kept < maxKeptSuccesses {
			d.successes = append(d.successes, next)
			c.kept++
		}
	}
}

// maxKeptSuccesses bounds the successes kept of all people together: 15 MB.
const maxKeptSuccesses = 1 << 18

// successOf returns how a sign-in succeeded, if it did so at AWS itself.
func successOf(s signin.SignIn) (success, bool) {
	switch s.Outcome {
	case signin.Succeeded, signin.SucceededWithMFA, signin.SucceededEnrolling, signin.FailedThenSucceeded:
	default:
		return success{}, false
	}
	for _, step := range slices.Backward(s.Steps) {
		if step.Kind != signin.ConsoleLogin && step.Kind != signin.UserAuthentication || step.Result == signin.Failure {
			continue
		}
		verified := slices.ContainsFunc(s.Steps, func(step signin.Step) bool { return step.Situation == signin.FactorRight })
		return success{step.Time, step.SourceIP, step.Situation == signin.SignedIn && !verified}, true
	}
	return success{}, false
}

// person is by what somebody is known again: an id or a name, within an account.
type person struct{ account, id, name string }

// personsOf returns by what the one who signs in may be known in another sign-in. A failed
// sign-in to Identity Center often has the name and no id, a later success both.
func personsOf(s signin.SignIn) []person {
	var all []person
	if s.SubjectID != "" {
		all = append(all, person{account: s.Account, id: s.SubjectID})
	}
	if s.Subject != "" {
		all = append(all, person{account: s.Account, name: string(s.Identity) + "/" + strings.ToLower(s.Subject)})
	}
	return all
}
