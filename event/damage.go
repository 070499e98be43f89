package event

import (
	"bytes"
	"fmt"
	"slices"
)

// When a quote or a brace is missing, a record seems not to end: everything behind it
// looks like part of it, and may be seen inside out, as text within strings. This file
// finds out, and where to go on.
//
// A sign is a text with which the next record seems to begin. Alone it proves nothing;
// a sign where no object can be proves that what stands in front of it is damaged. What
// is damaged is given up at the first sign behind its beginning. The text from there to
// the place of the proof is a ruin: in it each sign ends what is in progress, so that no
// text is read again and again. All text behind it that was taken for part of the
// damaged record is split anew, with a look at each sign, because damage seldom comes
// alone.
//
// A damaged record may also seem to end early. What follows then is debris: it belongs to
// the same rejection until something is a record, or has a sign.

// suspectSize is the size from which an element that has not ended is looked at for
// damage: CloudTrail hardly writes any as large.
const suspectSize = 64 << 10

// maxKey is the length up to which a first key is a sign: where text is looked at again
// after more has come, there must be a key and as much in front of it in lookBehind.
const maxKey = lookBehind / 2

// recordStart is how every record that CloudTrail writes begins. A quote that is not
// escaped ends a string, so this is never part of one.
var recordStart = []byte(`{"eventVersion":"`)

// A recovery is the way back after damage.
type recovery struct {
	redo    []byte // text from base on that is to be split anew; valid until the next split
	signs   signs
	ruin    int64 // offset up to which each sign ends what is in progress
	careful int64 // offset up to which signs are looked for as it goes

	likeness []byte // the first key of the last record that was not in CloudTrail's layout
}

// signs are the texts with which the record behind a damaged one may begin.
type signs struct {
	line []byte   // the line break, indentation and bracket that the damaged one began with
	keys [][]byte // the brace and first key of the damaged one, and of a good one before it
}

// signsOf returns the signs by which the end of element is found: its like.
func (s *Splitter) signsOf(element []byte) signs {
	return signs{line: s.line, keys: s.keysOf(element)}
}

func (s *Splitter) keysOf(element []byte) [][]byte {
	own := firstKey(element)
	if own == nil || bytes.HasPrefix(recordStart, own) {
		own = recordStart
	}
	if len(s.likeness) == 0 || bytes.Equal(own, s.likeness) {
		return [][]byte{own}
	}
	return [][]byte{own, s.likeness}
}

// holdsSign reports whether there is a sign behind the beginning of a record in
// CloudTrail's layout.
func (s *Splitter) holdsSign(record []byte) bool {
	const rare = 7 // the place in recordStart of a letter that is rare in events
	for at := len(recordStart); ; at++ {
		i := bytes.IndexByte(record[at:], recordStart[rare])
		if i < 0 {
			return len(s.line) > 0 && bytes.Contains(record, s.line)
		}
		if at += i; bytes.HasPrefix(record[at-rare:], recordStart) {
			return true
		}
	}
}

// firstKey returns the beginning of an object up to the colon behind its first key; nil
// if there is none, or a long one.
func firstKey(object []byte) []byte {
	head := object[:min(len(object), maxKey)]
	colon := bytes.IndexByte(head, ':')
	if colon < 0 {
		return nil
	}
	key, ok := bytes.CutPrefix(bytes.TrimRight(head[:colon], space), []byte{'{'})
	key = bytes.TrimLeft(key, space)
	if !ok || len(key) < 2 || key[0] != '"' || bytes.IndexByte(key[1:], '"') != len(key)-2 {
		return nil
	}
	return head[:colon+1]
}

// next returns the place of the first sign in text that begins at from or behind it;
// -1 if there is none. It takes time in proportion to the way to that sign.
func (g signs) next(text []byte, from int) int {
	for window := 512; from < len(text); window *= 2 {
		end := min(from+window, len(text))
		found := end
		if len(g.line) > 0 {
			// The line break itself is in front of the sign.
			at := max(from-len(g.line)+1, 0)
			if i := bytes.Index(text[at:min(found+1, len(text))], g.line); i >= 0 {
				found = at + i + len(g.line) - 1
			}
		}
		for _, key := range g.keys {
			for at := from; at < found; at++ {
				i := bytes.Index(text[at:min(found+len(key)-1, len(text))], key)
				if i < 0 {
					break
				}
				if at += i; anywhere(key) || !nested(text[:at]) {
					found = at
				}
			}
		}
		if found < end {
			return found
		}
		from = end
	}
	return -1
}

// anywhere reports whether key is a sign within another value, too.
func anywhere(key []byte) bool { return len(key) == len(recordStart) && bytes.Equal(key, recordStart) }

// nested reports whether what follows text is the value of a key or the first of an array.
func nested(text []byte) bool {
	last := lastOf(text)
	return last == ':' || last == '['
}

// proof returns the place of the first sign in element where no valid element can have
// an object; -1 if there is none.
func (s *Splitter) proof(element []byte, g signs) int {
	var lex lexState
	var blocks [chunkSize/blockSize + 1]block
	done := 0
	for at := g.next(element, 1); at > 0; at = g.next(element, at+1) {
		for done < at {
			n := min(at-done, chunkSize)
			lex.classifyAll(element[done:done+n], blocks[:])
			done += n
		}
		if lex.impossible(lex.depth, element[:at]) {
			return at
		}
	}
	return -1
}

// impossible reports whether no object can follow, with the nesting at depth within the
// element that begins as text and ends, so far, as it does: in a string, or where an
// object's key must stand.
func (lex *lexState) impossible(depth int64, text []byte) bool {
	return lex.inString != 0 || depth == 1 && text[0] == '{' && lastOf(text) != ':'
}

// upToSign returns the part of todo up to the first sign behind its beginning, and
// whether there is one.
func (s *Splitter) upToSign(todo []byte) (chunk []byte, found bool) {
	const overlap = 2 * lookBehind // a sign may have begun there
	todo = todo[:min(int64(len(todo)), s.careful-s.base)]
	window := todo[:min(len(todo), chunkSize)]
	if n := s.signs.next(window, 1); n > 0 {
		return window[:n], true
	}
	if len(todo) > len(window) {
		window = window[:chunkSize-overlap]
	}
	return window, false
}

// examine looks at the element in progress, all of which is in rest, if there is a
// reason to; atSign says that a sign follows.
func (s *Splitter) examine(atSign bool) {
	switch {
	case s.lost > 0:
		if len(s.rest) > s.limit && !s.resumeLost() {
			s.drop()
		}
	case atSign && (s.base <= s.ruin || s.lex.impossible(s.lex.depth+s.shift-depthIn[s.where], s.rest)):
		s.resume(s.rest, len(s.rest))
	case len(s.rest) < s.limit || s.condemn(s.rest, false):
	case len(s.rest) > MaxRecord:
		if !s.isDebris(s.rest) {
			s.signs = s.signsOf(s.rest).clone()
		}
		s.drop()
	default:
		s.limit = min(2*s.limit, MaxRecord+1)
	}
}

// condemn decides whether text, which is the element in progress or one that has ended,
// has swallowed what follows it, and if so sets the splitter back. Without a proof it
// has if there is a sign in it and it is debris, invalid, or too large.
func (s *Splitter) condemn(text []byte, invalid bool) bool {
	var at int
	g := s.signsOf(text)
	if s.isDebris(text) {
		g = s.signs
		at = g.next(text, 1)
	} else if at = s.proof(text[:min(len(text), MaxRecord)], g); at < 0 && len(text) > MaxRecord {
		if at = g.next(text, 1); at > 0 {
			at = max(at, MaxRecord)
		}
	} else if at < 0 && invalid {
		for at = g.next(text, 1); at > 0 && nested(text[:at]); {
			at = g.next(text, at+1)
		}
	}
	if at < 0 {
		return false
	}
	s.signs = g.clone()
	s.resume(text, at)
	return true
}

// abandon gives up the element in progress, since nothing follows.
func (s *Splitter) abandon() {
	if s.lost > 0 {
		if !s.resumeLost() {
			s.giveUp(s.rest, len(s.rest))
		}
		return
	}
	if s.condemn(s.rest, false) {
		return
	}
	if !s.isDebris(s.rest) {
		s.signs = s.signsOf(s.rest).clone()
	}
	s.resume(s.rest, len(s.rest))
}

// drop forgets what is kept of the element in progress, which is too large, but for its
// end, where a sign may have begun.
func (s *Splitter) drop() {
	const overlap = 2 * lookBehind
	s.lost += int64(len(s.rest) - overlap)
	s.rest = append(s.rest[:0], s.rest[len(s.rest)-overlap:]...)
	s.limit = chunkSize
}

// resumeLost goes on at the first sign in an element that is too large, if there is one.
func (s *Splitter) resumeLost() bool {
	at := s.signs.next(s.rest, 1)
	if at < 0 {
		return false
	}
	s.resume(s.rest, at)
	return true
}

// resume gives up the element in progress, of which text is kept, at its first sign, and
// sets the splitter back to there. The proof that it is damaged is at a place in text.
func (s *Splitter) resume(text []byte, proof int) {
	offset := s.from + s.lost
	n := s.signs.next(text, 1)
	if n < 0 || n > proof {
		n = proof
	}
	s.ruin = max(s.ruin, offset+int64(proof))
	s.careful = max(s.careful, offset+int64(len(text)))
	s.giveUp(text, n)
}

// giveUp rejects the element in progress up to the place n in what is kept of it, and
// sets the splitter back to there.
func (s *Splitter) giveUp(text []byte, n int) {
	damaged := bytes.TrimRight(text[:n], space+",")
	length := s.lost + int64(len(damaged))
	switch {
	case s.gap.damaged && s.isDebris(text):
		s.gap.length = s.from + length - s.gap.offset
		s.endGap()
	case s.lost > 0:
		s.reject(Rejection{Offset: s.from, Length: length, Err: errTooLarge})
	default:
		s.reject(s.damage(damaged, length, errNotClosed))
	}
	offset := s.from + s.lost + int64(n)
	s.remember(text[:n])
	s.goBack(offset, text[n:])
}

// goBack sets the splitter to an offset in the stream, outside any element. text is what
// is known to be there.
func (s *Splitter) goBack(offset int64, text []byte) {
	s.inside, s.watch, s.lost = false, false, 0
	s.rest = s.rest[:0]
	if s.where == envelope { // which was damaged, and what follows looks like a record
		s.where = records
	}
	s.base, s.redo = offset, text
	s.lex, s.shift = lexState{depth: depthIn[s.where]}, 0
}

// unhide finds an object that begins in chunk[from:to], which is text outside elements,
// or in such text directly in front of it that begins at the offset since. Its brace is
// only missed if it stands in what seems to be a string and is none, because of a stray
// quote. The splitter is set back to the object; false if there is none.
func (s *Splitter) unhide(chunk []byte, from, to int, since int64) bool {
	before := s.before(chunk, from)
	text := slices.Concat(before, chunk[from:to])
	origin := s.base + int64(from-len(before)) // of text
	at := s.hiddenStart(text, int(max(since-origin, 0)))
	if at < 0 {
		return false
	}
	if s.where != envelope {
		s.gap.length = origin + int64(len(bytes.TrimRight(text[:at], space+","))) - s.gap.offset
		s.endGap()
	}
	s.behind = s.behind[:0]
	s.remember(text[:at])
	s.goBack(origin+int64(at), text[at:])
	return true
}

// hiddenStart returns where behind from an object seems to begin in text that cannot
// hold any: at a sign, or at the beginning of a line, since JSON has no line breaks
// within strings.
func (s *Splitter) hiddenStart(text []byte, from int) int {
	for at := from; ; at++ {
		i := bytes.IndexByte(text[at:], '{')
		if i < 0 {
			return -1
		}
		at += i
		line := bytes.TrimRight(text[max(0, at-lookBehind+1):at], " \t\r")
		if bytes.HasPrefix(text[at:], recordStart) || bytes.HasSuffix(line, []byte{'\n'}) {
			return at
		}
		front := text[max(0, at-maxKey):at]
		if len(s.likeness) > 0 && bytes.HasPrefix(text[at:], s.likeness) && lastOf(front) != 0 && !nested(front) {
			return at
		}
	}
}

// clone returns signs that stay valid when what they were taken from does not.
func (g signs) clone() signs {
	keys := make([][]byte, len(g.keys))
	for i, key := range g.keys {
		keys[i] = slices.Clone(key)
	}
	return signs{slices.Clone(g.line), keys}
}

// isDebris reports whether element stands where what is left of a damaged one may, and
// does not begin with a sign.
func (s *Splitter) isDebris(element []byte) bool {
	if !s.gap.damaged || len(s.line) > 0 && bytes.Equal(s.line, s.signs.line) {
		return false
	}
	for _, key := range s.signs.keys {
		if bytes.HasPrefix(element, key) {
			return false
		}
	}
	return true
}

// damage is the Rejection of the element in progress for being damaged. Damaged text that
// was not meant to be an event is as foreign as valid JSON of another kind.
func (s *Splitter) damage(text []byte, length int64, err error) Rejection {
	foreign := !s.looksLikeEvent(text)
	if foreign {
		err = fmt.Errorf("damaged JSON without a sign of CloudTrail: %w", err)
	}
	return Rejection{Offset: s.from, Length: length, Err: err, Foreign: foreign}
}

// looksLikeEvent reports whether text that is no event was meant to be one.
func (s *Splitter) looksLikeEvent(text []byte) bool {
	return bytes.Contains(text, []byte(`"eventVersion"`)) || bytes.Contains(text, []byte(`"eventSource"`)) ||
		len(s.likeness) > 0 && bytes.HasPrefix(text, s.likeness)
}
