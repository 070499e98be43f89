package event

import (
	"fmt"
	"time"
)

// timeLayouts are the forms of eventTime met so far, the documented one first.
// CloudTrail itself writes whole seconds in UTC (CloudTrail User Guide, record
// contents); LookupEvents prints local offsets; exporters of published samples
// write a blank instead of the T and no zone.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
}

// ParseTime reads an eventTime. A time without a zone is UTC. The result is in
// UTC.
func ParseTime(s string) (time.Time, error) {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("event time %q: not in the form 2006-01-02T15:04:05Z", s)
}
