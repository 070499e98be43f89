package event_test

import (
	"fmt"
	"strings"

	"github.com/trailbell/trailbell/event"
)

func Example() {
	file := `{"Records":[
		{"eventVersion":"1.08","eventTime":"2026-03-03T09:00:21Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","eventID":"d38ce1b3-4575-4cb8-a632-611b8243bfc3"},
		{"eventVersion":"1.08","eventTime":"2026-03-03T09:00:
		{"eventVersion":"1.08","eventTime":"2026-03-03T09:00:25Z","eventSource":"signin.amazonaws.com","eventName":"CheckMfa","eventID":"90d8a1c2-1a0d-4b6e-9d0c-0b1f5d6a7e21"}
	]}`
	var r event.Reader
	r.Record = func(record *event.Record) {
		fmt.Printf("%d: %s at %s\n", record.Offset, record.Name, record.Time)
	}
	r.Reject = func(rejected event.Rejection) {
		fmt.Printf("%d: %v\n", rejected.Offset, rejected.Err)
	}
	n, err := r.Read(strings.NewReader(file))
	fmt.Println(n, "bytes,", err)
	// Output:
	// 15: ConsoleLogin at 2026-03-03T09:00:21Z
	// 190: record does not end: a quote, brace or bracket is missing
	// 246: CheckMfa at 2026-03-03T09:00:25Z
	// 417 bytes, <nil>
}
