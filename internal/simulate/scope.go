package simulate

import (
	"math/rand/v2"
	"time"
)

// scope is what the placeholders of a template mean while one event is written.
// It belongs to one goroutine.
type scope struct {
	library *library
	world   *world
	rng     *rand.Rand
	ended   time.Time // eventTime, in UTC
	tail    template

	values  [][]byte // by slot; nil: not chosen yet
	index   []int    // of a chosen value in its pool
	touched []slot   // chosen for this event, forgotten by next

	// focus is where in each pool the present activity draws from: a program
	// works on a few buckets and tables, not on all of them.
	focus []int
}

// focusWidth is how many neighbouring values of a pool one activity uses.
const focusWidth = 2

func newScope(l *library, w *world, rng *rand.Rand) *scope {
	n := int(firstPool) + len(l.pools)
	s := &scope{
		library: l, world: w, rng: rng,
		values: make([][]byte, n), index: make([]int, n),
	}
	s.values[slotAccount] = quoted(w.account)
	s.values[slotRegion] = quoted(w.region)
	return s
}

// next forgets what was chosen for the last event.
func (s *scope) next() {
	for _, id := range s.touched {
		s.values[id] = nil
	}
	s.touched = s.touched[:0]
}

// set gives a slot a value until it is set again. The value is JSON: text for
// between quotes, or an object where the template expects one.
func (s *scope) set(id slot, value []byte) { s.values[id] = value }

// keep gives a slot a value for this event only.
func (s *scope) keep(id slot, value []byte) {
	s.values[id] = value
	s.touched = append(s.touched, id)
}

// choose takes the i-th value of a pool for this event.
func (s *scope) choose(id slot, i int) {
	s.keep(id, s.world.values[id-firstPool][i])
	s.index[id] = i
}

func (s *scope) value(id slot) []byte {
	if v := s.values[id]; v != nil || id < firstPool {
		return v
	}
	p := &s.library.pools[id-firstPool]
	if p.Fresh {
		s.keep(id, s.expand(nil, p.pattern))
		return s.values[id]
	}
	size := len(s.world.values[id-firstPool])
	switch {
	case p.With != "":
		s.value(p.with)
		s.choose(id, s.index[p.with])
	case s.focus != nil:
		s.choose(id, (s.focus[id]+s.rng.IntN(focusWidth))%size)
	default:
		s.choose(id, s.rng.IntN(size))
	}
	return s.values[id]
}
