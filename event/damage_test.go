package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A container is a way to write records into a file.
type container struct {
	name   string
	record func(record string) string // how it prints one
	file   func(records []string) string
}

func asIs(record string) string { return record }

func joined(begin, separator, end string) func([]string) string {
	return func(records []string) string { return begin + strings.Join(records, separator) + end }
}

// deeper indents a record that is printed over several lines by one level.
func deeper(record string) string {
	return strings.ReplaceAll(indented(record), "\n", "\n    ")
}

var containers = []container{
	{"log file", asIs, joined(`{"Records":[`, ",", "]}")},
	{"array", asIs, joined("[", ",", "]")},
	{"lines", asIs, joined("", "\n", "\n")},
	{"lines with CR LF", asIs, joined("", "\r\n", "\r\n")},
	{"one after the other", asIs, joined("", "", "")},
	{"log file with its keys in another order", reordered, joined(`{"Records":[`, ",", "]}")},
	{"lines with their keys in another order", reordered, joined("", "\n", "\n")},
	{"indented log file", deeper, joined("{\n  \"Records\": [\n    ", ",\n    ", "\n  ]\n}\n")},
	{"indented array with its keys in another order", func(r string) string { return deeper(reordered(r)) }, joined("[\n    ", ",\n    ", "\n]\n")},
	{"indented one after the other", indented, joined("", "\n", "\n")},
	{"EventBridge in lines", eventBridge, joined("", "\n", "\n")},
	{"array in lines", asIs, joined("[\n", ",\n", "\n]\n")},
}

// structure lists the places of the quotes, braces and brackets in a record that are no
// part of a string's content.
func structure(record string) []int {
	var places []int
	inString, escaped := false, false
	for i, c := range []byte(record) {
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
			places = append(places, i)
		case !inString && strings.IndexByte("{}[]", c) >= 0:
			places = append(places, i)
		}
	}
	return places
}

// checkDamage splits a file of five records, the third of which is damaged. The others
// must all be read, and one thing be rejected: the damaged record, from where it begins.
// Damage that leaves a record in CloudTrail's layout its outline goes unseen, since such
// a record is not decoded; a stray bracket behind a record is all that is rejected then;
// and of a damaged envelope the record may be saved, between two rejections.
func checkDamage(t *testing.T, c container, what, damaged string) {
	t.Helper()
	var parts []string
	for n := range 5 {
		parts = append(parts, c.record(newRecord(n+1)))
	}
	want := int64(strings.Index(c.file(parts), parts[2]))
	parts[2] = damaged
	file := c.file(parts)
	got := splitInPieces(file, 0)
	if d := cmp.Diff(got.items, splitInPieces(file, 63).items); d != "" {
		t.Errorf("%s, %s: in pieces (-at once +in pieces):\n%s", c.name, what, d)
	}
	checkPlaces(t, file, got)
	for _, n := range []int{1, 2, 4, 5} {
		if !slices.Contains(got.eventIDs(), guid(n)) {
			t.Errorf("%s, %s: record %d is lost: %s\n%+v", c.name, what, n, file, got.items)
		}
	}
	saved := got.records - 4
	if saved > 1 || got.rejected > 1+saved || saved+got.rejected < 1 {
		t.Errorf("%s, %s: %d records, %d rejections: %s\n%+v", c.name, what, got.records, got.rejected, file, got.items)
	}
	for _, i := range got.items {
		if !i.isRecord() && (i.Offset < want || saved == 0 && strings.TrimSpace(file[want:i.Offset]) != "" || i.Offset > want+int64(len(damaged))) {
			t.Errorf("%s, %s: rejection is not at %d: %s\n%+v", c.name, what, want, file, i)
		}
	}
}

func TestADamagedRecordCostsItselfAlone(t *testing.T) {
	for _, c := range containers {
		t.Run(c.name, func(t *testing.T) {
			record := c.record(newRecord(3))
			for _, at := range structure(record) {
				checkDamage(t, c, fmt.Sprintf("without the %c at %d", record[at], at), record[:at]+record[at+1:])
				checkDamage(t, c, fmt.Sprintf("with the %c at %d twice", record[at], at), record[:at+1]+record[at:])
			}
			for at := 20; at < len(record); at += 3 {
				checkDamage(t, c, fmt.Sprintf("cut off at %d", at), record[:at])
			}
		})
	}
}

// hostile inputs repeat one text; each must end within a time that only work in
// proportion to the size can keep, on any machine.
func TestHostileInputsTakeBoundedWorkAndMemory(t *testing.T) {
	const (
		megabyte = 1 << 20
		patience = 20 * time.Second // each takes some 10 ms per MB
	)
	check := func(what, begin, repeat string, size int) *collector {
		t.Helper()
		var c collector
		s := Splitter{Record: c.record, Reject: c.reject}
		input := []byte(begin + strings.Repeat(repeat, size/len(repeat)))
		started := time.Now()
		for p := input; len(p) > 0; {
			n := min(len(p), 100_000)
			s.Write(p[:n])
			p = p[n:]
			if cap(s.rest) > 2*MaxRecord {
				t.Fatalf("%s: %d bytes are held", what, cap(s.rest))
			}
		}
		s.Close()
		if took := time.Since(started); took > patience {
			t.Errorf("%s: %d bytes took %v", what, len(input), took)
		}
		if len(input) <= megabyte+len(begin) {
			checkPlaces(t, string(input), &c)
		}
		if most := 2 * (len(input)/len(repeat) + 1); c.records+c.rejected > most || c.rejected == 0 {
			t.Errorf("%s: %d records, %d rejections, want 1 to %d", what, c.records, c.rejected, most)
		}
		return &c
	}
	record := newRecord(1)
	check("records without end", "", `{"eventVersion":"`, megabyte)
	check("records without end in a log file", `{"Records":[`, `{"eventVersion":"1",`, megabyte)
	check("lines without end", "", "{\"a\":\n", megabyte)
	check("braces in lines", "", "{\n", megabyte)
	check("quotes in lines", "", "{\"\n", megabyte)
	check("records cut off", "", record[:len(record)/2], megabyte)
	check("records cut off in lines", "", record[:len(record)/2]+"\n", megabyte)
	check("records cut off in an indented array", "[", "\n    "+record[:40], megabyte)
	check("records without their beginning", "", record[len(record)/2:], megabyte)
	check("records cut off, with whole ones", "", record+","+record[:100], megabyte)
	check("nested records", "", `{"eventVersion":"1","x":`, megabyte)
	check("nested keys", "", `{"eventVersion" : {`, megabyte)
	check("closing brackets", "", `}]`, megabyte)
	check("stray brackets in text", "", `x]`, megabyte)
	check("quotes", "{", `"`, megabyte+1)
	check("backslashes in a string", `{"`, `\`, megabyte)
	check("colons", `{"a":1}x`, `:{"a":1}`, megabyte)
	for _, nested := range []string{"[", `{"a":`, `{"a":[`, `{"eventVersion":{`} {
		if c := check("nesting "+nested, "", nested, 20*megabyte); c.records > 0 || c.rejected > 1 {
			t.Errorf("nesting %s: %d records, %d rejections, want a single one", nested, c.records, c.rejected)
		}
	}
	if c := check("a string", `{"eventVersion":"1","userAgent":"`, "x", 20*megabyte); c.rejected != 1 || c.items[0].Err != errTooLarge.Error() {
		t.Errorf("a string of 20 MB: %+v", c.items)
	}
}

func TestARecordThatIsTooLargeCostsItselfAlone(t *testing.T) {
	sized := func(n, size int) string {
		record := newRecord(n)
		return strings.Replace(record, `"requestParameters":null`, `"requestParameters":{"x":"`+strings.Repeat("x", size-len(record)-4)+`"}`, 1)
	}
	for _, c := range containers {
		if !slices.Contains([]string{"log file", "lines", "log file with its keys in another order", "indented log file"}, c.name) {
			continue // these are enough, and large
		}
		for _, size := range []int{1 << 20, 9 << 20} {
			parts := []string{c.record(newRecord(1)), c.record(sized(2, size)), c.record(newRecord(3))}
			got := splitInPieces(c.file(parts), chunkSize)
			ids := []string{guid(1), guid(2), guid(3)}
			if size > MaxRecord {
				ids = []string{guid(1), guid(3)}
			}
			if d := cmp.Diff(ids, got.eventIDs()); d != "" {
				t.Errorf("%s: record of %d bytes (-want +got):\n%s", c.name, size, d)
				continue
			}
			if size < MaxRecord {
				continue
			}
			i := got.items[1]
			if want := int64(strings.Index(c.file(parts), parts[1])); got.rejected != 1 || i.Err != errTooLarge.Error() || i.Offset != want || i.Length != int64(len(parts[1])) {
				t.Errorf("%s: record of %d bytes at %d: %+v", c.name, len(parts[1]), want, i)
			}
		}
	}
}

func TestARecordOfTheLargestSizeIsAccepted(t *testing.T) {
	fill := func(size int) string {
		const begin, end = `{"eventName":"n","eventSource":"s","eventTime":"t","x":"`, `"}`
		return begin + strings.Repeat("x", size-len(begin)-len(end)) + end
	}
	for _, n := range []int{chunkSize, chunkSize + 1, 100_000} {
		if got := splitInPieces(fill(MaxRecord), n); got.records != 1 || got.rejected != 0 {
			t.Errorf("record of MaxRecord bytes in pieces of %d: %d records, %d rejections", n, got.records, got.rejected)
		}
		if got := splitInPieces(fill(MaxRecord+1), n); got.records != 0 || got.rejected != 1 {
			t.Errorf("record of MaxRecord+1 bytes in pieces of %d: %d records, %d rejections", n, got.records, got.rejected)
		}
	}
}

func TestTextThatIsNoJSONCostsItselfAlone(t *testing.T) {
	a, b := newRecord(1), newRecord(2)
	check := func(what, text string) {
		t.Helper()
		file := a + "\n" + text + "\n" + b
		got := checkPiecewise(t, file)
		checkPlaces(t, file, got)
		if got.records != 2 || got.rejected != 1 {
			t.Fatalf("%s: %+v", what, got.items)
		}
		if i := got.items[1]; i.isRecord() || i.Offset != int64(len(a)+1) || i.Length != int64(len(text)) {
			t.Errorf("%s: at %d, of %d bytes; rejected is %+v", what, len(a)+1, len(text), i)
		}
	}
	check("a line of a log", "2026-03-03 09:00:21 INFO started")
	check("a quote", `say "hello`)
	check("a quote and a brace", `say "hello {`)
	check("a number", "1")
	check("a string", `"{}"`)
	check("NUL bytes", "\x00\x00\x00")
	check("bytes that are no UTF-8", "\xff\xfe\xfd")
	check("a closing brace", "}")
	check("an unknown literal", `{"eventName":"n","eventSource":"s","eventTime":tru}`)
	check("a NUL byte in a string", "{\"eventName\":\"\x00\",\"eventSource\":\"s\",\"eventTime\":\"t\"}")
}

// The bracket that seems to end a damaged record may be one in the text of the next, and
// so may be what follows that bracket. At once and in pieces, the next must be read.
func TestTextInTheNextRecordDoesNotEndADamagedOne(t *testing.T) {
	for _, text := range []string{`a } b`, `a },b`, `a }, {`, `a }]`, `a }`} {
		record := func(n int) string {
			return strings.Replace(newRecord(n), `"awsRegion":"us-east-1"`, `"awsRegion":"`+text+`"`, 1)
		}
		damaged := strings.Replace(record(2), `"readOnly":`, `"readOnly:`, 1)
		for _, c := range containers[:4] {
			got := checkPiecewise(t, c.file([]string{record(1), damaged, record(3), record(4)}))
			if d := cmp.Diff([]string{guid(1), guid(3), guid(4)}, got.eventIDs()); d != "" || got.rejected != 1 {
				t.Errorf("%s, %q: %d rejected (-want +got):\n%s", c.name, text, got.rejected, d)
			}
		}
	}
}
