package main

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// momentLayouts are the forms of a time on the command line; without a zone it is UTC.
var momentLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05",
	"2006-01-02 15:04",
	"2006-01-02",
}

// momentFlag is a flag that holds a time as it was typed. What a duration counts back from
// is known only when all flags are.
type momentFlag struct {
	text  string
	given bool // if only as an empty text
}

// Set, String and Type make it the value of a flag.
func (m *momentFlag) Set(text string) error {
	m.text, m.given = text, true
	return nil
}

func (m *momentFlag) String() string { return m.text }

func (m *momentFlag) Type() string { return "time" }

// read sets t if the flag of that name was given. Durations count back from now.
func (m *momentFlag) read(name string, t *time.Time, now time.Time) error {
	if !m.given {
		return nil
	}
	at, err := parseMoment(m.text, now)
	if err != nil {
		return usageErrorf("%s %w", name, err)
	}
	*t = at
	return nil
}

// backwards is a duration back from now: days, and what time.ParseDuration reads.
var backwards = regexp.MustCompile(`^(?:([0-9]{1,5})d)?([0-9][0-9.]*(?:h|m|s).*)?$`)

// parseMoment reads a time as it is typed: absolute, or a duration back from now. The
// result is in UTC.
func parseMoment(text string, now time.Time) (time.Time, error) {
	for _, layout := range momentLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	if parts := backwards.FindStringSubmatch(text); parts != nil && text != "" {
		if back, err := duration(parts[1], parts[2]); err == nil {
			return now.UTC().Add(-back), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q: not a time; write 2026-03-01T08:30:00Z, 2026-03-01, 36h or 7d", text)
}

// duration adds whole days of 24 hours to the rest.
func duration(days, rest string) (time.Duration, error) {
	var d time.Duration
	if rest != "" {
		var err error
		if d, err = time.ParseDuration(rest); err != nil {
			return 0, err
		}
	}
	if days != "" {
		n, err := strconv.Atoi(days)
		if err != nil {
			return 0, err
		}
		d += time.Duration(n) * 24 * time.Hour
	}
	return d, nil
}
