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

	// chunkSize is how much is classified at once: the window of a gzip stream,
	// which is how compressed data arrives. It fits the first cache.
	chunkSize = 32 << 10

	// lookBehind is how much text in front of an element is still known when it
	// begins: enough for the longest key that matters and a line's indentation.
	lookBehind = 64
)

// A Splitter cuts a stream of JSON into the original bytes of its CloudTrail records,
// in one pass and without decoding them. What is written to it comes out as calls of
// Record and Reject, in order. It reads every shape that the package comment lists.
//
// Memory is bounded by the largest record, not by the stream. A record laid out as
// CloudTrail writes it is recognised and not decoded; in any other layout it is checked
// to be valid JSON. A damaged record costs itself alone: splitting goes on at the next.
// How the stream is cut into calls of Write makes no difference.
//
// A Splitter serves one goroutine, and one stream after another: Close ends a stream
// and makes it ready for the next. Record and Reject must be set.
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

	base   int64 // offset in the stream of what comes next: of the chunk while it is split
	behind []byte
	shift  int64 // what stray brackets have put the depths in blocks wrong by
	where  context
	left   int64 // offset of the bracket that ended the array of an envelope
	gap    gap
	mark   int64 // how much of a byte order mark the stream began with

	element
	recovery
}

// An element is the value in progress that may be a record, if any.
type element struct {
	inside  bool
	inFrame bool   // a value in an envelope's frame, which is no record
	watch   bool   // an object that may turn out to be an envelope
	start   int    // its place in the chunk, -1 if it began in an earlier one
	from    int64  // its offset in the stream
	line    []byte // how it begins its line: line break, indentation, bracket; empty if it does not
	rest    []byte // what earlier chunks hold of it
	limit   int    // length of rest at which it is looked at for damage
	lost    int64  // bytes of it that were not kept, being too many
	size    int64  // its length, when it is complete and no record in CloudTrail's layout
	budget  int    // what compressed payloads in it may still become, in bytes
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
	Offset  int64 // in the uncompressed stream: of the part, or of the envelope it was wrapped in
	Length  int64 // of what begins there, in bytes
	Err     error
	Foreign bool // well-formed, but something else than an event of CloudTrail
}

var (
	errNotClosed = errors.New("record does not end: a quote, brace or bracket is missing")
	errTooLarge  = fmt.Errorf("record is larger than %d MiB", MaxRecord>>20)
	errGarbage   = errors.New("text that is no JSON object or array")
)

// Write splits the next part of the stream. It does not fail and keeps nothing of p.
func (s *Splitter) Write(p []byte) (int, error) {
	s.feed(p)
	return len(p), nil
}

// Close ends the stream and rejects what is not complete.
func (s *Splitter) Close() {
	for s.inside {
		s.abandon()
		s.feed(slices.Clone(s.redo))
	}
	s.endGap()
	*s = Splitter{
		Record: s.Record, Reject: s.Reject, tails: s.tails, across: s.across, behind: s.behind[:0],
		recovery: recovery{likeness: s.likeness[:0]},
		element:  element{rest: s.rest[:0], line: s.line[:0]},
	}
}

// feed splits p, which is the stream from base on.
func (s *Splitter) feed(p []byte) {
	begin := s.base
	for s.base-begin < int64(len(p)) {
		todo := p[s.base-begin:]
		chunk, atSign := todo[:min(len(todo), chunkSize)], false
		if s.base < s.careful {
			chunk, atSign = s.upToSign(todo)
		}
		if s.split(chunk) && s.inside {
			s.examine(atSign)
		}
		if s.base < begin { // damage began in an earlier p
			s.feed(slices.Clone(s.redo))
		}
	}
}

// split finds the elements that end in chunk and keeps the one that does not. It
// returns false if damage has set the splitter back.
func (s *Splitter) split(chunk []byte) bool {
	n := s.lex.classifyAll(chunk, s.blocks[:])
	s.start = -1
	end := 0 // behind the last thing dealt with
	worth := s.worthAVisit()
	for i := range s.blocks[:n] {
		if s.blocks[i].low <= worth {
			if end = s.visit(chunk, i, end); end < 0 {
				return false
			}
			worth = s.worthAVisit()
		}
	}
	if s.inside {
		s.rest = append(s.rest, chunk[max(s.start, 0):]...)
	} else if !s.pass(chunk, end, len(chunk)) {
		return false
	}
	s.remember(chunk)
	s.base += int64(len(chunk))
	return true
}

// blocksOf returns the blocks of a record that lies across chunks.
func (s *Splitter) blocksOf(record []byte) []block {
	if n := len(record)/blockSize + 1; len(s.across) < n {
		s.across = make([]block, 2*n)
	}
	new(lexState).classifyAll(record, s.across)
	return s.across
}

// worthAVisit returns the lower bound of depth up to which a block is worth looking into.
func (s *Splitter) worthAVisit() int64 {
	if s.watch {
		return math.MaxInt64
	}
	return depthIn[s.where] - s.shift
}

// visit follows the brackets of block i, in which an element may begin or end. end is
// the place behind the last one; the new one is returned, or -1 if damage has set the
// splitter back.
func (s *Splitter) visit(chunk []byte, i, end int) int {
	b := &s.blocks[i]
	depth := b.before() + s.shift
	for marks := b.open | b.close; marks != 0; marks &= marks - 1 {
		pos := i*blockSize + bits.TrailingZeros64(marks)
		opens := b.open&marks&-marks != 0
		if !opens {
			depth--
		}
		switch {
		case s.inside && opens:
			if s.watch && depth == 1 && chunk[pos] == '[' && s.opensRecords(chunk, pos) {
				s.endGap()
				s.inside, s.watch, s.rest = false, false, s.rest[:0]
				s.where, end = records, pos+1
			}
		case s.inside:
			if depth == depthIn[s.where] {
				if !s.finish(chunk, pos+1) {
					return -1
				}
				end = pos + 1
			}
		default:
			if !s.pass(chunk, end, pos) {
				return -1
			}
			end = pos + 1
			shift := s.shift
			if opens {
				s.enter(chunk, pos)
			} else {
				s.leave(chunk, pos)
			}
			depth += s.shift - shift
		}
		if opens {
			depth++
		}
	}
	return end
}

// enter begins what the opening bracket at pos opens outside any element.
func (s *Splitter) enter(chunk []byte, pos int) {
	inFrame := false
	if s.gap.length > 0 && s.isValue(chunk, pos) {
		s.gap.damaged = true // no element is the value of a key: this is the rest of one
	}
	switch {
	case s.where == between && chunk[pos] == '[' && !s.gap.damaged:
		s.endGap()
		s.where = array
		return
	case s.where == envelope && !s.isValue(chunk, pos):
		// No member of an object: the bracket that ended the array was a stray one.
		s.reject(Rejection{Offset: s.left, Length: 1, Err: errGarbage})
		s.where = records
		s.shift++
	case s.where == envelope && chunk[pos] == '[' && s.namesRecords(chunk, pos):
		s.where = records
		return
	case s.where == envelope:
		inFrame = true
	}
	s.inside, s.inFrame = true, inFrame
	s.start, s.from = pos, s.base+int64(pos)
	s.rest, s.lost, s.limit = s.rest[:0], 0, suspectSize
	s.line = s.line[:0]
	if pos == 0 || chunk[pos-1] != ',' && chunk[pos-1] != '[' {
		s.line = s.appendLine(s.line, chunk, pos, chunk[pos])
	}
	s.watch = s.where == between && chunk[pos] == '{' && !bytes.HasPrefix(chunk[pos:], recordStart)
}

// leave ends the context that the bracket at pos closes, if any.
func (s *Splitter) leave(chunk []byte, pos int) {
	switch bracket := chunk[pos]; {
	case s.where == array && bracket == ']', s.where == envelope && bracket == '}':
		s.endGap()
		s.where = between
	case s.where == records && bracket == ']':
		s.endGap()
		s.where = envelope
		s.left = s.base + int64(pos)
	default: // a stray bracket
		s.pass(chunk, pos, pos+1)
		s.shift++
	}
}

// finish takes the element that ends in front of end. It returns false if damage has
// set the splitter back.
func (s *Splitter) finish(chunk []byte, end int) bool {
	s.inside, s.watch = false, false
	raw, blocks, skew := chunk[max(s.start, 0):end], s.blocks[:], s.start
	if s.start < 0 {
		s.rest = append(s.rest, raw...)
		raw, blocks, skew = s.rest, s.blocksOf(s.rest), 0
	}
	switch size := s.lost + int64(len(raw)); {
	case size > MaxRecord:
		if s.lost == 0 && s.condemn(raw, false) || s.lost > 0 && s.resumeLost() {
			return false
		}
		s.reject(Rejection{Offset: s.from, Length: size, Err: errTooLarge})
	case !s.inFrame && !s.emit(raw, blocks, skew):
		return false
	}
	s.rest = s.rest[:0]
	return true
}

// opensRecords reports whether the array that opens at pos, in the element that is
// watched, makes that an envelope.
func (s *Splitter) opensRecords(chunk []byte, pos int) bool {
	if !s.namesRecords(chunk, pos) {
		return false
	}
	head := chunk[max(s.start, 0):]
	if s.start < 0 { // enter may have seen less of the element
		n := len(recordStart)
		head = slices.Concat(s.rest[:min(n, len(s.rest))], chunk[:min(n, len(chunk))])
	}
	return !bytes.HasPrefix(head, recordStart)
}

// namesRecords reports whether the array that opens at pos is the value of a key that
// holds records in an envelope.
func (s *Splitter) namesRecords(chunk []byte, pos int) bool {
	before, ok := bytes.CutSuffix(bytes.TrimRight(s.before(chunk, pos), space), []byte{':'})
	if !ok {
		return false
	}
	before = bytes.TrimRight(before, space)
	for _, key := range recordArrays {
		if rest, ok := bytes.CutSuffix(before, []byte(`"`+key+`"`)); ok {
			return !bytes.HasSuffix(rest, []byte{'\\'}) // else the end of a longer key
		}
	}
	return false
}
