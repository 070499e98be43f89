package main

import (
	"bufio"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/trailbell/trailbell/app/scan"
	"github.com/trailbell/trailbell/signin"
)

// csvReport prints a table (RFC 4180) that is safe to open in a spreadsheet. Its columns
// are the keys of scan --json, in UTF-8 without a byte order mark, which programs would
// take for a part of the first name.
type csvReport struct {
	out      *bufio.Writer
	patterns []string
}

// Matches of patterns fill the columns that findings have and three more, which are there
// only if a pattern was given.
const (
	csvHeader  = "kind,event_id,time,account,region,identity,subject,subject_id,factor,source_ip,user_agent,workflow,certainty,evidence,origin"
	csvMatches = ",pattern,event_source,event_name"
)

func newCSVReport(out *bufio.Writer, patterns []string) *csvReport {
	header := csvHeader
	if len(patterns) > 0 {
		header += csvMatches
	}
	out.WriteString(header + "\r\n")
	return &csvReport{out: out, patterns: patterns}
}

func (r *csvReport) finding(f signin.Finding) {
	cells := []string{
		string(f.Kind), f.EventID, csvTime(f.Time), f.Account, f.Region, string(f.Identity), f.Subject, f.SubjectID,
		string(f.Factor), f.SourceIP, f.UserAgent, f.Workflow, string(f.Certainty), strings.Join(f.Evidence, " "), f.Origin,
	}
	if len(r.patterns) > 0 {
		cells = append(cells, "", "", "")
	}
	r.row(cells)
}

func (r *csvReport) match(m scan.Match) {
	e := newPatternMatch(r.patterns[m.Pattern], m, readMatched(m.Raw))
	r.row([]string{
		e.Kind, e.EventID, csvTime(e.Time), e.Account, e.Region, string(e.Identity), e.Subject, e.SubjectID,
		"", e.SourceIP, e.UserAgent, "", "", "", e.Origin,
		e.Pattern, e.EventSource, e.EventName,
	})
}

func (r *csvReport) end(s scan.Summary) {
	for _, f := range s.Findings {
		r.finding(f)
	}
}

func (r *csvReport) row(cells []string) {
	for i, cell := range cells {
		if i > 0 {
			r.out.WriteByte(',')
		}
		r.out.WriteString(csvCell(cell))
	}
	r.out.WriteString("\r\n")
}

// csvTime is the time as in JSON; empty if it is not known.
func csvTime(t time.Time) string {
	if t = inJSON(t); t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// maxCell is what a cell of a spreadsheet holds, in characters (Excel specifications and
// limits); only crafted records have longer texts.
const maxCell = 32_000

// csvCell writes a foreign text as one cell. Nothing invisible is left in it, and a text
// that a spreadsheet would take for a formula is made a plain one by an apostrophe (OWASP,
// CSV injection). Anything unusual is quoted, so that a spreadsheet that splits cells at
// semicolons or blanks does not find one in the middle of a cell either.
func csvCell(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Zs, r):
			return ' '
		case !strconv.IsPrint(r):
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxCell {
		text = string(runes[:maxCell])
	}
	if first, _ := utf8.DecodeRuneInString(strings.TrimSpace(text)); strings.ContainsRune(formulaStarts, first) {
		text = "'" + text
	}
	if strings.IndexFunc(text, unusual) < 0 {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

// formulaStarts begin a formula in some spreadsheet; the wide forms do in East Asian ones.
const formulaStarts = "=+-@＝＋－＠"

func unusual(r rune) bool {
	return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.:/", r)
}
