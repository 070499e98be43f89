package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbell/trailbell/app/scan"
	"github.com/trailbell/trailbell/signin"
)

// timeline prints for people: what was found, grouped by sign-in, each with all its steps.
//
// Every text of an event goes through printable, for it may come from an attacker.
type timeline struct {
	out      *bufio.Writer
	look     look
	patterns []string
	base     string // what file names are told without
	file     string // the last one a match was listed under
	begun    bool   // something was printed
}

// look says how to print: for what width, and whether in colour.
type look struct {
	paint
	width int // in columns
}

// Widths in columns.
const (
	pipedWidth = 100 // if there is no terminal
	narrowest  = 40  // below it nothing can be laid out
	widest     = 160 // beyond it lines are hard to follow
)

// tint is a colour, as the parameter of SGR (ECMA-48).
type tint string

const (
	alarming tint = "1;31"
	warning  tint = "33"
	calming  tint = "32"
	faint    tint = "2"
	strong   tint = "1"
)

func (l look) tinted(t tint, text string) string {
	if t == "" {
		return text
	}
	return l.with(string(t), text)
}

// incident is a sign-in as it is told, or a finding whose sign-in is not known.
type incident struct {
	findings []signin.Finding // at least one, in order of time
	signIn   signin.SignIn    // without steps if it is not known
	sequel   scan.Sequel
	later    bool // there is a sequel
	lost     bool // some sign-ins are not known any more
}

func (t *timeline) finding(f signin.Finding) { t.incident(incident{findings: []signin.Finding{f}}) }

// end prints all incidents in order of time.
func (t *timeline) end(sum scan.Summary) {
	alone := make(map[signin.FindingKey]bool, len(sum.Findings))
	for _, f := range sum.Findings {
		alone[f.Key()] = true
	}
	for s := range sum.SignIns {
		for _, f := range s.Findings {
			delete(alone, f.Key())
		}
	}
	asked := make(map[signin.FindingKey]bool, len(sum.Findings))
	rest := make([]signin.Finding, 0, len(alone))
	for _, f := range sum.Findings {
		if alone[f.Key()] {
			rest = append(rest, f)
		} else {
			asked[f.Key()] = true
		}
	}
	for s := range sum.SignIns {
		for len(rest) > 0 && rest[0].Time.Before(s.Start) {
			t.finding(rest[0])
			rest = rest[1:]
		}
		i := incident{signIn: s, lost: sum.Lost.SignIns > 0}
		for _, f := range s.Findings {
			if asked[f.Key()] {
				i.findings = append(i.findings, f)
			}
		}
		if len(i.findings) > 0 {
			i.sequel, i.later = sum.Sequel(s)
			t.incident(i)
		}
	}
	for _, f := range rest {
		t.finding(f)
	}
}

// incident prints one group: headline, circumstances, steps, what it means, where it stands.
func (t *timeline) incident(i incident) {
	t.gap()
	f := i.findings[0]
	t.headline(i)
	t.paragraph("  ", "  ", "", i.circumstances())
	if len(i.signIn.Steps) > 0 {
		t.steps(i)
	} else if evidence := i.evidence(); len(evidence) > 0 {
		t.paragraph("    ", "    ", faint, "evidence: "+strings.Join(evidence, ", "))
	}
	meaning, how := i.meaning()
	t.paragraph("  => ", "     ", how, meaning)
	if f.UserAgent != "" {
		t.paragraph("  ", "  ", faint, cut(printable(f.UserAgent), 2*(t.look.width-6)))
	}
	for _, origin := range i.origins() {
		t.line("  " + t.look.tinted(faint, t.fileName(origin)))
	}
}

func (t *timeline) headline(i incident) {
	when := moment(i.findings[0].Time) + "  "
	lines := wrap(i.essence(), t.look.width-len(when))
	how := strong
	if i.findings[0].Identity == signin.Root {
		how = alarming
	}
	for n, line := range lines {
		if n > 0 {
			when = strings.Repeat(" ", len(when))
		}
		t.line(when + t.look.tinted(how, line))
	}
}

// evidence returns the event ids that prove the findings, each once.
func (i incident) evidence() []string {
	var all []string
	for _, f := range i.findings {
		for _, id := range f.Evidence {
			if id = printable(id); !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}

// origins returns the files with the findings, each once.
func (i incident) origins() []string {
	var all []string
	for _, f := range i.findings {
		if f.Origin != "" && !slices.Contains(all, f.Origin) {
			all = append(all, f.Origin)
		}
	}
	return all
}

// idWidth is the length of an eventID.
const idWidth = len("00000000-0000-0000-0000-000000000000")

// steps lists what happened. Steps that are evidence are followed by their event ids; those
// that are findings have a mark.
func (t *timeline) steps(i incident) {
	const margin = "                " // what stands below and above "    ✗ 08:14:05  "
	evidence := i.evidence()
	day := i.signIn.Start.Format(time.DateOnly)
	column := i.idColumn(evidence, t.look.width-len(margin)-idWidth)
	for _, s := range i.signIn.Steps {
		if d := s.Time.Format(time.DateOnly); d != day {
			day = d
			t.line("    " + d)
		}
		row := i.row(s)
		mark, what := " ", row.what
		if row.mark != "" {
			mark, what = t.look.tinted(alarming, row.mark), t.look.tinted(alarming, row.what)
		}
		line := "    " + mark + " " + clock(s.Time) + "  " + what
		if id := printable(s.EventID); id != "" && slices.Contains(evidence, id) {
			gap := column - len([]rune(row.what))
			if gap < 2 {
				t.line(line)
				line, gap = margin, column
			}
			line += strings.Repeat(" ", gap) + t.look.tinted(faint, cut(id, max(t.look.width-len(margin)-column, idWidth)))
		}
		t.line(line)
		if row.mark == unanswered {
			t.line(margin + t.look.tinted(alarming, "no answer"))
		}
	}
	if i.signIn.Dropped > 0 {
		t.line(margin + "and " + counted(int64(i.signIn.Dropped), "step") + " more")
	}
}

// idColumn says where, from the words of a step on, event ids begin: behind the longest
// words, or as far right as there is room.
func (i incident) idColumn(evidence []string, room int) int {
	column := 0
	for _, s := range i.signIn.Steps {
		if slices.Contains(evidence, printable(s.EventID)) {
			column = max(column, len([]rune(i.row(s).what))+2)
		}
	}
	return max(min(column, room), 2)
}

// match lists an event below the name of its file.
func (t *timeline) match(m scan.Match) {
	if m.Origin != t.file || !t.begun {
		t.gap()
		t.file = m.Origin
		t.line(t.look.tinted(strong, t.fileName(m.Origin)))
	}
	e := readMatched(m.Raw)
	fields := []string{moment(inJSON(e.time))}
	if len(t.patterns) > 1 {
		fields = append([]string{fmt.Sprintf("#%d", m.Pattern+1)}, fields...)
	}
	service, _ := strings.CutSuffix(e.source, ".amazonaws.com")
	for _, field := range []string{e.account, e.region, service + ":" + e.name, e.who(), e.address} {
		if field != "" {
			fields = append(fields, cut(printable(field), t.look.width/2))
		}
	}
	for n, line := range wrap(strings.Join(fields, "  "), t.look.width-4) {
		t.line(strings.Repeat("  ", min(n, 1)+1) + line)
	}
}

// gap separates what follows from what was printed before.
func (t *timeline) gap() {
	if t.begun {
		t.line("")
	}
	t.begun = true
	t.file = ""
}

func (t *timeline) line(text string) {
	t.out.WriteString(text)
	t.out.WriteByte('\n')
}

// paragraph wraps text. It is printed behind first, and further lines behind next.
func (t *timeline) paragraph(first, next string, how tint, text string) {
	for _, line := range wrap(text, t.look.width-len(next)) {
		t.line(first + t.look.tinted(how, line))
		first = next
	}
}

// fileName is a path for people. However long, it is told whole: somebody may copy it.
func (t *timeline) fileName(path string) string {
	return printable(strings.TrimPrefix(nameOfInput(path), t.base))
}

// moment prints a time to the second; eventTime is no more exact.
func moment(t time.Time) string {
	if t.IsZero() {
		return "at an unknown time"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "--:--:--"
	}
	return t.UTC().Format(time.TimeOnly)
}

// cut shortens text to that many runes.
func cut(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width {
		return text
	}
	return string(runes[:max(width-1, 0)]) + "…"
}

// wrap breaks text into lines of at most that many runes: at blanks, and within a word only
// if it is longer than a line.
func wrap(text string, width int) []string {
	width = max(width, 10)
	var lines []string
	for rest := []rune(text); len(rest) > 0; {
		if len(rest) <= width {
			return append(lines, string(rest))
		}
		end := width
		for end > 0 && rest[end] != ' ' {
			end--
		}
		if end == 0 {
			end = width
		}
		lines = append(lines, strings.TrimRight(string(rest[:end]), " "))
		rest = rest[end:]
		for len(rest) > 0 && rest[0] == ' ' {
			rest = rest[1:]
		}
	}
	return lines
}

func counted[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(int64(n)) + " " + noun + "s"
}
