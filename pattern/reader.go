package pattern

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// reader is a scanner that notes what it finds, with the room it needs for that.
type reader struct {
	scanner
	found []found    // one for each slot
	name  []byte     // room for a decoded name
	text  []byte     // room for a decoded text
	props []property // room for the properties a wildcard meets
	words []word     // room for the fields of a line
	hits  []int      // room for the patterns of a set that may match
	field []byte     // the field whose conditions are being tested
	slots []int      // where the slots of the pattern under test are; nil: where it says
	exact bool       // a literal holds U+FFFD: texts must be decoded to be compared
}

// read scans a whole message and notes what stands at root and below. It reports
// false unless the message is exactly one JSON object.
func (r *reader) read(message []byte, root *path) bool {
	r.data, r.depth = message, 0
	r.found = slices.Grow(r.found[:0], root.last)[:root.last]
	i := r.space(0)
	if r.at(i) != '{' {
		return false
	}
	i = r.wanted(i, root)
	return i != invalid && r.space(i) == len(message)
}

// wanted reads the value at i, which the path p leads to. When a name is used
// twice in one object the last value counts, so what an earlier one left behind
// is cleared first.
func (r *reader) wanted(i int, p *path) int {
	clear(r.found[p.first:p.last])
	c := r.at(i)
	end, escaped := invalid, false
	switch {
	case c == '"':
		end, escaped = r.str(i)
	case c == '{' && p.names != nil:
		end = r.object(i, p)
	case c == '[' && p.elements != nil:
		end = r.array(i, p)
	default:
		end = r.value(i)
	}
	if p.slot != none && end != invalid {
		r.found[p.slot] = found{kindOf(c), escaped, i, end}
	}
	return end
}

// object reads the object at i and follows p into it. Together with array it
// recurses once per step of a selector, however deep the message is.
func (r *reader) object(i int, p *path) int {
	if !r.push(true) {
		return invalid
	}
	for i = r.space(i + 1); r.at(i) != '}'; {
		name := i
		end, escaped := r.plainName(i)
		if end == invalid {
			return invalid
		}
		if i = r.space(end); r.at(i) != ':' {
			return invalid
		}
		i = r.space(i + 1)
		if next := p.property(r.decodedName(name, end, escaped || p.replaced)); next != nil {
			i = r.wanted(i, next)
		} else {
			i = r.value(i)
		}
		if i = r.next(i, '}'); i == invalid {
			return invalid
		}
	}
	r.depth--
	return i + 1
}

// array reads the array at i and follows p into it.
func (r *reader) array(i int, p *path) int {
	if !r.push(false) {
		return invalid
	}
	i = r.space(i + 1)
	for index := 0; r.at(i) != ']'; index++ {
		if next := p.element(index); next != nil {
			i = r.wanted(i, next)
		} else {
			i = r.value(i)
		}
		if i = r.next(i, ']'); i == invalid {
			return invalid
		}
	}
	r.depth--
	return i + 1
}

func (r *reader) plainName(i int) (end int, escaped bool) {
	if r.at(i) != '"' {
		return invalid, false
	}
	return r.str(i)
}

// decodedName returns the name whose quoted form is data[start:end].
func (r *reader) decodedName(start, end int, decode bool) []byte {
	raw := r.data[start+1 : end-1]
	if decode {
		r.name = appendDecoded(r.name[:0], raw)
		return r.name
	}
	return raw
}

// next goes from the end of one member to the start of the next one or to the
// closing byte. A comma must be followed by a member.
func (r *reader) next(i int, closing byte) int {
	if i == invalid {
		return invalid
	}
	i = r.space(i)
	switch r.at(i) {
	case closing:
		return i
	case ',':
		if i = r.space(i + 1); r.at(i) != closing {
			return i
		}
	}
	return invalid
}

// property is one member of an object that a wildcard went into.
type property struct {
	name  []byte
	value found
}

// each calls yield for every value that steps lead to from the value at, until
// yield returns false. The message has been read, so it is valid; steps hold a
// wildcard first or not at all. Values come in the order of the message.
func (r *reader) each(at found, steps []Step, yield func(found) bool) {
	switch {
	case len(steps) == 0 || !steps[0].Kind.Wildcard():
		if f := r.descend(at, steps); f.kind != Missing {
			yield(f)
		}
	case steps[0].Kind == AnyElement && at.kind == Array:
		for i := r.space(at.start + 1); r.at(i) != ']'; {
			element := r.measure(i)
			if f := r.descend(element, steps[1:]); f.kind != Missing && !yield(f) {
				return
			}
			i = r.next(element.end, ']')
		}
	case steps[0].Kind == AnyProperty && at.kind == Object:
		for _, property := range r.properties(at) {
			if f := r.descend(property.value, steps[1:]); f.kind != Missing && !yield(f) {
				return
			}
		}
	}
}

// properties lists the members of an object, of those with one name the last.
func (r *reader) properties(object found) []property {
	props := r.props[:0]
	names := r.name[:0]
	r.members(object, func(name []byte, escaped bool, value found) {
		if escaped || !utf8.Valid(name) {
			from := len(names)
			names = appendDecoded(names, name)
			name = names[from:]
		}
		props = append(props, property{name, value})
	})
	r.props, r.name = props, names
	slices.SortStableFunc(props, func(a, b property) int { return bytes.Compare(a.name, b.name) })
	kept := props[:0]
	for i, p := range props {
		if i+1 == len(props) || !bytes.Equal(p.name, props[i+1].name) {
			kept = append(kept, p)
		}
	}
	slices.SortFunc(kept, func(a, b property) int { return a.value.start - b.value.start })
	return kept
}

// members calls yield for every member of an object, with its raw name.
func (r *reader) members(object found, yield func(name []byte, escaped bool, value found)) {
	for i := r.space(object.start + 1); r.at(i) != '}'; {
		end, escaped := r.str(i)
		value := r.measure(r.space(r.space(end) + 1))
		yield(r.data[i+1:end-1], escaped, value)
		i = r.next(value.end, '}')
	}
}

// measure returns the valid value at i.
func (r *reader) measure(i int) found {
	f := found{kind: kindOf(r.at(i)), start: i}
	if f.kind == Text {
		f.end, f.escaped = r.str(i)
	} else {
		f.end = r.value(i)
	}
	return f
}

// descend follows steps without a wildcard from a valid value.
func (r *reader) descend(at found, steps []Step) found {
	for _, step := range steps {
		var next found
		switch {
		case step.Kind == Property && at.kind == Object:
			r.members(at, func(name []byte, escaped bool, value found) {
				if escaped || holdsReplacement(step.Name) {
					r.text = appendDecoded(r.text[:0], name)
					name = r.text
				}
				if string(name) == step.Name {
					next = value
				}
			})
		case step.Kind == Element && at.kind == Array:
			i := r.space(at.start + 1)
			for index := 0; r.at(i) != ']'; index++ {
				element := r.measure(i)
				if index == step.Index {
					next = element
					break
				}
				i = r.next(element.end, ']')
			}
		}
		if at = next; at.kind == Missing {
			break
		}
	}
	return at
}

// raw returns the text of a scalar for a comparison: decoded only if that can
// make a difference. It is good until the next call.
func (r *reader) raw(f found) []byte {
	if f.kind != Text {
		return r.data[f.start:f.end]
	}
	text := r.data[f.start+1 : f.end-1]
	if f.escaped || r.exact {
		r.text = appendDecoded(r.text[:0], text)
		return r.text
	}
	return text
}

// decoded returns a value as text: a string without quotes and escapes, a number
// as the message writes it, anything else as its JSON.
func (r *reader) decoded(f found) string {
	if f.kind != Text {
		return string(r.data[f.start:f.end])
	}
	return string(appendDecoded(nil, r.data[f.start+1:f.end-1]))
}
