package event

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A Record is one event in its original bytes, with the few fields that decide what is
// to be done with it. Name, Source, Time and EventID are the text between the quotes as
// written; where a record names a key twice, which of the two is meant is not defined
// (CloudTrail writes each once).
type Record struct {
	Raw     []byte // the record, from { to }
	Offset  int64  // in the uncompressed stream: of the record, or of the envelope it was wrapped in
	ID      ID
	EventID []byte // empty if absent
	Name    []byte // eventName
	Source  []byte // eventSource
	Time    []byte // eventTime, unparsed; empty if absent
}

// roomForTwo is the size from which a record in CloudTrail's layout is always looked at
// for the beginning of another one: two damages may balance each other's brackets, and
// what is between them would be lost. Few records are as large.
const roomForTwo = 2 << 10

// emit hands a complete element on. blocks describe the text around it, in which it
// begins at byte skew. One that does not end as others of its name did, or is large, may
// hold the beginning of another: what follows it proves nothing, since where a quote is
// missing that is text somebody else wrote. It returns false if the element is damaged
// and the splitter was set back to what it has swallowed.
func (s *Splitter) emit(raw []byte, blocks []block, skew int) bool {
	r := &s.record
	*r = Record{Raw: raw, Offset: s.from}
	ok, usual := r.recognise(newLayout(raw, blocks, skew), &s.tails)
	if ok && (usual && len(raw) < roomForTwo || !s.holdsSign(raw)) {
		s.accept(r)
		return true
	}
	return s.emitAny(raw)
}

// recognise reads the fields of a record that is laid out as CloudTrail does it,
// without looking at most of its bytes; false if the layout is another one. usual says that it
// ends as others of its name did.
//
// It relies on this: a quote that is not escaped begins or ends a string, so the text
// ,"eventTime":" within valid JSON is a key and the beginning of its value, and the only
// question left is at which depth it stands.
func (r *Record) recognise(l layout, tails *tails) (ok, usual bool) {
	if !bytes.HasPrefix(l.raw, recordStart) || l.raw[len(l.raw)-1] != '}' {
		return false, false
	}
	at := l.value(len(recordStart), `,"eventTime":"`, 7)
	if at < 0 {
		return false, false
	}
	if r.Time, at, ok = l.fixed(at, len("2006-01-02T15:04:05Z")); !ok || hasQuote(r.Time) {
		return false, false
	}
	if r.Source, at, ok = l.next(at, `,"eventSource":"`); !ok || hasPrefix(r.Source, lookAlike) {
		return false, false
	}
	if r.Name, at, ok = l.next(at, `,"eventName":"`); !ok {
		return false, false
	}
	tail := tails.of(r.Name, r.Source)
	const key = `,"eventID":"`
	if begin := len(l.raw) - int(*tail); begin > at && hasPrefix(l.raw[begin:], key) && l.depth(begin) == 1 {
		at = begin + len(key)
		usual = true
	} else if at = l.value(at, key, 7); at < 0 {
		return false, false
	}
	if r.EventID, _, ok = l.fixed(at, guidLen); !ok {
		return false, false
	}
	*tail = int32(len(l.raw) - at + len(key))
	r.ID, ok = ParseGUID(r.EventID)
	return ok, usual
}

// hasQuote reports whether there is a quote in a text of 20 bytes.
func hasQuote(t []byte) bool {
	zero := func(w uint64) uint64 { // not 0 if there is a quote
		w ^= '"' * ones
		return (w - ones) &^ w & high
	}
	le := binary.LittleEndian
	return zero(le.Uint64(t))|zero(le.Uint64(t[8:]))|zero(le.Uint64(t[12:])) != 0
}

// tails remembers how far from the end of a record its eventID stood. Events of one
// name mostly end alike, so that looking there first spares most searches. It is only
// a guess: what another name of the same hash left there does no harm.
type tails [1024]int32

func (t *tails) of(name, source []byte) *int32 {
	var head [8]byte
	copy(head[:], name)
	h := binary.LittleEndian.Uint64(head[:]) + uint64(len(name))<<56 + uint64(len(source))<<48
	return &t[h*0x9e3779b97f4a7c15>>(64-10)]
}

// A layout is a record together with the places of its brackets.
type layout struct {
	raw    []byte
	blocks []block // of the text around it
	skew   int     // where in that text it begins
	outer  int64   // how deep the nesting is there
}

func newLayout(raw []byte, blocks []block, skew int) layout {
	return layout{raw, blocks, skew, depthAt(blocks, skew)}
}

// value finds a key of the record itself, given with the quotes around it, and returns
// where its value begins if that is a string; -1 if there is none behind from. rare is
// the place in key of a letter that is rare in events, to look for.
func (l *layout) value(from int, key string, rare int) int {
	for from += rare; from < len(l.raw); {
		i := bytes.IndexByte(l.raw[from:], key[rare])
		if i < 0 {
			return -1
		}
		from += i + 1
		begin := from - 1 - rare
		// Most candidates fail at the next letter.
		if from < len(l.raw) && l.raw[from] == key[rare+1] && hasPrefix(l.raw[begin:], key) && l.depth(begin) == 1 {
			return begin + len(key)
		}
	}
	return -1
}

// next reads the string value of the key that must follow at once.
func (l *layout) next(at int, key string) (text []byte, end int, ok bool) {
	if !hasPrefix(l.raw[at:], key) {
		return nil, at, false
	}
	return l.text(at + len(key))
}

// text reads a string from behind its opening quote; end is behind the closing one.
// A string that might end in an escaped quote is left to others.
func (l *layout) text(at int) (text []byte, end int, ok bool) {
	n := bytes.IndexByte(l.raw[at:], '"')
	if n <= 0 || l.raw[at+n-1] == '\\' {
		return nil, at, false
	}
	return l.raw[at : at+n : at+n], at + n + 1, true
}

// fixed is text for a string of a known length. It may hold a quote yet.
func (l *layout) fixed(at, n int) (text []byte, end int, ok bool) {
	end = at + n
	if end >= len(l.raw) || l.raw[end] != '"' || l.raw[end-1] == '\\' {
		return nil, at, false
	}
	return l.raw[at:end:end], end + 1, true
}

// depth returns how deep the nesting is at byte i, counted from the record's own brace.
func (l *layout) depth(i int) int64 { return depthAt(l.blocks, l.skew+i) - l.outer }

func depthAt(blocks []block, i int) int64 {
	b := &blocks[i/blockSize]
	behind := ^uint64(0) << (i % blockSize)
	return b.low + int64(bits.OnesCount64(b.open&^behind)) + int64(bits.OnesCount64(b.close&behind))
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
