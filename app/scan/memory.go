package scan

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"github.com/trailbell/trailbell/event"
)

// RememberedEvents is how many of the latest events are remembered, at least, to know
// duplicates by: CloudTrail delivers an event again within hours (CloudTrail User Guide,
// at-least-once delivery), and 3 million are a busy day of an organisation. Events of
// sign-ins are known by the tracker, whatever lies between.
const RememberedEvents = slots / 4 * 3

// slots is the length of a table; a power of two.
const slots = 1 << 22

// A memory knows which events were seen. Of each it keeps 31 bits in a place that 22 others
// decide, all mixed with a secret, so that a crafted file can make no event look like
// another; by chance an event is taken for a duplicate once in a billion. When the table
// of the young is full it becomes that of the old, which is forgotten: 32 MB at most.
type memory struct {
	young, old table
	n          int    // marks in young
	touched    uint32 // keeps the compiler from leaving out what is read ahead
	secret     [2]uint64
}

// A table is a set of marks, open addressed. An empty slot is 0, which no mark is.
type table *[slots]uint32

func newMemory() *memory {
	return &memory{young: new([slots]uint32), secret: [2]uint64{rand.Uint64(), rand.Uint64()}}
}

// add remembers ids and appends to fresh, for each, whether it was not seen before.
func (m *memory) add(ids []event.ID, fresh []bool) []bool {
	// The slots of a group are touched before the first is needed: so the processor
	// waits for memory once, and not for each of them.
	var group [32]uint64
	for len(ids) > 0 {
		mixed := group[:min(len(ids), len(group))]
		touched := uint32(0)
		for i := range mixed {
			mixed[i] = m.mix(ids[i])
			touched += m.young[home(mixed[i])]
		}
		m.touched += touched
		for _, x := range mixed {
			fresh = append(fresh, m.remember(x))
		}
		ids = ids[len(mixed):]
	}
	return fresh
}

func (m *memory) remember(mixed uint64) bool {
	mark := uint32(mixed) | 1
	if m.old != nil && m.old[find(m.old, home(mixed), mark)] == mark {
		return false
	}
	slot := find(m.young, home(mixed), mark)
	if m.young[slot] == mark {
		return false
	}
	m.young[slot] = mark
	if m.n++; m.n >= RememberedEvents {
		m.old, m.young, m.n = m.young, new([slots]uint32), 0
	}
	return true
}

func (m *memory) mix(id event.ID) uint64 {
	hi, lo := bits.Mul64(binary.LittleEndian.Uint64(id[:8])^m.secret[0], binary.LittleEndian.Uint64(id[8:])^m.secret[1])
	return hi ^ lo
}

// home is the slot where a mark is looked for first.
func home(mixed uint64) uint64 { return mixed >> 42 & (slots - 1) }

// find returns the slot that holds mark, or the empty one where it belongs.
func find(t table, slot uint64, mark uint32) uint64 {
	for t[slot] != 0 && t[slot] != mark {
		slot = (slot + 1) & (slots - 1)
	}
	return slot
}
