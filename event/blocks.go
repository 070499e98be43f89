package event

import (
	"bytes"
	"math/bits"
)

// blockSize is the number of bytes classified at once: one bit each in a word.
const blockSize = 64

// A block says where the braces and brackets of 64 bytes of JSON are, those within
// strings left out, and how deep the nesting is. Bit i is the i-th byte.
type block struct {
	open  uint64 // { and [
	close uint64 // } and ]
	low   int64  // a lower bound of the depth anywhere in the block: as if it closed first
}

// before returns the depth in front of the block's first byte.
func (b *block) before() int64 { return b.low + int64(bits.OnesCount64(b.close)) }

// lexState is what must be known of all bytes so far to go on. The zero value is
// the beginning of a stream.
type lexState struct {
	inString int64 // -1 within a string, else 0
	escaped  int64 // 1 if the next byte is escaped by a backslash
	depth    int64
}

// Classes of bytes that matter to the lexer.
const (
	classOpen = iota + 1
	classClose
	classQuote
	classBackslash
)

var classOf = [256]uint8{
	'{': classOpen, '[': classOpen,
	'}': classClose, ']': classClose,
	'"': classQuote, '\\': classBackslash,
}

// classifyGeneric is classify for machines without the vector instructions, and the
// reference that the tests hold the other to.
func (s *lexState) classifyGeneric(p []byte, out []block) {
	for i := 0; len(p) >= blockSize; i++ {
		var b block
		for j, c := range p[:blockSize] {
			escaped := s.escaped
			s.escaped = 0
			switch class := classOf[c]; {
			case class == 0:
			case class == classBackslash:
				s.escaped = escaped ^ 1
			case class == classQuote:
				if escaped == 0 {
					s.inString = ^s.inString
				}
			case s.inString != 0:
			case class == classOpen:
				b.open |= 1 << j
			case class == classClose:
				b.close |= 1 << j
			}
		}
		b.low = s.depth - int64(bits.OnesCount64(b.close))
		s.depth = b.low + int64(bits.OnesCount64(b.open))
		out[i] = b
		p = p[blockSize:]
	}
}

// classifyAll classifies p whatever its length and returns the number of blocks. The
// last block is filled up with blanks; the state afterwards is that behind the last
// byte of p.
func (s *lexState) classifyAll(p []byte, out []block) int {
	whole := len(p) &^ (blockSize - 1)
	s.classify(p[:whole], out)
	n := whole / blockSize
	tail := p[whole:]
	if len(tail) == 0 {
		return n
	}
	last := [blockSize]byte(blanks)
	copy(last[:], tail)
	escaped := s.escaped
	s.classify(last[:], out[n:])
	for _, c := range tail { // the blanks have hidden whether tail ends in a lone backslash
		if c == '\\' {
			escaped ^= 1
		} else {
			escaped = 0
		}
	}
	s.escaped = escaped
	return n + 1
}

var blanks = bytes.Repeat([]byte{' '}, blockSize)
