package scan

import (
	"iter"
	"slices"
	"time"

	"github.com/trailbell/trailbell/signin"
)

// A collector takes the batches of all files in order.
type collector struct {
	scan    *Scan
	seen    *memory
	tracker *signin.Tracker
	ledger  signin.Ledger
	sum     Summary

	stopped []signin.SignIn     // sign-ins with findings that the tracker has forgotten
	people  map[person]*conduct // those in them
	kept    int                 // successes
	fresh   []bool              // for each event of a batch: not read before
}

// limits keeps the tracker within some 50 MB. The steps of a sign-in stand a few files
// apart at most, and in a busy organisation some thousand sign-ins between them.
var limits = signin.Limits{SignIns: 1 << 13, Steps: 1 << 14, Names: 1 << 14}

// maxStopped is how many sign-ins are kept that the tracker forgets, for the sake of their
// steps; at some 5 KB each they take 20 MB. Findings are kept beyond.
const maxStopped = 2048

func newCollector(s *Scan) *collector {
	c := &collector{
		scan:    s,
		seen:    newMemory(),
		tracker: signin.NewTracker(limits),
		sum:     Summary{Matches: make([]int64, len(s.options.Patterns))},
		people:  make(map[person]*conduct),
	}
	c.tracker.Verdict = s.options.At
	c.tracker.Forgotten = c.forgotten
	return c
}

// forgotten keeps what a timeline needs of a sign-in that the tracker forgets: all of one
// that stopped at MFA, and when the same people signed in later.
func (c *collector) forgotten(s signin.SignIn) {
	if c.told(s) && len(c.stopped) < maxStopped {
		c.stopped = append(c.stopped, s)
		for _, who := range personsOf(s) {
			c.person(who)
		}
	}
	c.succeed(s)
}

func (c *collector) take(j *job, b *batch) {
	defer b.free()
	c.count(b)
	for _, h := range b.hits {
		if !c.fresh[h.index] {
			continue
		}
		for _, p := range h.patterns {
			c.sum.Matches[p]++
			if c.scan.options.Match != nil {
				c.scan.options.Match(Match{Pattern: p, Raw: h.raw, Origin: j.path, Offset: h.offset})
			}
		}
	}
	for i := range b.steps {
		if c.fresh[b.steps[i].index] && b.steps[i].step.Kind.InSignIn() {
			c.sum.SignInEvents++
		}
		// The tracker knows duplicates by itself, and for longer than the memory.
		c.ledger.Apply(c.tracker.Add(b.steps[i].step, time.Time{}))
	}
	if c.ledger.Len() > MaxFindings {
		c.tell(c.ledger.Drain())
	}
}

// count tells new events from duplicates and counts everything in the batch.
func (c *collector) count(b *batch) {
	c.fresh = c.seen.add(b.ids, c.fresh[:0])
	for _, fresh := range c.fresh {
		if fresh {
			c.sum.Accepted++
		} else {
			c.sum.Duplicates++
		}
	}
	c.sum.Bytes += b.bytes
	c.sum.Read += int64(len(b.ids))
	for _, p := range b.problems {
		if p.Offset >= 0 {
			c.sum.Read++
			c.sum.Rejected++
			if p.Foreign {
				c.sum.Foreign++
			}
		}
		if c.scan.options.Problem != nil {
			c.scan.options.Problem(p)
		}
	}
	switch b.done {
	case read:
		c.sum.Files.Read++
	case passedOver:
		c.sum.Files.PassedOver++
	case failed:
		c.sum.Files.Failed++
	}
}

// tell hands on findings that can be held no longer.
func (c *collector) tell(findings []signin.Finding) {
	for _, f := range findings {
		if c.scan.options.within(f.Time) && c.scan.options.Finding != nil {
			c.scan.options.Finding(f)
		}
	}
}

// summary ends the scan.
func (c *collector) summary() Summary {
	c.ledger.Apply(c.tracker.Advance(c.scan.options.At))
	for _, f := range c.ledger.Findings() {
		if c.scan.options.within(f.Time) {
			c.sum.Findings = append(c.sum.Findings, f)
		}
	}
	c.sum.Lost = c.tracker.Lost()
	c.sum.Waiting = c.waiting()
	c.sum.SignIns = c.signIns()
	c.sum.Sequel = c.sequels()
	return c.sum
}

// told reports whether a sign-in holds a finding that is asked for.
func (c *collector) told(s signin.SignIn) bool {
	return slices.ContainsFunc(s.Findings, func(f signin.Finding) bool { return c.scan.options.within(f.Time) })
}

// signIns yields the sign-ins with findings, those that were forgotten among the others.
func (c *collector) signIns() iter.Seq[signin.SignIn] {
	return func(yield func(signin.SignIn) bool) {
		byStart := func(a, b signin.SignIn) int { return a.Start.Compare(b.Start) }
		slices.SortStableFunc(c.stopped, byStart)
		earlier := c.stopped
		for s := range c.tracker.SignIns() {
			if !c.told(s) {
				continue
			}
			for len(earlier) > 0 && byStart(earlier[0], s) <= 0 {
				if !yield(earlier[0]) {
					return
				}
				earlier = earlier[1:]
			}
			if !yield(s) {
				return
			}
		}
		for _, s := range earlier {
			if !yield(s) {
				return
			}
		}
	}
}
