package event

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An item is what was handed on for one part of a stream: a record, or a rejection.
type item struct {
	Offset                      int64
	Raw, ID                     string // of a record
	EventID, Name, Source, Time string
	Length                      int64 // of a rejection
	Err                         string
	Foreign                     bool
}

func (i item) isRecord() bool { return i.Err == "" }

// A collector keeps what a splitter hands on.
type collector struct {
	items             []item
	records, rejected int
}

func (c *collector) record(r *Record) {
	c.records++
	c.items = append(c.items, item{
		Offset: r.Offset, Raw: string(r.Raw), ID: hex.EncodeToString(r.ID[:]),
		EventID: string(r.EventID), Name: string(r.Name), Source: string(r.Source), Time: string(r.Time),
	})
}

func (c *collector) reject(r Rejection) {
	c.rejected++
	c.items = append(c.items, item{Offset: r.Offset, Length: r.Length, Err: r.Err.Error(), Foreign: r.Foreign})
}

// eventIDs lists the eventIDs of the records collected.
func (c *collector) eventIDs() []string {
	var ids []string
	for _, i := range c.items {
		if i.isRecord() {
			ids = append(ids, i.EventID)
		}
	}
	return ids
}

// splitInPieces splits text, written in pieces of n bytes; at once if n is 0.
func splitInPieces(text string, n int) *collector {
	var c collector
	s := Splitter{Record: c.record, Reject: c.reject}
	for p := []byte(text); len(p) > 0; {
		piece := p
		if n > 0 {
			piece = bytes.Clone(p[:min(n, len(p))])
		}
		p = p[len(piece):]
		if wrote, err := s.Write(piece); wrote != len(piece) || err != nil {
			panic(fmt.Sprint("Write: ", wrote, err)) // it promises not to
		}
		if n > 0 {
			clear(piece) // it promises to keep nothing of it
		}
	}
	s.Close()
	return &c
}

// pieces are sizes around those of blocks, and one that none divides.
var pieces = []int{1, 7, 63, 64, 65, 4096}

// checkPiecewise splits text at once and in pieces, which must make no difference, and
// returns what was handed on.
func checkPiecewise(t *testing.T, text string) *collector {
	t.Helper()
	want := splitInPieces(text, 0)
	for _, n := range pieces {
		if d := cmp.Diff(want.items, splitInPieces(text, n).items); d != "" {
			t.Fatalf("split %q\nin pieces of %d bytes (-at once +in pieces):\n%s", text, n, d)
		}
	}
	return want
}

// guid is the n-th eventID of the tests.
func guid(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-0123456789ab", n) }

// newRecord is a record laid out as CloudTrail does it, with what makes splitting hard
// in its user agent.
func newRecord(n int) string {
	return `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"mary","sessionContext":{"attributes":{"mfaAuthenticated":"false"}}},` +
		`"eventTime":"2026-03-03T09:00:21Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1",` +
		`"sourceIPAddress":"192.0.2.7","userAgent":"a \"}{ \\ ][, {\\\"eventVersion\\\":\\\"","requestParameters":null,` +
		`"responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"MFAUsed":"Yes","list":[1,{"a":[]}]},` +
		`"eventID":"` + guid(n) + `","readOnly":false,"eventType":"AwsConsoleSignIn","recipientAccountId":"123456789012"}`
}

// reordered is a record with its keys in alphabetical order, and indented prints one over
// several lines.
func reordered(record string) string {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(record), &fields); err != nil {
		panic(err)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func indented(value string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(value), "", "    "); err != nil {
		panic(err)
	}
	return b.String()
}

func quoted(text string) string {
	q, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(q)
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.String()
}

func inBase64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// logsPayload is what CloudWatch Logs sends to the subscription of a log group.
func logsPayload(messages ...string) string {
	var events []string
	for i, m := range messages {
		events = append(events, fmt.Sprintf(`{"id":"%d","timestamp":1772528421000,"message":%s}`, i, quoted(m)))
	}
	return `{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"g","logStream":"123456789012_CloudTrail_us-east-1",` +
		`"subscriptionFilters":["f"],"logEvents":[` + strings.Join(events, ",") + `]}`
}

func eventBridge(detail string) string {
	return `{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"AWS Console Sign In via CloudTrail",` +
		`"source":"aws.signin","account":"123456789012","time":"2026-03-03T09:00:21Z","region":"us-east-1","resources":[],"detail":` + detail + `}`
}

func sns(message string) string {
	return `{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:us-east-1:123456789012:t","Message":` + quoted(message) +
		`,"Timestamp":"2026-03-03T09:00:22.000Z","SignatureVersion":"1","Signature":"c2ln","MessageAttributes":{}}`
}

func sqs(bodies ...string) string {
	var messages []string
	for _, b := range bodies {
		messages = append(messages, `{"messageId":"m","receiptHandle":"r","body":`+quoted(b)+
			`,"attributes":{"SentTimestamp":"1"},"messageAttributes":{},"eventSource":"aws:sqs","awsRegion":"us-east-1"}`)
	}
	return `{"Records":[` + strings.Join(messages, ",") + `]}`
}

// A shape is a way to write three records, numbers 1 to 3, into a file.
type shape struct{ name, text string }

// shapes are all that is listed in the package comment.
func shapes() []shape {
	a, b, c := newRecord(1), newRecord(2), newRecord(3)
	file := `{"Records":[` + a + `,` + b + `,` + c + `]}`
	var records []shape
	add := func(name, text string) { records = append(records, shape{name, text}) }
	add("log file", file)
	add("log file over several lines", indented(file))
	add("log file with its keys in another order", `{"Records":[`+reordered(a)+`,`+reordered(b)+`,`+reordered(c)+`]}`)
	add("log file with a member in front and behind", `{"x":{"Records":1},"Records": [ `+a+`,`+b+` ] ,"y":[{"z":0}],"Records":[`+c+`]}`)
	add("log files one after the other", `{"Records":[`+a+`]}`+`{"Records":[]}`+"\n"+`{"Records":[`+b+`,`+c+`]}`)
	add("array", `[`+a+`, `+b+`,`+c+`]`)
	add("array over several lines", indented(`[`+a+`,`+b+`,`+c+`]`))
	add("array of envelopes", `[`+eventBridge(a)+`,`+sns(b)+`,{"Records":[`+c+`]}]`)
	add("a record a line", a+"\n"+reordered(b)+"\n"+c+"\n")
	add("a record a line with CR LF", a+"\r\n"+b+"\r\n"+c)
	add("records one after the other", a+b+c)
	add("indented records one after the other", indented(a)+"\n"+indented(b)+indented(c))
	add("byte order mark", "\ufeff"+file)
	add("LookupEvents page", `{"Events":[{"EventId":"`+guid(1)+`","EventName":"ConsoleLogin","ReadOnly":"false","Resources":[],"CloudTrailEvent":`+quoted(a)+`},`+
		`{"CloudTrailEvent":`+quoted(b)+`},{"CloudTrailEvent":`+quoted(indented(c))+`}],"NextToken":"t"}`)
	add("LookupEvents pages in an array", `[{"Events":[{"CloudTrailEvent":`+quoted(a)+`}]},{"Events":[{"CloudTrailEvent":`+quoted(b)+`},{"CloudTrailEvent":`+quoted(c)+`}]}]`)
	add("EventBridge", eventBridge(a)+eventBridge(b)+"\n"+eventBridge(indented(c)))
	add("CloudWatch Logs subscription", logsPayload(a, b, c))
	add("CloudWatch Logs subscription for Lambda", `{"awslogs":{"data":"`+inBase64(zipped(logsPayload(a, b, c)))+`"}}`)
	add("CloudWatch Logs subscription in Kinesis for Lambda", `{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"k","data":"`+
		inBase64(zipped(logsPayload(a, b)))+`"},"eventSource":"aws:kinesis","eventVersion":"1.0","eventName":"aws:kinesis:record"},`+
		`{"kinesis":{"data":"`+inBase64(zipped(logsPayload(c)))+`"},"eventSource":"aws:kinesis","eventVersion":"1.0","eventName":"aws:kinesis:record"}]}`)
	add("CloudWatch Logs subscription in Firehose for Lambda", `{"invocationId":"i","records":[{"recordId":"1","data":"`+inBase64(zipped(logsPayload(a, b, c)))+`"}]}`)
	add("Kinesis GetRecords", `{"Records":[{"SequenceNumber":"1","Data":"`+inBase64(a)+`"},{"Data":"`+inBase64(zipped(b))+`"},{"Data":"`+inBase64(c)+`"}],"MillisBehindLatest":0}`)
	add("Firehose objects one after the other", logsPayload(a)+logsPayload(b, c))
	add("SNS", sns(a)+sns(indented(b))+sns(c))
	add("SNS for Lambda", `{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","Sns":`+sns(a)+`},{"EventSource":"aws:sns","Sns":`+sns(b)+`},{"Sns":`+sns(c)+`}]}`)
	add("SQS for Lambda", sqs(a, b, c))
	add("SQS ReceiveMessage", `{"Messages":[{"MessageId":"m","Body":`+quoted(a)+`},{"Body":`+quoted(b)+`},{"Body":`+quoted(c)+`}]}`)
	add("SQS of SNS of EventBridge", sqs(sns(eventBridge(a)), sns(eventBridge(b)), sns(eventBridge(c))))
	add("export with a record as a member", `{"took":1,"hits":[{"_id":"1","_source":`+a+`},{"_id":"2","_source":`+b+`},{"_source":`+c+`}]}`)
	return records
}

// CloudTrail User Guide, "CloudTrail log file examples" and "CloudTrail record contents";
// CloudTrail API Reference, "LookupEvents"; EventBridge User Guide, "AWS service events
// delivered via CloudTrail"; CloudWatch Logs User Guide, "Log group-level subscription
// filters"; Lambda Developer Guide, pages on Kinesis, SNS and SQS.
func TestEveryShapeIsReadWholeAndInPieces(t *testing.T) {
	for _, shape := range shapes() {
		t.Run(shape.name, func(t *testing.T) {
			got := checkPiecewise(t, shape.text)
			if d := cmp.Diff([]string{guid(1), guid(2), guid(3)}, got.eventIDs()); d != "" || got.rejected > 0 {
				t.Fatalf("records (-want +got):\n%s\n%+v", d, got.items)
			}
			for n, i := range got.items {
				checkSameFields(t, newRecord(n+1), i)
				if direct := strings.Index(shape.text, i.Raw); direct >= 0 && i.Offset > int64(direct) || shape.text[i.Offset] != '{' {
					t.Errorf("record %d: offset %d is neither of it nor of what is around it", n+1, i.Offset)
				}
			}
			var zip collector
			r := Reader{Splitter: Splitter{Record: zip.record, Reject: zip.reject}}
			for _, file := range []string{shape.text, zipped(shape.text)} {
				zip = collector{}
				if n, err := r.Read(strings.NewReader(file)); err != nil || n != int64(len(shape.text)) {
					t.Errorf("Read = %d, %v; the file has %d bytes", n, err, len(shape.text))
				}
				if d := cmp.Diff(got.items, zip.items); d != "" {
					t.Errorf("Reader (-Splitter +Reader):\n%s", d)
				}
			}
		})
	}
}

// checkSameFields compares what was read with the record it was made from, however that
// was printed.
func checkSameFields(t *testing.T, record string, got item) {
	t.Helper()
	var want struct{ EventID, EventName, EventSource, EventTime string }
	if err := json.Unmarshal([]byte(record), &want); err != nil {
		t.Fatal(err)
	}
	id, err := IDOf([]byte(record), []byte(want.EventID))
	if err != nil {
		t.Fatal(err)
	}
	wanted := item{
		Offset: got.Offset, Raw: got.Raw, ID: hex.EncodeToString(id[:]),
		EventID: want.EventID, Name: want.EventName, Source: want.EventSource, Time: want.EventTime,
	}
	if d := cmp.Diff(wanted, got); d != "" {
		t.Errorf("record %s (-encoding/json +got):\n%s", record, d)
	}
	if compact(got.Raw) != compact(record) && compact(reordered(got.Raw)) != compact(reordered(record)) {
		t.Errorf("record %s was handed on as %s", record, got.Raw)
	}
}

func compact(value string) string {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(value)); err != nil {
		panic(err)
	}
	return b.String()
}

func TestARecordIsTheSameInAnyLayout(t *testing.T) {
	check := func(what, record string) {
		t.Helper()
		layouts := []string{record, reordered(record), indented(record), indented(reordered(record)), strings.Replace(record, `{"eventVersion":`, `{ "eventVersion" : `, 1)}
		for _, text := range layouts {
			got := checkPiecewise(t, text)
			if len(got.items) != 1 || !got.items[0].isRecord() {
				t.Errorf("%s: %s\nwas split into %+v", what, text, got.items)
				continue
			}
			checkSameFields(t, record, got.items[0])
		}
	}
	record := newRecord(1)
	with := func(old, new string) string {
		t.Helper()
		if strings.Count(record, old) != 1 {
			t.Fatalf("%q is not once in the record", old)
		}
		return strings.Replace(record, old, new, 1)
	}
	check("as it is", record)
	check("capital GUID", with(guid(1), strings.ToUpper(guid(0xabcdef))))
	check("eventID that is no GUID", with(guid(1), "1"))
	check("eventID of the length of a GUID", with(guid(1), strings.Repeat("x", guidLen)))
	check("no eventID", with(`"eventID":"`+guid(1)+`",`, ""))
	check("eventID null", with(`"`+guid(1)+`"`, "null"))
	check("eventID within another object in front", with(`"requestParameters":null`, `"requestParameters":{"x":1,"eventID":"`+guid(9)+`","eventTime":"2026-01-01T00:00:00Z","eventSource":"s","eventName":"n"}`))
	check("eventID within another object behind", with(`"readOnly":false`, `"tlsDetails":{"x":1,"eventID":"`+guid(9)+`"}`))
	check("fields within the user identity", with(`"userName":"mary"`, `"userName":"mary","eventTime":"2026-01-01T00:00:00Z","eventSource":"s","eventName":"n"`))
	check("fields in a string", with(`"awsRegion":"us-east-1"`, `"awsRegion":",\"eventID\":\"`+guid(9)+`\""`))
	check("time with fractions", with("2026-03-03T09:00:21Z", "2026-03-03T09:00:21.125Z"))
	check("time as long as a time is, with a quote in it", with(`"2026-03-03T09:00:21Z"`, `"","extra":"012345678"`))
	check("no time", with(`"eventTime":"2026-03-03T09:00:21Z",`, ""))
	check("1 MB event", with(`"requestParameters":null`, `"requestParameters":"`+strings.Repeat(`{[\"x`, 1<<20/6)+`"`))
}

func TestNamesAreTheTextBetweenTheQuotes(t *testing.T) {
	for _, name := range []string{`a\"b`, `a\\`, `\u0041`, "\xff", "é"} {
		for _, record := range []string{newRecord(1), indented(newRecord(1))} {
			record = strings.NewReplacer(`"eventName":"ConsoleLogin"`, `"eventName":"`+name+`"`, `"eventName": "ConsoleLogin"`, `"eventName": "`+name+`"`).Replace(record)
			got := checkPiecewise(t, record)
			if len(got.items) != 1 || got.items[0].Name != name {
				t.Errorf("eventName %q: %+v", name, got.items)
			}
		}
	}
}

func TestAnEmptyStreamHoldsNothing(t *testing.T) {
	for _, text := range []string{"", "\n", " \t\r\n", "\ufeff", "[]", `{"Records":[]}`, `{"Events":[],"NextToken":"x"}`, "[]\n[]"} {
		if got := checkPiecewise(t, text); len(got.items) > 0 {
			t.Errorf("%q: %+v", text, got.items)
		}
	}
}

func TestASplitterServesOneStreamAfterAnother(t *testing.T) {
	var c collector
	s := Splitter{Record: c.record, Reject: c.reject}
	texts := []string{`{"Records":[` + newRecord(1), `[`, `"`, `{"Records":[` + newRecord(1) + `,{"a`, `}]"`, `{`, strings.Repeat("[", 100)}
	for _, text := range texts {
		s.Write([]byte(text))
		s.Close()
		c = collector{}
		s.Write([]byte(newRecord(2)))
		s.Close()
		want := splitInPieces(newRecord(2), 0)
		if d := cmp.Diff(want.items, c.items); d != "" {
			t.Errorf("after %q (-want +got):\n%s", text, d)
		}
	}
}

func TestKeysThatOnlyEndLikeAnEnvelopes(t *testing.T) {
	got := checkPiecewise(t, `{"x\"Records":[`+newRecord(1)+`],"eventName":"n","eventSource":"s","eventTime":"t"}`)
	if got.records != 1 || got.items[0].Name != "n" {
		t.Errorf("a record with an odd key was taken for an envelope: %+v", got.items)
	}
}
