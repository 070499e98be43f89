package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trailbell/trailbell/app/scan"
	"github.com/trailbell/trailbell/signin"
)

const (
	// maxProblems is how many things that could not be read are named. A folder of
	// something else must not drown what was found.
	maxProblems = 100
	// maxReasons is how many reasons for passing over are told apart, shownReasons how
	// many of them are told, the most frequent ones.
	maxReasons   = 1000
	shownReasons = 5
)

// problems tells what could not be read, a line each, and counts what is no event. It is
// told of them by one goroutine.
type problems struct {
	out     io.Writer
	verbose bool // names all, and what was passed over as well
	unread  int
	reasons reasons
}

// reasons count what was passed over: whole files, and parts of files that are no event.
type reasons struct{ files, records tally }

// A tally counts how often something was said. The zero tally is empty and ready.
type tally struct {
	counts map[string]int64
	beyond bool // more was said than can be told apart
}

func (t *tally) add(said string) {
	if t.counts == nil {
		t.counts = make(map[string]int64)
	}
	if _, known := t.counts[said]; !known && len(t.counts) >= maxReasons {
		t.beyond = true
		return
	}
	t.counts[said]++
}

// String lists what was said most often, and how many other things were said.
func (t *tally) String() string {
	said := slices.SortedFunc(maps.Keys(t.counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.counts[b], t.counts[a]), strings.Compare(a, b))
	})
	var parts []string
	for _, s := range said[:min(len(said), shownReasons)] {
		parts = append(parts, fmt.Sprintf("%s (%s)", s, thousands(t.counts[s])))
	}
	list := strings.Join(parts, ", ")
	switch others := counted(int64(len(said)-len(parts)), "other reason"); {
	case t.beyond:
		list += " and more than " + others
	case len(said) > len(parts):
		list += " and " + others
	}
	return list
}

func (p *problems) add(problem scan.Problem) {
	if problem.Foreign {
		p.reasons.add(problem)
		if p.verbose {
			p.tell(problem)
		}
		return
	}
	if p.unread++; p.verbose || p.unread <= maxProblems {
		p.tell(problem)
	}
}

func (p *problems) tell(problem scan.Problem) {
	at := ""
	if problem.Offset >= 0 {
		at = fmt.Sprintf(" byte %d:", problem.Offset)
	}
	fmt.Fprintf(p.out, "trailbell: %s:%s %s\n", printable(nameOfInput(problem.Path)), at, printable(problem.Err.Error()))
}

// end says how many were not told.
func (p *problems) end() {
	if more := p.unread - maxProblems; more > 0 && !p.verbose {
		fmt.Fprintf(p.out, "trailbell: and %s more that could not be read; --verbose names all\n", thousands(int64(more)))
	}
}

func (r *reasons) add(problem scan.Problem) {
	reason := printable(problem.Err.Error())
	if problem.Offset < 0 {
		r.files.add(reason)
	} else {
		r.records.add(reason)
	}
}

// nameOfInput is the path for people.
func nameOfInput(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// closing is what is said at the end of a scan.
type closing struct {
	scan.Summary
	found   map[signin.FindingKind]int
	options scan.Options
	labels  []string // of the patterns
	reasons reasons
	took    time.Duration // 0: not told
	partial bool          // not all was read
}

func (c closing) print(w io.Writer) {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	say("\n%s", c.result())
	for i, label := range c.labels {
		say("Pattern #%d matches %s: %s", i+1, counted(c.Matches[i], "event"), printable(label))
	}
	if c.Waiting.Prompts > 0 {
		say("%s", c.waiting())
	}
	if hint := c.hint(); hint != "" {
		say("%s", hint)
	}
	say("")
	say("Read %s: %s, %s%s", counted(c.Files.Read, "file"), c.content(), inBytes(c.Bytes), c.speed())
	say("  %s accepted + %s duplicate + %s rejected = %s read",
		thousands(c.Accepted), thousands(c.Duplicates), thousands(c.Rejected), thousands(c.Read))
	if c.Rejected > 0 {
		say("  rejected: %s", c.rejections())
	}
	if c.Files.PassedOver > 0 {
		say("  passed over %s: %s", counted(c.Files.PassedOver, "file"), &c.reasons.files)
	}
	if c.Files.Failed > 0 {
		say("  could not be read completely: %s", counted(c.Files.Failed, "file"))
	}
	if c.Lost != (signin.Lost{}) {
		say("  limits reached: %s settled early, %s dropped", counted(int64(c.Lost.SignIns), "sign-in"), counted(int64(c.Lost.Steps), "step"))
	}
	io.WriteString(w, b.String())
}

// result says what was found, or that nothing was.
func (c closing) result() string {
	failed, abandoned := int64(c.found[signin.MFAFailed]), int64(c.found[signin.MFAAbandoned])
	if failed+abandoned == 0 && c.partial {
		return "No sign-in stopped at MFA" + c.between() + " in what could be read."
	}
	if failed+abandoned == 0 {
		return "No sign-in stopped at MFA" + c.between() + "."
	}
	var parts []string
	if failed > 0 {
		parts = append(parts, counted(failed, "wrong second factor"))
	}
	if abandoned > 0 {
		parts = append(parts, counted(abandoned, "abandoned MFA prompt"))
	}
	return "Found " + strings.Join(parts, " and ") + c.between() + "."
}

func (c closing) between() string {
	text := ""
	if !c.options.Since.IsZero() {
		text += " since " + moment(c.options.Since)
	}
	if !c.options.Until.IsZero() {
		text += " until " + moment(c.options.Until)
	}
	return text
}

// hint says what to look at if there is reason to doubt that the right logs were read
// (CloudTrail User Guide, AWS Management Console sign-in events).
func (c closing) hint() string {
	switch {
	case len(c.found) > 0 || c.partial:
		return ""
	case c.Accepted == 0:
		return "There was no CloudTrail event at all: are these the right files?"
	case c.SignInEvents == 0:
		return "There was no sign-in event either. Root signs in at us-east-1; IAM users there,\n" +
			"at us-east-2, eu-north-1 or ap-southeast-2, or at the Region they choose;\n" +
			"Identity Center users in the account and Region of its instance. Are the logs\n" +
			"of those among these?"
	}
	if c.Waiting.Prompts > 0 {
		return ""
	}
	read := counted(c.SignInEvents, "sign-in event") + " read"
	if c.between() != "" { // events are read whatever their time
		return read + ", from whatever time; no sign-in stopped within the time asked for."
	}
	return read + ", none of a sign-in that stopped there."
}

// waiting says when those prompts can be told that had no time yet to be answered.
func (c closing) waiting() string {
	due := c.Waiting.Due.UTC()
	if whole := due.Truncate(time.Minute); whole.Before(due) {
		due = whole.Add(time.Minute)
	}
	after := due.Format("15:04 UTC")
	if day := due.Format(time.DateOnly); day != c.options.At.UTC().Format(time.DateOnly) {
		after = day + " " + after
	}
	prompts := "1 MFA prompt is"
	if c.Waiting.Prompts > 1 {
		prompts = thousands(int64(c.Waiting.Prompts)) + " MFA prompts are"
	}
	return fmt.Sprintf("%s younger than %d minutes: scan again after %s.", prompts, int(signin.PromptWindow.Minutes()), after)
}

// content says what was read: events, and what stood in the place of one.
func (c closing) content() string {
	events := counted(c.Accepted+c.Duplicates, "event")
	if c.Rejected > 0 {
		events += " and " + counted(c.Rejected, "rejected part")
	}
	return events
}

func (c closing) speed() string {
	seconds := c.took.Seconds()
	if seconds <= 0 || c.Bytes == 0 {
		return ""
	}
	return fmt.Sprintf(" in %.2f s (%s/s, %s events/s)", seconds,
		inBytes(int64(float64(c.Bytes)/seconds)), thousands(int64(float64(c.Accepted+c.Duplicates)/seconds)))
}

func (c closing) rejections() string {
	var parts []string
	if unread := c.Rejected - c.Foreign; unread > 0 {
		parts = append(parts, counted(unread, "part")+" could not be read")
	}
	switch {
	case c.Foreign == 1:
		parts = append(parts, "1 part is no CloudTrail event: "+c.reasons.records.String())
	case c.Foreign > 1:
		parts = append(parts, thousands(c.Foreign)+" parts are no CloudTrail events: "+c.reasons.records.String())
	}
	return strings.Join(parts, "; ")
}
