package scan

import (
	"iter"
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
	fresh   []bool // for each event of a batch: not read before
}

// limits keeps the tracker within some 50 MB. The steps of a sign-in stand a few files
// apart at most, and in a busy organisation some thousand sign-ins between them.
var limits = signin.Limits{SignIns: 1 << 14, Steps: 1 << 15, Names: 1 << 15}

func newCollector(s *Scan) *collector {
	return &collector{
		scan:    s,
		seen:    newMemory(),
		tracker: signin.NewTracker(limits),
		sum:     Summary{Matches: make([]int64, len(s.options.Patterns))},
	}
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
		if c.fresh[b.steps[i].index] && signingIn(b.steps[i].step.Kind) {
			c.sum.SignInEvents++
		}
		// The tracker knows duplicates by itself, and for longer than the memory.
		c.ledger.Apply(c.tracker.Add(b.steps[i].step, time.Time{}))
	}
	if c.ledger.Len() > MaxFindings {
		c.tell(c.ledger.Drain())
	}
}

// signingIn reports whether an event is a part of a sign-in itself. The others that the
// tracker wants, such as those of the access portal, are no sign that the logs of sign-ins
// were read.
func signingIn(kind signin.Kind) bool {
	switch kind {
	case signin.CredentialChallenge, signin.CredentialVerification, signin.UserAuthentication,
		signin.CheckMfa, signin.ConsoleLogin, signin.DirectoryLogin:
		return true
	}
	return false
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
	c.sum.SignIns = c.signIns()
	c.sum.Sequel = c.sequels()
	return c.sum
}

func (c *collector) signIns() iter.Seq[signin.SignIn] {
	return func(yield func(signin.SignIn) bool) {
		for s := range c.tracker.SignIns() {
			told := false
			for _, f := range s.Findings {
				told = told || c.scan.options.within(f.Time)
			}
			if told && !yield(s) {
				return
			}
		}
	}
}
