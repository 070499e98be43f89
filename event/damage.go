package event

import (
	"bytes"
	"slices"
)

// When a quote or a brace is missing, a record seems not to end: everything behind it
// looks like part of it. This file finds out, and where to go on.

// recordStart is how every record that CloudTrail writes begins. A quote that is not
// escaped ends a string, so this is never part of one.
var recordStart = []byte(`{"eventVersion":"`)

// examine looks at an element that has become suspiciously long. If it is proved to be
// damaged, it is rejected up to the next record, and what must be split again is
// returned.
func (s *Splitter) examine() []byte {
	if next := nextStart(s.rest, s.where); next > 0 && (len(s.rest) >= MaxRecord || s.lost > 0 || s.impossible(next)) {
		return s.resume(next)
	}
	if len(s.rest) >= MaxRecord || s.lost > 0 {
		overlap := len(recordStart) // so that a beginning across two chunks is found
		s.lost += int64(len(s.rest) - overlap)
		s.rest = append(s.rest[:0], s.rest[len(s.rest)-overlap:]...)
		s.limit = chunkSize
		return nil
	}
	s.limit = min(2*s.limit, MaxRecord)
	return nil
}

// impossible reports whether no valid element has an object at next: within a string,
// or where an object's key must stand.
func (s *Splitter) impossible(next int) bool {
	var blocks [chunkSize/blockSize + 1]block
	var lex lexState
	for p := s.rest[:next]; len(p) > 0; {
		n := min(len(p), chunkSize)
		lex.classifyAll(p[:n], blocks[:])
		p = p[n:]
	}
	before := bytes.TrimRight(s.rest[:next], space)
	return lex.inString != 0 || lex.depth == 1 && before[len(before)-1] != ':'
}

// resume rejects the first n bytes of the element in progress, or all of it if n is 0,
// and returns the others, to be split again in the same context.
func (s *Splitter) resume(n int) []byte {
	err := errNotClosed
	if n == 0 {
		n = len(s.rest)
	}
	if s.lost > 0 {
		err = errTooLarge
	}
	length := s.lost + int64(n)
	s.Reject(Rejection{
		Offset:  s.from,
		Length:  int64(len(bytes.TrimRight(s.rest[:n], space+","))) + s.lost,
		Err:     err,
		Foreign: s.lost == 0 && !looksLikeEvent(s.rest[:n]),
	})
	again := slices.Clone(s.rest[n:])
	s.inside, s.watch, s.rest, s.lost = false, false, s.rest[:0], 0
	s.base = s.from + length
	s.lex = lexState{depth: depthIn[s.where]}
	s.shift = 0
	return again
}

// nextStart returns where in element, behind its own beginning, the next record seems
// to begin; 0 if nowhere.
func nextStart(element []byte, where context) int {
	next := 0
	if i := bytes.Index(element[1:], recordStart); i >= 0 {
		next = i + 1
	}
	if where == between { // a record a line: JSON has no line breaks within strings
		if i := bytes.Index(element, []byte("\n{")); i >= 0 && (next == 0 || i+1 < next) {
			next = i + 1
		}
	}
	return next
}

// looksLikeEvent reports whether damaged text was meant to be an event of CloudTrail.
func looksLikeEvent(text []byte) bool {
	return bytes.Contains(text, []byte(`"eventVersion"`)) || bytes.Contains(text, []byte(`"eventSource"`))
}
