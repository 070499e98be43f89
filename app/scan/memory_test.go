package scan

import (
	"encoding/binary"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/trailbell/trailbell/event"
)

func idOf(n uint64) (id event.ID) {
	binary.LittleEndian.PutUint64(id[:], n)
	return id
}

// idsFrom returns n ids, from that of first on.
func idsFrom(first uint64, n int) (ids []event.ID) {
	for i := range uint64(n) {
		ids = append(ids, idOf(first+i))
	}
	return ids
}

func TestMemoryAgreesWithAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, seen := newMemory(), make(map[event.ID]bool)
		for range rapid.IntRange(1, 5).Draw(t, "batches") {
			var ids []event.ID
			var want []bool
			for _, n := range rapid.SliceOfN(rapid.Uint64Range(0, 120), 0, 100).Draw(t, "ids") {
				id := idOf(n)
				ids, want = append(ids, id), append(want, !seen[id])
				seen[id] = true
			}
			if got := m.add(ids, nil); !slices.Equal(got, want) {
				t.Fatalf("add(%v)\n got %v\nwant %v", ids, got, want)
			}
		}
	})
}

func TestMemoryForgetsTheOldestAndStaysBounded(t *testing.T) {
	m := newMemory()
	const part, parts = RememberedEvents / 8, 24
	for i := range uint64(parts) {
		if j := slices.Index(m.add(idsFrom(i*part, part), nil), false); j >= 0 {
			t.Fatalf("%d was not seen before, and taken for a duplicate", i*part+uint64(j))
		}
	}
	if bytes := 4 * (len(m.young) + len(m.old)); bytes > 32<<20 {
		t.Errorf("tables of %d MB, want 32 at most", bytes>>20)
	}
	if i := slices.Index(m.add(idsFrom(parts*part-RememberedEvents, RememberedEvents), nil), true); i >= 0 {
		t.Errorf("one of the last %d was forgotten", RememberedEvents)
	}
	if !m.add(idsFrom(0, 1), nil)[0] {
		t.Error("the first of three times as many is still remembered: memory grows")
	}
}
