package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/trailbell/trailbell/app/scan"
	"github.com/trailbell/trailbell/event"
	"github.com/trailbell/trailbell/signin"
)

// jsonReport prints an object a line, for programs. Keys and their order are a contract.
type jsonReport struct {
	out      *bufio.Writer
	patterns []string
}

// patternMatch is the line of a match. Event is the record itself, or its text as a JSON
// string if it is no valid JSON.
type patternMatch struct {
	Kind        string          `json:"kind"`    // "pattern_match"
	Pattern     string          `json:"pattern"` // as it was given to --pattern
	EventID     string          `json:"event_id"`
	Time        time.Time       `json:"time"` // zero if the record has none
	Account     string          `json:"account"`
	Region      string          `json:"region"`
	EventSource string          `json:"event_source"`
	EventName   string          `json:"event_name"`
	SourceIP    string          `json:"source_ip"`
	Origin      string          `json:"origin"`
	Event       json.RawMessage `json:"event"`
}

func newPatternMatch(pattern string, m scan.Match, e matched) patternMatch {
	return patternMatch{
		Kind: "pattern_match", Pattern: pattern,
		EventID: e.id, Time: inJSON(e.time), Account: e.account, Region: e.region,
		EventSource: e.source, EventName: e.name, SourceIP: e.address, Origin: m.Origin,
	}
}

func (r *jsonReport) match(m scan.Match) {
	line := newPatternMatch(r.patterns[m.Pattern], m, readMatched(m.Raw))
	line.Event = m.Raw
	if !json.Valid(m.Raw) {
		line.Event, _ = json.Marshal(string(m.Raw))
	}
	r.line(line)
}

func (r *jsonReport) finding(f signin.Finding) {
	f.Time = inJSON(f.Time)
	r.line(f)
}

func (r *jsonReport) end(s scan.Summary) {
	for _, f := range s.Findings {
		r.finding(f)
	}
}

func (r *jsonReport) line(v any) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // only texts, times in range and valid JSON are given
	}
	r.out.Write(appendVisible(nil, bytes.TrimSuffix(line.Bytes(), []byte("\n"))))
	r.out.WriteByte('\n')
}

// inJSON returns t, or the zero time if t has no form in JSON: with an offset from UTC a
// record can name a time after the year 9999.
func inJSON(t time.Time) time.Time {
	if y := t.Year(); y < 0 || y > 9999 {
		return time.Time{}
	}
	return t
}

// appendVisible appends JSON with all that is invisible, or moves what is around it,
// written as \u escapes: a terminal must be able to show the line. JSON has such
// characters within strings only, where the escape means the same. Bytes that are no
// UTF-8 become U+FFFD, as in any JSON decoder of Go.
func appendVisible(dst, line []byte) []byte {
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		switch {
		case r == utf8.RuneError && n == 1:
			dst = append(dst, `\ufffd`...)
		case r < 0x7f || strconv.IsPrint(r):
			dst = append(dst, line[:n]...)
		default:
			dst = appendEscape(dst, r)
		}
		line = line[n:]
	}
	return dst
}

func appendEscape(dst []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	for _, unit := range utf16.AppendRune(nil, r) {
		dst = append(dst, '\\', 'u', digits[unit>>12], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
	}
	return dst
}

// matched is what is said of an event that a pattern matches. Its texts are hostile.
type matched struct {
	id, account, region, source, name, user, address string

	time time.Time
}

// readMatched reads what it can; fields that are missing or have another form are empty.
func readMatched(raw []byte) matched {
	record := jsonObject(raw)
	identity, data := jsonObject(record["userIdentity"]), jsonObject(record["additionalEventData"])
	e := matched{
		id:      jsonText(record["eventID"]),
		account: firstJSONText(record["recipientAccountId"], identity["accountId"]),
		region:  jsonText(record["awsRegion"]),
		source:  jsonText(record["eventSource"]),
		name:    jsonText(record["eventName"]),
		user:    firstJSONText(identity["userName"], data["UserName"]),
		address: jsonText(record["sourceIPAddress"]),
	}
	e.time, _ = event.ParseTime(jsonText(record["eventTime"]))
	if e.user == "" {
		e.user = userOf(identity)
	}
	return e
}

// userOf names a principal without a user name (CloudTrail User Guide, userIdentity
// element): the role and its session, root, or the service on whose behalf it is.
func userOf(identity map[string]json.RawMessage) string {
	if jsonText(identity["type"]) == "Root" {
		return "root"
	}
	if _, session, ok := strings.Cut(jsonText(identity["principalId"]), ":"); ok {
		issuer := jsonObject(jsonObject(identity["sessionContext"])["sessionIssuer"])
		return strings.TrimPrefix(jsonText(issuer["userName"])+"/"+session, "/")
	}
	return firstJSONText(identity["invokedBy"], identity["principalId"], identity["type"])
}

func jsonObject(raw []byte) map[string]json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	return fields
}

func jsonText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func firstJSONText(all ...json.RawMessage) string {
	for _, raw := range all {
		if s := jsonText(raw); s != "" {
			return s
		}
	}
	return ""
}
