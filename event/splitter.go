package event

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Bounds of what is read. They are far above what CloudTrail writes (an event is at
// most 256 KB; CloudTrail User Guide, record contents) and keep a hostile file from
// taking the memory of the machine.
const (
	// MaxRecord is the size in bytes of the largest record, or envelope around
	// records, that is kept in memory. A larger one is rejected and not held.
	MaxRecord = 8 << 20

	// suspectRecord is the size from which a record that has not ended is searched
	// for the beginning of another one: CloudTrail hardly writes any as large, so
	// more likely a quote or a brace is missing.
	suspectRecord = 64 << 10

	// chunkSize is how much is classified at once: the window of a gzip stream,
	// which is how compressed data arrives. It fits the first cache.
	chunkSize = 32 << 10
)

// A Splitter cuts a stream of JSON into the original bytes of its CloudTrail records,
// in one pass and without decoding them. What is written to it comes out as calls of
// Record and Reject, in order. It reads every shape that the package comment lists.
//
// Memory is bounded by the largest record, not by the stream. A record laid out as
// CloudTrail writes it is recognised and not decoded; in any other layout it is checked
// to be valid JSON. A damaged record costs itself alone: splitting goes on at the next.
//
// A Splitter serves one goroutine, and one stream after another: Close ends a stream
// and makes it ready for the next.
type Splitter struct {
	// Record is called for each record. What it is given is valid until it returns.
	Record func(*Record)
	// Reject is called for each part of the stream that is no record. Blanks and the
	// frame of known envelopes apart, every byte is in a Record or in a Rejection.
	Reject func(Rejection)

	lex    lexState
	blocks [chunkSize/blockSize + 1]block // of the chunk
	across []block                        // of a record that lies across chunks
	record Record
	tails  tails

	base  int64 // offset of the chunk in the stream
	shift int64 // what stray brackets have put the depths in blocks wrong by
	where context
	gap   gap

	// The element in progress, if any.
	inside bool
	ignore bool   // a value in an envelope's frame
	watch  bool   // an object that may turn out to be an envelope
	start  int    // its place in the chunk, -1 if it began in an earlier one
	from   int64  // its offset in the stream
	rest   []byte // what earlier chunks hold of it
	limit  int    // length of rest at which it is looked at for damage
	lost   int64  // bytes of it that were not kept, being too many
}

// A context is where in the stream the elements stand that may be records.
type context uint8

const (
	between  context = iota // at the top: values one after the other
	array                   // in an array at the top
	envelope                // in the frame of an object such as {"Records":[...]}
	records                 // in the array of an envelope
)

// depthIn is the depth of nesting at which elements of a context begin.
var depthIn = [...]int64{between: 0, array: 1, envelope: 1, records: 2}

// recordArrays are the names of arrays in envelopes that can be too large to be held
// in memory: S3 log files, pages of LookupEvents, CloudWatch Logs subscriptions.
var recordArrays = []string{"Records", "Events", "logEvents"}

// A Rejection is a part of a stream that is not a CloudTrail record.
type Rejection struct {
	Offset  int64 // in the uncompressed stream
	Length  int64
	Err     error
	Foreign bool // well-formed, but something else than an event of CloudTrail
}

var (
	errNotClosed = errors.New("record does not end: a quote, brace or bracket is missing")
	errTooLarge  = fmt.Errorf("record is larger than %d MiB", MaxRecord>>20)
	errGarbage   = errors.New("text that is not JSON")
)

// Write splits the next part of the stream. It does not fail and keeps nothing of p.
func (s *Splitter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		chunk := p[:min(len(p), chunkSize)]
		p = p[len(chunk):]
		s.split(chunk)
		if s.inside && len(s.rest) >= s.limit {
			if again := s.examine(); again != nil {
				p = append(again, p...) // cold: a record was damaged
			}
		}
	}
	return n, nil
}

// Close ends the stream and rejects what is not complete.
func (s *Splitter) Close() {
	for s.inside && !s.ignore {
		again := s.resume(nextStart(s.rest, s.where))
		s.Write(again)
	}
	s.endGap()
	*s = Splitter{Record: s.Record, Reject: s.Reject, rest: s.rest[:0], across: s.across, tails: s.tails}
}

// split finds the elements that end in chunk and keeps the one that does not.
func (s *Splitter) split(chunk []byte) {
	n := s.lex.classifyAll(chunk, s.blocks[:])
	s.start = -1
	end := 0 // behind the last thing dealt with
	worth := s.worthAVisit()
	for i := range s.blocks[:n] {
		if s.blocks[i].low <= worth {
			end = s.visit(chunk, i, end)
			worth = s.worthAVisit()
		}
	}
	if s.inside {
		if !s.ignore {
			s.rest = append(s.rest, chunk[max(s.start, 0):]...)
		}
	} else {
		s.pass(chunk[end:], s.base+int64(end))
	}
	s.base += int64(len(chunk))
}

// worthAVisit returns the lower bound of depth up to which a block is worth looking into.
func (s *Splitter) worthAVisit() int64 {
	if s.watch {
		return math.MaxInt64
	}
	return depthIn[s.where] - s.shift
}

// visit follows the brackets of block i, in which an element may begin or end. end is
// the place behind the last one; the new one is returned.
func (s *Splitter) visit(chunk []byte, i, end int) int {
	b := &s.blocks[i]
	depth := b.before + s.shift
	for marks := b.open | b.close; marks != 0; marks &= marks - 1 {
		pos := i*blockSize + bits.TrailingZeros64(marks)
		opens := b.open&marks&-marks != 0
		if !opens {
			depth--
		}
		switch {
		case s.inside && opens:
			if s.watch && depth == 1 && chunk[pos] == '[' && s.namesRecords(chunk, pos) {
				s.inside, s.watch, s.rest = false, false, s.rest[:0]
				s.where, end = records, pos+1
			}
		case s.inside:
			if depth == depthIn[s.where] {
				s.finish(chunk, pos+1)
				end = pos + 1
			}
		case opens:
			s.pass(chunk[end:pos], s.base+int64(end))
			s.enter(chunk, pos)
			end = pos + 1
		default:
			s.pass(chunk[end:pos], s.base+int64(end))
			end = pos + 1
			if !s.leave(chunk[pos]) {
				s.pass(chunk[pos:end], s.base+int64(pos)) // a stray bracket
				s.shift++
				depth++
			}
		}
		if opens {
			depth++
		}
	}
	return end
}

// enter begins what the opening bracket at pos opens outside any element.
func (s *Splitter) enter(chunk []byte, pos int) {
	switch {
	case s.where == between && chunk[pos] == '[':
		s.endGap()
		s.where = array
		return
	case s.where == envelope && chunk[pos] == '[' && s.namesRecords(chunk, pos):
		s.where = records
		return
	}
	s.endGap()
	s.inside, s.ignore = true, s.where == envelope
	s.start, s.from = pos, s.base+int64(pos)
	s.rest, s.lost = s.rest[:0], 0
	s.limit = suspectRecord
	if !bytes.HasPrefix(chunk[pos:], recordStart) {
		s.watch = s.where == between && chunk[pos] == '{'
		s.limit = MaxRecord
	}
}

// leave ends the context that the bracket closes; false if it closes none.
func (s *Splitter) leave(bracket byte) bool {
	switch {
	case s.where == array && bracket == ']', s.where == envelope && bracket == '}':
		s.where = between
	case s.where == records && bracket == ']':
		s.where = envelope
	default:
		return false
	}
	s.endGap()
	return true
}

// finish takes the element that ends in front of end.
func (s *Splitter) finish(chunk []byte, end int) {
	s.inside, s.watch = false, false
	switch {
	case s.ignore:
	case s.lost > 0:
		s.Reject(Rejection{Offset: s.from, Length: s.base + int64(end) - s.from, Err: errTooLarge})
	case s.start >= 0:
		s.emit(chunk[s.start:end], s.blocks[:], s.start)
	default:
		s.rest = append(s.rest, chunk[:end]...)
		s.across = slices.Grow(s.across[:0], len(s.rest)/blockSize+1)
		s.across = s.across[:cap(s.across)]
		new(lexState).classifyAll(s.rest, s.across)
		s.emit(s.rest, s.across, 0)
	}
	s.rest = s.rest[:0]
}

// namesRecords reports whether the array that opens at pos is the value of a key that
// holds records in an envelope.
func (s *Splitter) namesRecords(chunk []byte, pos int) bool {
	const enough = 64 // for the longest key and a line's indentation
	before := chunk[max(0, pos-enough):pos]
	if pos < enough && s.start < 0 {
		before = slices.Concat(s.rest[max(0, len(s.rest)-enough):], before)
	}
	before, ok := bytes.CutSuffix(bytes.TrimRight(before, space), []byte{':'})
	if !ok {
		return false
	}
	before = bytes.TrimRight(before, space)
	for _, key := range recordArrays {
		if bytes.HasSuffix(before, []byte(`"`+key+`"`)) {
			return true
		}
	}
	return false
}

const space = " \t\r\n"

// A gap is text between elements that should not be there.
type gap struct {
	offset, length int64
}

// pass goes over text outside elements. Anything but blanks and commas is remembered,
// except in the frame of an envelope.
func (s *Splitter) pass(text []byte, offset int64) {
	if s.where == envelope || len(text) == 1 && text[0] == ',' {
		return
	}
	const punctuation = space + ",\ufeff"
	if s.gap.length == 0 {
		trimmed := bytes.TrimLeft(text, punctuation)
		s.gap.offset = offset + int64(len(text)-len(trimmed))
		text = trimmed
	}
	if text = bytes.TrimRight(text, punctuation); len(text) > 0 {
		s.gap.length = offset + int64(len(text)) - s.gap.offset
	}
}

func (s *Splitter) endGap() {
	if s.gap.length > 0 {
		s.Reject(Rejection{Offset: s.gap.offset, Length: s.gap.length, Err: errGarbage})
		s.gap = gap{}
	}
}
