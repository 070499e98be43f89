package simulate

import (
	"math/rand/v2"
	"time"
)

// eventTimeLayout is how CloudTrail writes times: UTC, whole seconds.
const eventTimeLayout = "2006-01-02T15:04:05Z"

// These numbers give a corpus the sizes and the compression of real log files;
// TestTheCorpusIsLikeRealLogFiles measures them.
const (
	concurrentActivities = 5    // callers whose events are interleaved
	maxShapes            = 4    // kinds of calls one of them makes
	stayShare            = 0.93 // how often the next event is of the same caller
	renewEvery           = 150  // events after which one caller is replaced, on average

	usualFailures  = 0.015 // share of calls that fail
	brokenFailures = 0.4   // the same for the few callers that are misconfigured
)

// generator writes the ordinary events of one account and Region.
type generator struct {
	rng   *rand.Rand
	scope *scope

	actors     []*compiledActor // each as often as its weight
	shapes     map[caller][]*compiledShape
	rare       []*compiledShape
	activities []*activity
	current    int
	now        time.Time
}

func newGenerator(l *library, w *world, rng *rand.Rand) *generator {
	g := &generator{rng: rng, scope: newScope(l, w, rng), shapes: map[caller][]*compiledShape{}}
	for i := range l.actors {
		for range l.actors[i].Weight {
			g.actors = append(g.actors, &l.actors[i])
		}
	}
	for i := range l.shapes {
		s := &l.shapes[i]
		if s.Flags&global != 0 && w.region != "us-east-1" {
			continue
		}
		if s.Rare > 0 {
			g.rare = append(g.rare, s)
			continue
		}
		for _, kind := range []caller{program, person, tool, service} {
			if s.By&kind == 0 {
				continue
			}
			for range s.Weight {
				g.shapes[kind] = append(g.shapes[kind], s)
			}
		}
	}
	return g
}

func (g *generator) pickActor() *compiledActor { return g.actors[g.rng.IntN(len(g.actors))] }

func (g *generator) pickShape(by caller) *compiledShape {
	return g.shapes[by][g.rng.IntN(len(g.shapes[by]))]
}

// start begins the events of a file delivered at now.
func (g *generator) start(now time.Time) {
	g.now = now
	g.activities = g.activities[:0]
	for range concurrentActivities {
		g.activities = append(g.activities, g.newActivity(now))
	}
}

// event appends one event that ended at t.
func (g *generator) event(buf []byte, t time.Time) []byte {
	if g.rng.IntN(renewEvery) == 0 {
		g.activities[g.rng.IntN(len(g.activities))] = g.newActivity(g.now)
	}
	if g.rng.Float64() > stayShare {
		// The smaller of two is a cheap skew: a few callers make most events.
		g.current = min(g.rng.IntN(len(g.activities)), g.rng.IntN(len(g.activities)))
	}
	a := g.activities[g.current]
	shape := a.shapes[g.rng.IntN(len(a.shapes))]
	for _, rare := range g.rare {
		if g.rng.IntN(rare.Rare) == 0 {
			shape = rare
		}
	}

	s := g.scope
	s.next()
	s.enter(a)
	s.ended = t
	s.set(slotHost, s.expand(nil, shape.host))
	if g.rng.Float64() < a.failed && shape.Service == "" {
		return s.expand(buf, shape.refused)
	}
	return s.expand(buf, shape.success)
}
