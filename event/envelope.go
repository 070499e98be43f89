package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// maxWrapping is how many envelopes may be around a record: an SQS message that holds
// an SNS message that holds an EventBridge event is three, each with a string and an
// object of its own.
const maxWrapping = 12

// maxPayload bounds what a compressed payload within an envelope may become: twice the
// largest that CloudWatch Logs sends to Lambda (6 MB; Lambda quotas).
const maxPayload = 12 << 20

// carriers are the keys under which an envelope holds records as text.
var carriers = map[string]func([]byte) ([]byte, error){
	"CloudTrailEvent": plain,   // LookupEvents
	"message":         plain,   // an event of CloudWatch Logs
	"Message":         plain,   // SNS
	"body":            plain,   // SQS as Lambda gets it
	"Body":            plain,   // SQS as ReceiveMessage returns it
	"data":            encoded, // CloudWatch Logs for Lambda, Kinesis, Firehose
	"Data":            encoded, // Kinesis as GetRecords returns it
}

// strangers are objects that stand beside events in buckets and queues and are no
// events, by a key that tells them.
var strangers = []struct{ key, is string }{
	{"digestS3Object", "a digest file of CloudTrail, not a log file"},
	{"s3ObjectKey", "a delivery notification of CloudTrail, not the log file"},
	{"s3", "a notification of S3, not the object"},
	{"insightDetails", "a CloudTrail Insights event"},
	{"messageType", "a CloudWatch Logs message that holds no CloudTrail event"},
	{"SubscribeURL", "a subscription confirmation of SNS"},
	{"detail-type", "an EventBridge event of another kind"},
	{"class_uid", "an OCSF event, not the CloudTrail record it was made from"},
	{"Event", "a test notification of S3"},
}

var errNotAnEvent = errors.New("not a CloudTrail event")

// emitAny hands on an element in any layout: a record, or an envelope around records.
func (s *Splitter) emitAny(raw []byte, offset int64) {
	if err := s.unwrap(raw, offset, 0); err != nil {
		s.Reject(s.rejection(raw, offset, err))
	}
}

// rejection is the Rejection of raw for the reason err. Text that is no valid JSON and
// was not meant to be an event is as foreign as valid JSON of another kind.
func (s *Splitter) rejection(raw []byte, offset int64, err error) Rejection {
	var foreign foreignError
	return Rejection{
		Offset: offset, Length: int64(len(raw)), Err: err,
		Foreign: errors.As(err, &foreign) || !looksLikeEvent(raw),
	}
}

// foreignError says what well-formed JSON without a CloudTrail event seems to be.
type foreignError struct{ is string }

func (e foreignError) Error() string { return e.is }

func (foreignError) Unwrap() error { return errNotAnEvent }

// unwrap hands on the records in a JSON value. It returns an error if there are none,
// and rejects what is wrong beside others.
func (s *Splitter) unwrap(raw []byte, offset int64, depth int) error {
	if depth > maxWrapping {
		return foreignError{"envelopes within envelopes, too deep to look into"}
	}
	raw = bytes.Trim(raw, space)
	if len(raw) > 0 && raw[0] == '[' {
		return s.unwrapArray(raw, offset, depth)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	r, ok := recordOf(raw, offset, fields)
	if !ok {
		return s.unwrapObject(fields, offset, depth)
	}
	var err error
	if r.ID, err = IDOf(raw, r.EventID); err != nil {
		return err
	}
	s.record = r
	s.Record(&s.record)
	return nil
}

func (s *Splitter) unwrapArray(raw []byte, offset int64, depth int) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil {
		return err
	}
	var failed []Rejection
	for _, element := range elements {
		err := error(foreignError{"a value that is no object"})
		if element[0] == '{' || element[0] == '[' {
			err = s.unwrap(element, offset, depth+1)
		}
		if err != nil {
			failed = append(failed, s.rejection(element, offset, err))
		}
	}
	if len(failed) == len(elements) {
		return foreignError{"an array without CloudTrail events"}
	}
	for _, f := range failed {
		s.Reject(f)
	}
	return nil
}

func (s *Splitter) unwrapObject(fields map[string]json.RawMessage, offset int64, depth int) error {
	none := error(describe(fields))
	found := false
	var failed []Rejection
	for _, part := range parts(fields) {
		err := part.err
		if err == nil {
			err = s.unwrap(part.raw, offset, depth+1)
		}
		switch f := s.rejection(part.raw, offset, err); {
		case err == nil:
			found = true
		case !f.Foreign:
			failed = append(failed, f)
			none = err
		}
	}
	if !found {
		return none
	}
	for _, f := range failed { // objects beside the records that hold none are part of the frame
		s.Reject(f)
	}
	return nil
}

// recordOf returns the record that an object is, if it is one: it has the names of an
// event and of the service that wrote it, and is not one of the look-alikes that S3, SQS,
// Kinesis and SNS put under "Records".
func recordOf(raw []byte, offset int64, fields map[string]json.RawMessage) (Record, bool) {
	r := Record{
		Raw:     raw,
		Offset:  offset,
		EventID: inner(fields["eventID"]),
		Name:    inner(fields["eventName"]),
		Source:  inner(fields["eventSource"]),
		Time:    inner(fields["eventTime"]),
	}
	whose := len(r.Time) > 0 || fields["eventVersion"] != nil || fields["userIdentity"] != nil
	return r, whose && len(r.Name) > 0 && len(r.Source) > 0 && !hasPrefix(r.Source, "aws:")
}

// inner returns the text between the quotes of a JSON string, nil for other values.
func inner(value json.RawMessage) []byte {
	if len(value) < 2 || value[0] != '"' {
		return nil
	}
	return value[1 : len(value)-1]
}

// A part is a value within an envelope that may hold records.
type part struct {
	raw []byte
	err error // why what a carrier holds cannot be read
}

// parts lists what may hold records in an envelope: what known carriers hold as text,
// and every object and array.
func parts(fields map[string]json.RawMessage) []part {
	var found []part
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		value := fields[key]
		switch {
		case value[0] == '{' || value[0] == '[':
			found = append(found, part{raw: value})
		case value[0] == '"' && carriers[key] != nil:
			var text string
			if err := json.Unmarshal(value, &text); err != nil {
				continue
			}
			raw, err := carriers[key]([]byte(text))
			if raw = bytes.Trim(raw, space); err != nil || len(raw) > 0 && (raw[0] == '{' || raw[0] == '[') {
				found = append(found, part{raw, err})
			}
		}
	}
	return found
}

// describe says what an object without records is.
func describe(fields map[string]json.RawMessage) foreignError {
	for _, stranger := range strangers {
		if _, ok := fields[stranger.key]; ok {
			return foreignError{stranger.is}
		}
	}
	return foreignError{"an object that is not a CloudTrail event"}
}

func plain(text []byte) ([]byte, error) { return text, nil }

// encoded reads base64, and gzip within it if there is.
func encoded(text []byte) ([]byte, error) {
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(data, text)
	if err != nil {
		return nil, nil // a field of the same name that is no payload
	}
	data = data[:n]
	if !IsGzip(data) {
		return data, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("compressed payload: %w", err)
	}
	payload, err := io.ReadAll(io.LimitReader(z, maxPayload+1))
	if err != nil {
		return nil, fmt.Errorf("compressed payload: %w", err)
	}
	if len(payload) > maxPayload {
		return nil, fmt.Errorf("compressed payload is larger than %d MiB", maxPayload>>20)
	}
	return payload, nil
}
