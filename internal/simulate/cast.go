package simulate

import (
	"math/rand/v2"
	"slices"
	"time"
)

// cast is the sign-ins that can happen in one account and Region of a corpus.
type cast struct {
	stories []*compiledStory // each as often as its weight
	mean    float64          // events of one
	scope   *scope
}

func newCast(o Options, w *world) *cast {
	l := loaded()
	c := &cast{scope: newScope(l, w, nil)}
	home := w.account == o.Accounts[0] && w.region == o.Regions[0]
	events := 0
	for i := range l.stories {
		st := &l.stories[i]
		if st.place == globalPlace && w.region != "us-east-1" || st.place == instance && !home {
			continue
		}
		for range st.weight {
			c.stories = append(c.stories, st)
			events += len(st.steps)
		}
	}
	c.mean = float64(events) / float64(len(c.stories))
	return c
}

// placed is a record of a sign-in and where in the file it goes.
type placed struct {
	position int
	json     []byte
}

// maxSignIns is how many sign-ins one file can have; ordinals keep them apart.
const maxSignIns = 1 << 20

// signIns draws the sign-ins of a file, in the order they go into it, and adds
// up what to expect.
func (c *cast) signIns(rng *rand.Rand, o Options, p *plan, expect *Expect) []placed {
	room := p.records - len(p.again)
	average := o.SignIns * float64(p.records) / c.mean
	count := min(int(average+rng.Float64()), maxSignIns) // rounded up or down by chance
	c.scope.rng = rng
	var records []placed
	for n := range count {
		st := c.stories[rng.IntN(len(c.stories))]
		if len(records)+len(st.steps) > room {
			break
		}
		start := p.delivered.Add(-longestDelay + time.Duration(rng.IntN(60))*time.Second)
		for _, r := range st.play(c.scope, ordinalOf(p.number, n), start) {
			records = append(records, placed{positionOf(p.delivered.Sub(r.EventTime), p.records), r.JSON})
		}
		expect.add(st.Expect)
	}
	slices.SortStableFunc(records, func(a, b placed) int { return a.position - b.position })
	for i := range records { // all must fit before the end
		records[i].position = min(records[i].position, p.records-len(records)+i)
	}
	return records
}

// ordinalOf numbers the sign-ins of a corpus. It begins beyond the ordinals of
// plain addresses.
func ordinalOf(file, n int) uint64 {
	return plainOrdinals + uint64(file)*maxSignIns + uint64(n)
}
