package scan

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trailbell/trailbell/signin"
)

// SequelWindow is how long after a sign-in stopped at MFA a success of the same person is
// still told together with it. A working day passes between the two if a stranger tries at
// night.
const SequelWindow = 24 * time.Hour

// A Sequel is the end of a sign-in that succeeded after another one had stopped at MFA.
type Sequel struct {
	Time     time.Time
	SourceIP string
	Outcome  signin.Outcome
}

// sequels returns Summary.Sequel. It prefers a success from an address that the stopped
// sign-in came from as well, and of several the earliest.
func (c *collector) sequels() func(signin.SignIn) (Sequel, bool) {
	gather := sync.OnceFunc(c.gatherSuccesses)
	return func(s signin.SignIn) (Sequel, bool) {
		gather()
		var best Sequel
		found, same := false, false
		for _, who := range personsOf(s) {
			for _, next := range after(c.successes[who], s.End) {
				here := slices.ContainsFunc(s.Steps, func(step signin.Step) bool { return step.SourceIP == next.SourceIP })
				if !found || here && !same || here == same && next.Time.Before(best.Time) {
					best, found, same = next, true, here
				}
			}
		}
		return best, found
	}
}

// maxSequels is how many successes of one person are looked at: more than anybody has in a
// SequelWindow, fewer than a crafted file can hold.
const maxSequels = 64

// after returns those in SequelWindow after t, given them in order of time.
func after(all []Sequel, t time.Time) []Sequel {
	byTime := func(s Sequel, t time.Time) int { return s.Time.Compare(t) }
	begin, _ := slices.BinarySearchFunc(all, t.Add(1), byTime)
	end, _ := slices.BinarySearchFunc(all, t.Add(SequelWindow+1), byTime)
	return all[begin:max(begin, min(end, begin+maxSequels))]
}

// gatherSuccesses completes how those signed in of whom there is a finding.
func (c *collector) gatherSuccesses() {
	for s := range c.signIns() {
		for _, who := range personsOf(s) {
			c.successes[who] = c.successes[who]
		}
	}
	for s := range c.tracker.SignIns() {
		c.succeed(s)
	}
	for _, all := range c.successes {
		slices.SortStableFunc(all, func(a, b Sequel) int { return a.Time.Compare(b.Time) })
	}
}

// succeed remembers a sign-in that succeeded, of somebody who is in successes.
func (c *collector) succeed(s signin.SignIn) {
	if !succeeded(s.Outcome) {
		return
	}
	next := Sequel{Time: s.End, SourceIP: s.Steps[len(s.Steps)-1].SourceIP, Outcome: s.Outcome}
	for _, who := range personsOf(s) {
		if all, wanted := c.successes[who]; wanted && c.kept < maxKeptSequels {
			c.successes[who] = append(all, next)
			c.kept++
		}
	}
}

// maxKeptSequels bounds the successes kept of all people together: 15 MB.
const maxKeptSequels = 1 << 18

func succeeded(o signin.Outcome) bool {
	switch o {
	case signin.Succeeded, signin.SucceededWithMFA, signin.SucceededEnrolling, signin.FailedThenSucceeded:
		return true
	}
	return false
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
