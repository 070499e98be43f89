package event

import "bytes"

// This file deals with the text between elements: what should be there, such as commas,
// what should not, and what it tells of the element behind it.

const space = " \t\r\n"

var byteOrderMark = []byte("\ufeff")

// A gap is text between elements that should not be there. Its end is the last thing in
// it that is neither blank nor comma. It may begin with a damaged element; then what
// follows is taken for the rest of that until something is a record, or has a sign.
type gap struct {
	offset, length int64
	since          int64 // offset behind the last element in it
	damaged        bool  // whether it begins with a damaged element
	err            error
	foreign        bool
}

// pass goes over chunk[from:to], which is outside elements. Anything but blanks and
// commas is remembered, except in the frame of an envelope. It returns false if damage
// has set the splitter back.
func (s *Splitter) pass(chunk []byte, from, to int) bool {
	if from == to || to-from == 1 && chunk[from] == ',' {
		return true
	}
	for from < to && s.isFiller(chunk[from], s.base+int64(from)) {
		from++
	}
	for from < to && s.isFiller(chunk[to-1], s.base+int64(to-1)) {
		to--
	}
	if from == to {
		return true
	}
	if s.where == envelope {
		return !s.unhide(chunk, from, to, s.left)
	}
	if s.gap.length == 0 {
		offset := s.base + int64(from)
		s.gap = gap{offset: offset, since: offset, err: errGarbage}
		s.signs = signs{s.appendLine(nil, chunk, from, '{'), s.keysOf(nil)}.clone()
	}
	if s.unhide(chunk, from, to, s.gap.since) {
		return false
	}
	s.gap.length = s.base + int64(to) - s.gap.offset
	return true
}

// isFiller reports whether a byte at an offset may stand between elements.
func (s *Splitter) isFiller(c byte, offset int64) bool {
	switch c {
	case ' ', '\t', '\r', '\n', ',':
		return true
	}
	if mark := s.mark; mark == offset && mark < int64(len(byteOrderMark)) && c == byteOrderMark[mark] {
		s.mark++
		return true
	}
	return false
}

// accept hands a record on, and reject a rejection, behind what is in front of them.
func (s *Splitter) accept(r *Record) {
	s.endGap()
	s.Record(r)
}

func (s *Splitter) reject(r Rejection) {
	s.endGap()
	s.Reject(r)
}

// endGap rejects the gap, if there is one.
func (s *Splitter) endGap() {
	if g := s.gap; g.length > 0 {
		s.gap = gap{}
		well := g.offset+g.length == g.since // nothing was added to a well-formed element
		s.Reject(Rejection{Offset: g.offset, Length: g.length, Err: g.err, Foreign: g.foreign && (well || g.damaged)})
	}
}

// remember keeps the end of text, which has been dealt with, for a look back.
func (s *Splitter) remember(text []byte) {
	text = text[max(0, len(text)-lookBehind):]
	stays := min(len(s.behind), lookBehind-len(text))
	s.behind = append(s.behind[:0], s.behind[len(s.behind)-stays:]...)
	s.behind = append(s.behind, text...)
}

// before returns the text in front of pos, as much as lookBehind if there is so much.
func (s *Splitter) before(chunk []byte, pos int) []byte {
	if pos >= lookBehind {
		return chunk[pos-lookBehind : pos]
	}
	text := append(make([]byte, 0, 2*lookBehind), s.behind...)
	text = append(text, chunk[:pos]...)
	return text[max(0, len(text)-lookBehind):]
}

// isValue reports whether what begins at pos is the value of a key. If there are too
// many blanks in front of it to know, it is.
func (s *Splitter) isValue(chunk []byte, pos int) bool {
	before := s.before(chunk, pos)
	last := lastOf(before)
	return last == ':' || last == 0 && len(before) == lookBehind
}

// lastOf returns the last byte of text that is not blank; 0 if there is none.
func lastOf(text []byte) byte {
	text = bytes.TrimRight(text, space)
	if len(text) == 0 {
		return 0
	}
	return text[len(text)-1]
}

// appendLine appends to dst the line break and indentation in front of pos, and the
// bracket with which an element there begins its line; nothing if pos does not begin one.
func (s *Splitter) appendLine(dst, chunk []byte, pos int, bracket byte) []byte {
	before := s.before(chunk, pos)
	trimmed := bytes.TrimRight(before, " \t")
	indent := before[len(trimmed):]
	first := s.base+int64(pos) == int64(len(before)) && (len(trimmed) == 0 || bytes.Equal(trimmed, byteOrderMark))
	if !first && (len(trimmed) == 0 || trimmed[len(trimmed)-1] != '\n') {
		return dst
	}
	dst = append(dst, '\n')
	dst = append(dst, indent...)
	return append(dst, bracket)
}
