package event

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// ID tells two events apart: the 128 bits of eventID where that is a GUID, else
// the beginning of a SHA-256 of the canonical record. Published samples carry
// ids such as "1" or "redacted", and records without any id exist, so the text
// of eventID alone would make one event of many. The zero ID belongs to no event
// that was read.
type ID [16]byte

// IDOf returns the ID of a record whose eventID has the given text, as written
// between the quotes; nil or empty if the record has none. raw is read only if
// eventID is no GUID; it must then be one JSON value.
func IDOf(raw, eventID []byte) (ID, error) {
	if id, ok := ParseGUID(eventID); ok {
		return id, nil
	}
	return canonicalID(raw)
}

const guidLen = len("00000000-0000-0000-0000-000000000000")

// ParseGUID reads a GUID in the form 8-4-4-4-12 of hexadecimal digits, capital or
// small.
func ParseGUID(text []byte) (ID, bool) {
	var id ID
	if len(text) != guidLen || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return id, false
	}
	be := binary.BigEndian
	a := be.Uint64(text[0:])
	b := uint64(be.Uint32(text[9:]))<<32 | uint64(be.Uint32(text[14:]))
	c := uint64(be.Uint32(text[19:]))<<32 | uint64(be.Uint32(text[24:]))
	d := be.Uint64(text[28:])
	if noHex(a)|noHex(b)|noHex(c)|noHex(d) != 0 {
		return id, false
	}
	be.PutUint64(id[0:], nibbles(a)<<32|nibbles(b))
	be.PutUint64(id[8:], nibbles(c)<<32|nibbles(d))
	return id, true
}

// The two functions below look at eight hexadecimal digits at once, each in a lane of a
// word: every event of an archive passes here.
const (
	ones = 0x0101010101010101
	high = 0x80 * ones
)

// noHex is 0 if all eight bytes are hexadecimal digits.
func noHex(w uint64) uint64 {
	letter := w & (0x40 * ones) >> 6 // 1 in each lane that holds a letter
	low := w | letter<<5             // small letters; digits are unchanged
	// A lane is a digit if 0x30..0x39, a letter if 0x61..0x66. Adding 0x7f minus
	// the upper bound sets the high bit of a lane above it; below likewise.
	over := low + (0x7f-'9')*ones - letter*('f'-'9')
	under := (low | high) - '0'*ones - letter*('a'-'0')
	return (w | over | ^under) & high
}

// nibbles is the number that eight hexadecimal digits stand for.
func nibbles(w uint64) uint64 {
	n := w&(0x0f*ones) + w&(0x40*ones)>>6*9 // a nibble in each lane
	n |= n >> 4                             // two nibbles in every other lane
	n &= 0x00ff00ff00ff00ff
	n |= n >> 8
	n &= 0x0000ffff0000ffff
	n |= n >> 16
	return n & 0xffffffff
}

// canonicalID hashes a record with its keys sorted and its blanks removed, so that
// two printings of one record are one event. Numbers keep their text.
func canonicalID(raw []byte) (ID, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return ID{}, fmt.Errorf("canonical form of a record without a GUID: %w", err)
	}
	canonical, err := json.Marshal(value)
	if err != nil {
		return ID{}, fmt.Errorf("canonical form of a record without a GUID: %w", err)
	}
	sum := sha256.Sum256(canonical)
	return ID(sum[:16]), nil
}
