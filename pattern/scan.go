package pattern

import (
	"encoding/binary"
	"math/bits"
)

// MaxDepth bounds how deep objects and arrays of a message may nest; it is the
// bound of encoding/json. A deeper message is no JSON to us.
const MaxDepth = 10_000

// The scanner reads JSON as RFC 8259 defines it, and nothing else, in one pass
// over the raw bytes. It keeps offsets and decodes nothing. Every method takes
// the offset to read at and returns the offset behind what it read, or invalid.
//
// Bytes that are not UTF-8 are no error: they read as U+FFFD, as encoding/json
// has it. Refusing the message would let one bad byte hide an event.
type scanner struct {
	data  []byte
	depth int                     // open objects and arrays
	open  [MaxDepth/64 + 1]uint64 // for each of them a bit: 1 is an object
}

const invalid = -1

// space skips white space.
func (s *scanner) space(i int) int {
	for i < len(s.data) && s.data[i] <= ' ' {
		if c := s.data[i]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			break
		}
		i++
	}
	return i
}

// at returns the byte at i, and at the end of the message a byte that no JSON
// has outside of strings.
func (s *scanner) at(i int) byte {
	if uint(i) < uint(len(s.data)) {
		return s.data[i]
	}
	return 0
}

// push notes that an object or an array begins; it fails below MaxDepth.
func (s *scanner) push(object bool) bool {
	if s.depth >= MaxDepth {
		return false
	}
	word, bit := s.depth/64, uint(s.depth%64)
	s.open[word] &^= 1 << bit
	if object {
		s.open[word] |= 1 << bit
	}
	s.depth++
	return true
}

func (s *scanner) inObject() bool {
	top := s.depth - 1
	return s.open[top/64]>>uint(top%64)&1 == 1
}

// value passes over one value of any kind and checks it, without recursion.
func (s *scanner) value(i int) int {
	floor := s.depth
	for {
		// A value begins at i.
		switch c := s.at(i); {
		case c == '"':
			i, _ = s.str(i)
		case c == '{':
			if !s.push(true) {
				return invalid
			}
			if i = s.space(i + 1); s.at(i) != '}' {
				if i = s.name(i); i == invalid {
					return invalid
				}
				continue
			}
			i++
			s.depth--
		case c == '[':
			if !s.push(false) {
				return invalid
			}
			if i = s.space(i + 1); s.at(i) != ']' {
				continue
			}
			i++
			s.depth--
		default:
			i = s.scalar(i)
		}
		if i == invalid {
			return invalid
		}
		// A value ended at i: close what ends with it, go on to the next.
		for {
			if s.depth == floor {
				return i
			}
			i = s.space(i)
			c := s.at(i)
			if c == ',' {
				i = s.space(i + 1)
				if s.inObject() {
					if i = s.name(i); i == invalid {
						return invalid
					}
				}
				break
			}
			if c != '}' && c != ']' || (c == '}') != s.inObject() {
				return invalid
			}
			i++
			s.depth--
		}
	}
}

// name passes over the name of a property, its colon and the blanks around.
func (s *scanner) name(i int) int {
	if s.at(i) != '"' {
		return invalid
	}
	if i, _ = s.str(i); i == invalid {
		return invalid
	}
	if i = s.space(i); s.at(i) != ':' {
		return invalid
	}
	return s.space(i + 1)
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// str passes over the string whose opening quote is at i, and tells whether it
// holds an escape. Eight bytes at a time are searched for one that ends the
// plain text: a quote, a backslash or a control character. Of the marked bytes
// only the lowest is certain, and only that is used.
func (s *scanner) str(i int) (end int, escaped bool) {
	data := s.data
	i++
	for {
		stop := uint64(0)
		for ; i+8 <= len(data); i += 8 {
			x := binary.LittleEndian.Uint64(data[i:])
			quote := x ^ ones*'"'
			slash := x ^ ones*'\\'
			stop = ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*' ')&^x) & highs
			if stop != 0 {
				i += bits.TrailingZeros64(stop) / 8
				break
			}
		}
		for stop == 0 && i < len(data) && data[i] != '"' && data[i] != '\\' && data[i] >= ' ' {
			i++
		}
		switch s.at(i) {
		case '"':
			return i + 1, escaped
		case '\\':
			escaped = true
			if i = s.escape(i); i == invalid {
				return invalid, false
			}
		default:
			return invalid, false
		}
	}
}

// escape passes over one escape sequence. Half a surrogate pair is valid here.
func (s *scanner) escape(i int) int {
	switch s.at(i + 1) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for k := i + 2; k < i+6; k++ {
			if !isHex(s.at(k)) {
				return invalid
			}
		}
		return i + 6
	}
	return invalid
}

// scalar passes over a number, true, false or null.
func (s *scanner) scalar(i int) int {
	switch s.at(i) {
	case 't':
		return s.word(i, "true")
	case 'f':
		return s.word(i, "false")
	case 'n':
		return s.word(i, "null")
	}
	return s.number(i)
}

func (s *scanner) word(i int, word string) int {
	if end := i + len(word); end <= len(s.data) && string(s.data[i:end]) == word {
		return end
	}
	return invalid
}

func (s *scanner) number(i int) int {
	if s.at(i) == '-' {
		i++
	}
	start := i
	i = skipDigits(s.data, i)
	if i == start || s.data[start] == '0' && i > start+1 {
		return invalid
	}
	if s.at(i) == '.' {
		start = i + 1
		if i = skipDigits(s.data, start); i == start {
			return invalid
		}
	}
	if c := s.at(i); c == 'e' || c == 'E' {
		i++
		if c := s.at(i); c == '+' || c == '-' {
			i++
		}
		start = i
		if i = skipDigits(s.data, start); i == start {
			return invalid
		}
	}
	return i
}
