package event

import (
	"errors"
	"strings"
	"testing"
)

// plainRecord is a record in CloudTrail's layout.
const plainRecord = `{"eventVersion":"1.08","userIdentity":{"type":"Root"},"eventTime":"2026-03-03T09:00:21Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","eventID":"00000001-0000-4000-8000-0123456789ab"}`

func TestTheBeginningTellsWhatIsRead(t *testing.T) {
	var format *FormatError
	check := func(name, content string, records int, want any) {
		t.Helper()
		for _, content := range []string{content, zipped(content)} {
			got := 0
			r := Reader{Splitter: Splitter{Record: func(*Record) { got++ }, Reject: func(Rejection) {}}}
			_, err := r.Read(strings.NewReader(content))
			ok := err == nil
			switch want := want.(type) {
			case error:
				ok = errors.Is(err, want)
			case **FormatError:
				ok = errors.As(err, want)
			}
			if !ok || got != records {
				t.Errorf("%s: %d records, error %v", name, got, err)
			}
		}
	}
	check("empty", "", 0, nil)
	check("blanks", " \n\t ", 0, nil)
	check("a record behind a byte order mark", "\ufeff"+plainRecord, 1, nil)
	check("an export of CloudWatch Logs, with the time in front", "2026-03-03T10:00:00.000Z "+plainRecord+"\n2026-03-03T10:00:01.000Z "+plainRecord+"\n", 2, nil)
	check("such an export of another layout", `2026-03-03T10:00:00.000Z {"awsRegion":"us-east-1", `+strings.TrimPrefix(plainRecord, "{")+"\n", 1, nil)
	check("prose with a record on another line", "A text:\n"+plainRecord, 0, ErrNotJSON)
	check("prose", "A text {with} braces.", 0, ErrNotJSON)
	check("binary", "\x7fELF\x02\x01\x01", 0, ErrNotJSON)
	check("zstd", "\x28\xb5\x2f\xfd....", 0, &format)
	check("zip", "PK\x03\x04....", 0, &format)
	check("UTF-16", "\xff\xfe{\x00}\x00", 0, &format)

	r := Reader{Splitter: Splitter{Record: func(*Record) {}, Reject: func(Rejection) {}}}
	if _, err := r.Read(strings.NewReader(zipped(zipped(plainRecord)))); !errors.As(err, &format) || !strings.Contains(err.Error(), "twice") {
		t.Errorf("compressed twice: %v", err)
	}
}
