package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/trailbell/trailbell/app/scan"
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
	Identity    signin.Identity `json:"identity"`
	Subject     string          `json:"subject"` // a name for people, whatever the record has
	SubjectID   string          `json:"subject_id"`
	EventSource string          `json:"event_source"`
	EventName   string          `json:"event_name"`
	SourceIP    string          `json:"source_ip"`
	UserAgent   string          `json:"user_agent"`
	Origin      string          `json:"origin"`
	Event       json.RawMessage `json:"event"`
}

func newPatternMatch(pattern string, m scan.Match, e matched) patternMatch {
	return patternMatch{
		Kind: "pattern_match", Pattern: pattern,
		EventID: e.id, Time: inJSON(e.time), Account: e.account, Region: e.region,
		Identity: e.identity, Subject: e.subject, SubjectID: e.subjectID,
		EventSource: e.source, EventName: e.name, SourceIP: e.address, UserAgent: e.agent, Origin: m.Origin,
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
