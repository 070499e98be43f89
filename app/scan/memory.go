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
const RememberedEvents = 3 << 20

const (
	slotsAtFirst = 1 << 18
	slotsAtMost  = RememberedEvents / 3 * 4
)

// A memory knows which events were seen. It keeps 63 bits of each, mixed with a secret,
// so that a crafted file can make no event look like another; the chance that any two of
// ten million events are taken for one is below one in 180,000. When the table of the
// young is full it becomes that of the old, which is forgotten: memory stays at 64 MB.
type memory struct {
	young, old []uint64
	n          int
	touched    uint64 // keeps the compiler from leaving out what is read ahead
	secret     [2]uint64
}

func newMemory() *memory {
	return &memory{young: make([]uint64, slotsAtFirst), secret: [2]uint64{rand.Uint64(), rand.Uint64()}}
}

// add remembers ids and appends to fresh, for each, whether it was not seen before.
func (m *memory) add(ids []event.ID, fresh []bool) []bool {
	// The slots of a group are touched before the first is needed: so the processor
	// waits for memory once, and not for each of them.
	var marks [32]uint64
	for len(ids) > 0 {
		group := marks[:min(len(ids), len(marks))]
		for i := range group {
			group[i] = m.mark(ids[i])
			m.touched += m.young[group[i]>>1&uint64(len(m.young)-1)]
		}
		for _, mark := range group {
			fresh = append(fresh, m.remember(mark))
		}
		ids = ids[len(group):]
	}
	return fresh
}

func (m *memory) remember(mark uint64) bool {
	if contains(m.old, mark) {
		return false
	}
	slot := find(m.young, mark)
	if m.young[slot] == mark {
		return false
	}
	m.young[slot] = mark
	m.n++
	if m.n > len(m.young)/4*3 {
		m.grow()
	}
	return true
}

// mark is never 0, which stands for an empty slot.
func (m *memory) mark(id event.ID) uint64 {
	hi, lo := bits.Mul64(binary.LittleEndian.Uint64(id[:8])^m.secret[0], binary.LittleEndian.Uint64(id[8:])^m.secret[1])
	return hi ^ lo | 1
}

func (m *memory) grow() {
	if len(m.young) >= slotsAtMost {
		m.old, m.young, m.n = m.young, make([]uint64, slotsAtMost), 0
		return
	}
	larger := make([]uint64, min(4*len(m.young), slotsAtMost))
	for _, mark := range m.young {
		if mark != 0 {
			larger[find(larger, mark)] = mark
		}
	}
	m.young = larger
}

// find returns the slot that holds mark, or the empty one where it belongs.
func find(table []uint64, mark uint64) uint64 {
	last := uint64(len(table) - 1)
	slot := mark >> 1 & last
	for table[slot] != 0 && table[slot] != mark {
		slot = (slot + 1) & last
	}
	return slot
}

func contains(table []uint64, mark uint64) bool {
	return len(table) > 0 && table[find(table, mark)] == mark
}
