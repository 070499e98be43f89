package event

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The reference is a splitter that is slow and obviously correct: it decodes everything
// with encoding/json and follows the rules of the package comment.

// errUndefined says that no rule tells what an input means.
var errUndefined = errors.New("undefined")

// A member is a key of an object and its value.
type member struct {
	key   string
	value json.RawMessage
}

// members returns what is in an object, in order; errUndefined if a key is there twice,
// of which it is not defined which one counts.
func members(object json.RawMessage) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var found []member
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{key: key.(string)}
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(found, func(other member) bool { return other.key == m.key }) {
			return nil, errUndefined
		}
		found = append(found, m)
	}
	return found, nil
}

// referenceSplit returns the records in a stream, without their offsets; an error if it
// is no valid JSON.
func referenceSplit(text []byte) ([]item, error) {
	var found []item
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		var value json.RawMessage
		if err := d.Decode(&value); err == io.EOF {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		elements, err := referenceElements(value)
		if err != nil {
			return nil, err
		}
		for _, e := range elements {
			records, err := referenceUnwrap(e, 0)
			if err != nil {
				return nil, err
			}
			found = append(found, records...)
		}
	}
}

// referenceElements returns what may be records in a value at the top: those of an
// array, or of the arrays in an envelope, or the object itself.
func referenceElements(value json.RawMessage) ([]json.RawMessage, error) {
	switch value[0] {
	case '[':
		var elements []json.RawMessage
		err := json.Unmarshal(value, &elements)
		return elements, err
	case '{':
		if bytes.HasPrefix(value, recordStart) {
			break
		}
		var elements []json.RawMessage
		envelope := false
		inside, err := members(value)
		for _, m := range inside {
			if slices.Contains(recordArrays, m.key) && m.value[0] == '[' {
				envelope = true
				more, err := referenceElements(m.value)
				if err != nil {
					return nil, err
				}
				elements = append(elements, more...)
			}
		}
		if envelope || err != nil {
			return elements, err
		}
	}
	return []json.RawMessage{value}, nil
}

// referenceUnwrap returns the records in an element.
func referenceUnwrap(value json.RawMessage, depth int) ([]item, error) {
	value = bytes.TrimSpace(value)
	if depth > maxWrapping || len(value) == 0 || value[0] != '{' && value[0] != '[' || !json.Valid(value) {
		return nil, nil
	}
	var parts []json.RawMessage
	if value[0] == '[' {
		if err := json.Unmarshal(value, &parts); err != nil {
			return nil, err
		}
	} else {
		inside, err := members(value)
		if err != nil {
			return nil, err
		}
		if r, ok := referenceRecord(value, inside); ok {
			return []item{r}, nil
		}
		slices.SortFunc(inside, func(a, b member) int { return strings.Compare(a.key, b.key) })
		for _, m := range inside {
			parts = append(parts, referenceCarried(m)...)
		}
	}
	var found []item
	for _, part := range parts {
		records, err := referenceUnwrap(part, depth+1)
		if err != nil {
			return nil, err
		}
		found = append(found, records...)
	}
	return found, nil
}

// referenceCarried returns what may hold records in a member of an envelope.
func referenceCarried(m member) []json.RawMessage {
	var text string
	if m.value[0] != '"' || json.Unmarshal(m.value, &text) != nil {
		return []json.RawMessage{m.value}
	}
	switch m.key {
	case "CloudTrailEvent", "message", "Message", "body", "Body":
		return []json.RawMessage{json.RawMessage(text)}
	case "data", "Data":
		data, err := base64.StdEncoding.DecodeString(text)
		if z, notGzip := gzip.NewReader(bytes.NewReader(data)); notGzip == nil {
			data, err = io.ReadAll(z)
		}
		if err == nil {
			return []json.RawMessage{data}
		}
	}
	return nil
}

// referenceRecord returns the record that an object is, if it is one.
func referenceRecord(raw json.RawMessage, fields []member) (item, bool) {
	text := func(key string) string {
		for _, f := range fields {
			if f.key == key && f.value[0] == '"' {
				return string(f.value[1 : len(f.value)-1])
			}
		}
		return ""
	}
	has := func(key string) bool {
		return slices.ContainsFunc(fields, func(f member) bool { return f.key == key })
	}
	r := item{Raw: string(raw), EventID: text("eventID"), Name: text("eventName"), Source: text("eventSource"), Time: text("eventTime")}
	id, err := hex.DecodeString(strings.ReplaceAll(r.EventID, "-", ""))
	if _, guid := ParseGUID([]byte(r.EventID)); !guid {
		var canonical ID
		canonical, err = canonicalID(raw)
		id = canonical[:]
	}
	r.ID = hex.EncodeToString(id)
	ours := r.Time != "" || has("eventVersion") || has("userIdentity")
	return r, err == nil && ours && r.Name != "" && r.Source != "" && !strings.HasPrefix(r.Source, "aws:")
}

// checkReference compares the records in valid JSON with those of the reference.
func checkReference(t *testing.T, text string, got *collector) {
	t.Helper()
	want, err := referenceSplit([]byte(text))
	if err != nil || oddKeys(text) {
		return // not valid, or not defined
	}
	var records []item
	for _, i := range got.items {
		if i.isRecord() {
			i.Offset = 0
			records = append(records, i)
		}
	}
	if d := cmp.Diff(want, records); d != "" {
		t.Fatalf("split %q (-encoding/json +got):\n%s", text, d)
	}
}

// oddKeys reports whether text is printed as nobody does: the keys of envelopes with
// letters as escapes, or with a screen of blanks around.
func oddKeys(text string) bool {
	return strings.Contains(text, `\u`) || strings.Contains(strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(text), strings.Repeat(" ", lookBehind/4))
}

// checkPlaces checks what holds for any input: what is handed on is in order, within the
// input and not twice, and nothing is left out but blanks and the frames of envelopes.
func checkPlaces(t *testing.T, text string, got *collector) {
	t.Helper()
	var last, end int64
	covered := make([]bool, len(text))
	wrapped := false
	for _, i := range got.items {
		length := i.Length
		if i.isRecord() {
			length = int64(len(i.Raw))
			if !strings.HasPrefix(text[min(max(i.Offset, 0), int64(len(text))):], i.Raw) {
				wrapped, length = true, 1
			}
		} else if length <= 0 {
			t.Fatalf("split %q: empty rejection %+v", text, i)
		}
		if i.Offset < 0 || i.Offset+length > int64(len(text)) {
			t.Fatalf("split %q: not within the input: %+v", text, i)
		}
		if i.Offset < end && i.Offset != last {
			t.Fatalf("split %q: overlaps with the one before, which ends at %d: %+v", text, end, i)
		}
		last, end = i.Offset, max(end, i.Offset+length)
		for at := i.Offset; at < end; at++ {
			covered[at] = true
		}
	}
	frames := wrapped || slices.ContainsFunc(recordArrays, func(key string) bool { return strings.Contains(text, `"`+key+`"`) })
	for at, ok := range covered {
		if !ok && !frames && !strings.ContainsRune(" \t\r\n,[]", rune(text[at])) && !strings.HasPrefix(text, "\ufeff"[:min(3, at+1)]) {
			t.Fatalf("split %q: byte %d is neither in a record nor in a rejection: %+v", text, at, got.items)
		}
	}
}

func FuzzSplitter(f *testing.F) {
	for _, shape := range shapes() {
		f.Add(shape.text)
	}
	for _, text := range hardToClassify {
		f.Add(text)
	}
	small := `{"eventVersion":"1","eventTime":"2026-03-03T09:00:21Z","eventSource":"s","eventName":"n","eventID":"` + guid(1) + `"}`
	for _, broken := range []string{`{"eventVersion":"`, `{"Records":[`, "\n{", `"`, `]`, `}`, `{"eventVersion":"1","a":{`, `{"a":"`, "\n  {\"a\":", "\n{\"eventName\":[{"} {
		f.Add(small + broken + small)
		f.Add(`{"Records":[` + small + broken + small + "," + small + `],"x":1}`)
		f.Add("[\n  " + small + broken + "\n  " + small + ",\n  " + small + "]" + small)
		f.Add(broken + small + broken + broken)
	}
	f.Add(`{"eventVersion":"1","eventTime":"","a":"0123456789012","eventSource":"s","eventName":"n","eventID":"1"}`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4<<10 {
			return // what matters happens in small
		}
		got := splitInPieces(text, 0)
		checkPlaces(t, text, got)
		checkReference(t, text, got)
		for _, n := range pieces {
			if d := cmp.Diff(got.items, splitInPieces(text, n).items); d != "" {
				t.Fatalf("split %q in pieces of %d bytes (-at once +in pieces):\n%s", text, n, d)
			}
		}
	})
}

// Random bytes seldom make anything that looks like JSON; random tokens do.
func TestTokensInAnyOrder(t *testing.T) {
	record := func(n int) string {
		return `{"eventVersion":"1","eventTime":"2026-03-03T09:00:21Z","eventSource":"s","eventName":"n","eventID":"` + guid(n) + `"}`
	}
	tokens := []string{
		`{`, `}`, `[`, `]`, `"`, `,`, `:`, `\`, "\n", "\n{", "\n  ", " ", `"a":`, `"}"`, `"]{"`, `1`, `{"a":1}`, `{"a":{`, `x`,
		`{"eventVersion":"`, `{"eventVersion":"1","a":`, `{"Records":[`, `]}`, `"Records":[`, `{"eventName":"n","b":`,
		record(1), record(2), reordered(record(3)), indented(record(4)), quoted(record(5)), `{"Message":` + quoted(record(6)) + `}`,
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		var b strings.Builder
		for range random.IntN(24) {
			b.WriteString(tokens[random.IntN(len(tokens))])
		}
		text := b.String()
		got := checkPiecewise(t, text)
		checkPlaces(t, text, got)
		checkReference(t, text, got)
	}
}
