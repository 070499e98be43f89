package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
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
// largest that Lambda takes (6 MB; Lambda quotas). All of an element together may also
// become bombRatio times its size.
const maxPayload = 12 << 20

// carriers are the keys under which an envelope holds records as text; true if that is
// encoded in base64.
var carriers = map[string]bool{
	"CloudTrailEvent": false, // LookupEvents
	"message":         false, // an event of CloudWatch Logs
	"Message":         false, // SNS
	"body":            false, // SQS as Lambda gets it
	"Body":            false, // SQS as ReceiveMessage returns it
	"data":            true,  // CloudWatch Logs for Lambda, Kinesis, Firehose
	"Data":            true,  // Kinesis as GetRecords returns it
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

// What is said of other strangers.
var (
	unknownObject = foreignError{"an object that is not a CloudTrail event"}
	scalar        = foreignError{"a value that is no object"}
	emptyArray    = foreignError{"an array without CloudTrail events"}
	tooDeep       = foreignError{"envelopes within envelopes, too deep to look into"}
)

// foreignError says what well-formed JSON without a CloudTrail event seems to be.
type foreignError struct{ is string }

func (e foreignError) Error() string { return e.is }

// emitAny hands on an element in any layout: a record, or an envelope around records. It
// returns false if the element is damaged and the splitter was set back to what it has
// swallowed.
func (s *Splitter) emitAny(raw []byte) bool {
	s.size = int64(len(raw))
	s.budget = max(maxPayload, bombRatio*len(raw))
	debris := s.isDebris(raw)
	if debris && s.condemn(raw, true) {
		return false
	}
	err := s.unwrap(raw, 0)
	switch {
	case err == nil:
		s.likeness = append(s.likeness[:0], firstKey(raw)...)
	case debris:
		s.gap.since = s.from + s.size
		s.gap.length = s.gap.since - s.gap.offset
	case json.Valid(raw) && s.looksLikeEvent(raw): // cut short by a stray brace?
		s.endGap()
		s.gap = gap{offset: s.from, length: s.size, since: s.from + s.size, err: err, foreign: true}
		s.signs = s.signsOf(raw).clone()
	case json.Valid(raw):
		s.reject(s.rejection(raw, err))
	case s.condemn(raw, true):
		return false
	default: // the rest of it may follow
		s.endGap()
		s.signs = s.signsOf(raw).clone()
		r := s.damage(raw, s.size, err)
		s.gap = gap{r.Offset, r.Length, r.Offset + r.Length, true, r.Err, r.Foreign}
	}
	return true
}

// rejection is the Rejection of the element that is, or holds, raw for the reason err.
// Text that is no valid JSON and was not meant to be an event is as foreign as valid
// JSON of another kind.
func (s *Splitter) rejection(raw []byte, err error) Rejection {
	_, foreign := err.(foreignError)
	return Rejection{
		Offset: s.from, Length: s.size, Err: err,
		Foreign: foreign || !s.looksLikeEvent(raw),
	}
}

// unwrap hands on the records in a JSON value and rejects what is damaged in it. It
// returns an error, having done nothing, if there is neither: for invalid JSON that of
// encoding/json, else a foreignError.
func (s *Splitter) unwrap(raw []byte, depth int) error {
	if depth > maxWrapping {
		return tooDeep
	}
	raw = bytes.Trim(raw, space)
	if len(raw) > 0 && raw[0] == '[' {
		return s.unwrapArray(raw, depth)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	r, ok := s.recordOf(raw, fields)
	if !ok {
		return s.unwrapObject(fields, depth)
	}
	var err error
	if r.ID, err = IDOf(raw, r.EventID); err != nil {
		return err
	}
	s.record = r
	s.accept(&s.record)
	return nil
}

// unwrapArray is unwrap for an array. Its foreign elements are rejected one by one if
// there is something else in it, too.
func (s *Splitter) unwrapArray(raw []byte, depth int) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil {
		return err
	}
	foreign := true
	var failed []Rejection
	for _, element := range elements {
		err := error(scalar)
		if element[0] == '{' || element[0] == '[' {
			err = s.unwrap(element, depth+1)
		}
		if err == nil {
			foreign = false
			continue
		}
		f := s.rejection(element, err)
		foreign = foreign && f.Foreign
		failed = append(failed, f)
	}
	switch {
	case len(elements) == 0:
		return emptyArray
	case foreign:
		return failed[0].Err
	}
	for _, f := range failed {
		s.reject(f)
	}
	return nil
}

// unwrapObject is unwrap for an object that is no record. What is foreign in it is part
// of the frame if there is something else in it, too.
func (s *Splitter) unwrapObject(fields map[string]json.RawMessage, depth int) error {
	what := describe(fields)
	foreign := true
	for _, part := range s.parts(fields) {
		err := part.err
		if err == nil {
			err = s.unwrap(part.raw, depth+1)
		}
		if err == nil {
			foreign = false
			continue
		}
		f := s.rejection(part.raw, err)
		if f.Foreign && part.err == nil {
			if inner, ok := err.(foreignError); ok && what == unknownObject && inner != emptyArray && inner != scalar {
				what = inner
			}
			continue
		}
		f.Foreign, foreign = false, false
		s.reject(f)
	}
	if foreign {
		return what
	}
	return nil
}

// lookAlike is how eventSource begins in records of S3, SQS and Kinesis for Lambda.
const lookAlike = "aws:"

// recordOf returns the record that an object is, if it is one: it has the names of an
// event and of the service that wrote it, and is not one of the look-alikes that S3, SQS,
// Kinesis and SNS put under "Records".
func (s *Splitter) recordOf(raw []byte, fields map[string]json.RawMessage) (Record, bool) {
	r := Record{
		Raw:     raw,
		Offset:  s.from,
		EventID: inner(fields["eventID"]),
		Name:    inner(fields["eventName"]),
		Source:  inner(fields["eventSource"]),
		Time:    inner(fields["eventTime"]),
	}
	whose := len(r.Time) > 0 || fields["eventVersion"] != nil || fields["userIdentity"] != nil
	return r, whose && len(r.Name) > 0 && len(r.Source) > 0 && !hasPrefix(r.Source, lookAlike)
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
func (s *Splitter) parts(fields map[string]json.RawMessage) []part {
	var found []part
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		value := fields[key]
		inBase64, carrier := carriers[key]
		switch {
		case value[0] == '{' || value[0] == '[':
			found = append(found, part{raw: value})
		case value[0] == '"' && carrier:
			var text string
			if err := json.Unmarshal(value, &text); err != nil {
				continue
			}
			p := part{raw: []byte(text)}
			if inBase64 {
				p = s.decode(p.raw)
			}
			p.raw = bytes.Trim(p.raw, space)
			if p.err != nil || len(p.raw) > 0 && (p.raw[0] == '{' || p.raw[0] == '[') {
				found = append(found, p)
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
	return unknownObject
}

// decode reads base64, and gzip within it if there is. Text that is no base64 is a field
// of the same name that holds no payload.
func (s *Splitter) decode(text []byte) part {
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(data, text)
	if err != nil {
		return part{}
	}
	data = data[:n]
	if !IsGzip(data) {
		return part{raw: data}
	}
	payload, err := s.inflate(data)
	if err != nil {
		return part{raw: text, err: fmt.Errorf("compressed payload: %w", err)}
	}
	return part{raw: payload}
}

// inflate unpacks a payload, as far as the budget of the element allows. Payloads may be
// in payloads, so that a bound of each one alone would be none.
func (s *Splitter) inflate(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	limit := min(maxPayload, s.budget)
	payload, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	s.budget -= min(len(payload), limit)
	if len(payload) > limit {
		return nil, ErrBomb
	}
	return payload, err
}
