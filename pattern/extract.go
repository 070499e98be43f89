package pattern

import (
	"slices"
	"strconv"
	"strings"
)

// Value is what a message holds at one place.
type Value struct {
	Kind ValueKind
	Text string // a text decoded, a number as the message writes it, else JSON; "" when missing
}

// Extract matches the message and returns the values TestMetricFilter reports as
// extractedValues; nil and false if it does not match.
//
//   - Delimited: every field of the line, as $name, or $N with its place counted
//     from 1 when it has no name.
//   - JSON: each selector of the pattern that leads to a number, a text or a
//     boolean. AWS documents nothing here. Selectors with a wildcard lead to many
//     values and are left out.
//   - Otherwise: nothing. The map is empty but not nil.
func (p *Pattern) Extract(message []byte) (map[string]string, bool) {
	if !p.Match(message) {
		return nil, false
	}
	values := map[string]string{}
	r := readers.Get().(*reader)
	defer r.release()
	switch p.Kind {
	case JSON:
		r.read(message, p.plan.root)
		for _, c := range p.Conditions() {
			if v := r.valueOf(r.found[c.slot]); c.wildcard < 0 && v.single() {
				values[c.Selector.String()] = v.Text
			}
		}
	case Delimited:
		r.align(p.Fields, message)
		for i, name := range r.names(p.Fields) {
			values["$"+name] = string(r.words[i].text(message))
		}
	}
	return values, true
}

// names returns what the fields of the aligned line are called.
func (r *reader) names(fields []Field) []string {
	names := make([]string, len(r.words))
	for i := range names {
		names[i] = strconv.Itoa(i + 1)
	}
	for i, f := range fields {
		if f.Name != "" {
			names[placeOf(fields, i, len(names))] = f.Name
		}
	}
	return names
}

func (r *reader) valueOf(f found) Value {
	if f.kind == Missing {
		return Value{}
	}
	return Value{f.kind, r.decoded(f)}
}

// single reports whether a metric value or a dimension can be made of the value.
func (v Value) single() bool { return v.Kind.Scalar() || v.Kind == True || v.Kind == False }

// ReferenceKind tells what a reference points at.
type ReferenceKind int

const (
	ToLiteral  ReferenceKind = iota // a number, the same for every message
	ToSelector                      // $.a.b, in JSON messages
	ToField                         // $name, in lines a delimited pattern was laid over
	ToPlace                         // $7, the 7th field of a line
)

// Reference is a metric value or the value of a dimension: where in a matched
// message to find it. Sources: CloudWatch Logs API Reference,
// MetricTransformation; User Guide, "Creating metrics from log events using
// filters".
type Reference struct {
	Kind     ReferenceKind
	Literal  string   // ToLiteral
	Selector Selector // ToSelector
	Field    string   // ToField
	Place    int      // ToPlace, from 1

	source string
}

// String returns the reference as it was written.
func (r Reference) String() string { return r.source }

// ParseReference reads $.a.b, $name, $7 or a number. A bare word is refused, as
// by AWS. Errors are [*SyntaxError].
func ParseReference(source string) (Reference, error) {
	p := &parser{source: source, aws: awsInvalidPattern}
	r := Reference{source: source}
	name := strings.TrimPrefix(source, "$")
	switch {
	case strings.HasPrefix(source, "$.") || strings.HasPrefix(source, "$["):
		selector, err := p.selector()
		if err != nil {
			return r, err
		}
		if p.at < len(source) {
			return r, p.refuse(p.at, "text after the selector")
		}
		r.Kind, r.Selector = ToSelector, selector
	case name != source && isPlace(name):
		r.Kind, r.Place = ToPlace, atoi(name)
	case name != source && isPlainName(name):
		r.Kind, r.Field = ToField, name
	default:
		if _, ok := parseDecimal([]byte(source)); !ok {
			return r, p.refuse(0, "%q is neither a number nor $.selector, $field or $1", source)
		}
		r.Kind, r.Literal = ToLiteral, source
	}
	return r, nil
}

func isPlace(s string) bool {
	return s != "" && len(s) <= maxIndexDigits && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// Value returns what the reference points at in a message that p matches. p may
// be nil unless the reference is to a field by its name. A selector with a
// wildcard takes the first number or text it leads to. It is safe for concurrent
// use.
func (r Reference) Value(p *Pattern, message []byte) Value {
	reader := readers.Get().(*reader)
	defer reader.release()
	switch r.Kind {
	case ToLiteral:
		return Value{Numeric, r.Literal}
	case ToSelector:
		return reader.selected(r.Selector, message)
	}
	return reader.fieldValue(r, p, message)
}

func (r *reader) fieldValue(to Reference, p *Pattern, line []byte) Value {
	var fields []Field // none: the words of the line
	if p != nil {
		fields = p.Fields
	}
	if !r.align(fields, line) {
		return Value{}
	}
	place := to.Place - 1
	if to.Kind == ToField {
		place = slices.Index(r.names(fields), to.Field)
	}
	if place < 0 || place >= len(r.words) {
		return Value{}
	}
	return Value{Text, string(r.words[place].text(line))}
}

// selected finds one value of a message on its own, without a plan.
func (r *reader) selected(s Selector, message []byte) Value {
	whole := newPath()
	whole.slot = wanted
	whole.number(0)
	if !r.read(message, whole) {
		return Value{}
	}
	w := s.Wildcard()
	if w < 0 {
		return r.valueOf(r.descend(r.found[0], s.Steps))
	}
	var v Value
	r.each(r.descend(r.found[0], s.Steps[:w]), s.Steps[w:], func(f found) bool {
		if f.kind.Scalar() {
			v = r.valueOf(f)
		}
		return v.Kind == Missing
	})
	return v
}
