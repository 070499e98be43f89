package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"

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
