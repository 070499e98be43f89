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
