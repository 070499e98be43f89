package pattern

import (
	"bytes"
)

// word is one field of a line: offsets of its text, without the quotes or
// brackets around it.
type word struct{ start, end int }

func (w word) text(line []byte) []byte { return line[w.start:w.end] }

// align splits a line into r.words, one for each field of the line, so that the
// entries of a pattern can be laid over them; see placeOf. It reports false when
// the line has too few.
//
// With ... every word is a field. Without it the last entry takes the rest of
// the line, as AWS's own Lambda preset [timestamp=*Z, request_id="*-*", event]
// shows. [] has no entry, and every word is a field.
func (r *reader) align(fields []Field, line []byte) bool {
	r.words = r.words[:0]
	open := len(fields) == 0
	for _, f := range fields {
		open = open || f.Ellipsis
	}
	i := 0
	for open || len(r.words) < len(fields)-1 {
		w, next := nextWord(line, i)
		if next < 0 {
			break
		}
		r.words = append(r.words, w)
		i = next
	}
	if open {
		return len(r.words) >= len(fields)-1
	}
	rest, next := nextWord(line, i)
	if next < 0 || len(r.words) < len(fields)-1 {
		return false
	}
	if _, more := nextWord(line, next); more >= 0 {
		rest = word{wordStart(line, i), len(bytes.TrimRight(line, spaces))}
	}
	r.words = append(r.words, rest)
	return true
}

// placeOf returns which of total words entry i is about: counted from the left
// before the ellipsis, from the right after it.
func placeOf(fields []Field, i, total int) int {
	for _, f := range fields[:i] {
		if f.Ellipsis {
			return total - len(fields) + i
		}
	}
	return i
}

// spaces separate the fields of a line, however many stand together.
const spaces = " \t\r\n\v\f"

// wordStart returns where the next word begins, or the end of the line.
func wordStart(line []byte, i int) int {
	for i < len(line) && (line[i] == ' ' || '\t' <= line[i] && line[i] <= '\r') {
		i++
	}
	return i
}

// nextWord reads a word at or after i and returns where to go on, or -1 at the
// end of the line. A word that begins with [ ends at the next ], one that begins
// with " at the next ", and both lose these delimiters. What a group does that is
// never closed is documented nowhere: it takes the rest of the line.
func nextWord(line []byte, i int) (w word, next int) {
	i = wordStart(line, i)
	if i == len(line) {
		return word{}, -1
	}
	closing := byte(0)
	switch line[i] {
	case '[':
		closing = ']'
	case '"':
		closing = '"'
	default:
		end := i
		for end < len(line) && wordStart(line[end:end+1], 0) == 0 {
			end++
		}
		return word{i, end}, end
	}
	i++
	if length := bytes.IndexByte(line[i:], closing); length >= 0 {
		return word{i, i + length}, i + length + 1
	}
	return word{i, max(i, len(bytes.TrimRight(line, spaces)))}, len(line)
}
