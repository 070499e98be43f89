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
	// maxReasons is how many reasons for passing over are told apart.
	maxReasons = 12
)

// problems tells what could not be read, a line each, and counts what is no event. It is
// told of them by one goroutine.
type problems struct {
	out     io.Writer
	verbose bool // names all, and what was passed over as well
	unread  int
	reasons reasons
}

// reasons count what was passed over: whole files, and JSON that is no event.
type reasons struct{ files, records map[string]int64 }

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
	of := &r.records
	if problem.Offset < 0 {
		of = &r.files
	}
	if *of == nil {
		*of = make(map[string]int64)
	}
	reason := printable(problem.Err.Error())
	if _, known := (*of)[reason]; !known && len(*of) >= maxReasons {
		reason = "other reasons"
	}
	(*of)[reason]++
}

// inWords lists reasons, the most frequent first.
func inWords(counts map[string]int64) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s (%s)", name, thousands(counts[name]))
	}
	return strings.Join(names, ", ")
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
	if hint := c.hint(); hint != "" {
		say("%s", hint)
	}
	say("")
	say("Read %s: %s, %s%s", counted(c.Files.Read, "file"), counted(c.Read, "event"), inBytes(c.Bytes), c.speed())
	say("  %s accepted + %s duplicate + %s rejected = %s read",
		thousands(c.Accepted), thousands(c.Duplicates), thousands(c.Rejected), thousands(c.Read))
	if c.Rejected > 0 {
		say("  rejected: %s", c.rejections())
	}
	if c.Files.PassedOver > 0 {
		say("  passed over %s: %s", counted(c.Files.PassedOver, "file"), inWords(c.reasons.files))
	}
	if c.Files.Failed > 0 {
		say("  NOT or not completely read: %s", counted(c.Files.Failed, "file"))
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
	return fmt.Sprintf("%s read, none of a sign-in that stopped there.", counted(c.SignInEvents, "sign-in event"))
}

func (c closing) speed() string {
	seconds := c.took.Seconds()
	if seconds <= 0 || c.Bytes == 0 {
		return ""
	}
	return fmt.Sprintf(" in %.2f s (%s/s, %s events/s)", seconds,
		inBytes(int64(float64(c.Bytes)/seconds)), thousands(int64(float64(c.Read)/seconds)))
}

func (c closing) rejections() string {
	var parts []string
	if unread := c.Rejected - c.Foreign; unread > 0 {
		parts = append(parts, thousands(unread)+" could not be read")
	}
	if c.Foreign > 0 {
		parts = append(parts, "not CloudTrail events: "+inWords(c.reasons.records))
	}
	return strings.Join(parts, "; ")
}
