package main

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestWrapLosesNothingButBlanks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab é漢  "))).Draw(t, "text")
		width := rapid.IntRange(0, 40).Draw(t, "width")
		lines := wrap(text, width)
		for _, line := range lines {
			if utf8.RuneCountInString(line) > max(width, 10) {
				t.Fatalf("%q is longer than %d", line, width)
			}
		}
		without := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if without(strings.Join(lines, "")) != without(text) {
			t.Fatalf("%q becomes %q", text, lines)
		}
	})
}

func TestWrapBreaksAtBlanks(t *testing.T) {
	check := func(text string, width int, want ...string) {
		t.Helper()
		if got := wrap(text, width); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("", 20)
	check("one two three four", 10, "one two", "three four")
	check("one two three four", 13, "one two three", "four")
	check("aaaaaaaaaabbbbb c", 10, "aaaaaaaaaa", "bbbbb c")
}

// Somebody may copy it.
func TestFileNamesAreNeverCut(t *testing.T) {
	name := "logs/" + strings.Repeat("x", 600) + "/end.json.gz"
	l := timeline{look: look{paint: paint{terminal: true}, width: 22}}
	if got := l.fileName(name); got != name {
		t.Errorf("got %q, want %q", got, name)
	}
}
