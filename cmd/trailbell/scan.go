package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/app/scan"
	"github.com/trailbell/trailbell/signin"
)

const scanHelp = `Look through CloudTrail logs for sign-ins that stopped at MFA: the password was right,
or nearly certainly right, and the second factor was wrong or never given.

PATH is a file, a folder with all that is in it but names that begin with a dot, or - for
standard input; compressed with gzip or not, in any shape that CloudTrail events come in.
Folders given twice are read once, files as often as given.

TIME is 2026-03-01T08:30:00Z, a date and time or a date alone, both in UTC, or a duration
such as 36h or 7d: that long before now, or, of --since and --until, before --at. A date
alone is its first moment: --until 2026-03-01 ends with the last day of February.

Exit codes: 0 done; 1 something could not be read, or the run was stopped; 2 wrong usage;
3, only with --exit-code, something was found. If something was found and something could
not be read it is 1: what was found may be less than there is.`

// scanFlags are the flags of trailbell scan as they are typed.
type scanFlags struct {
	at, since, until momentFlag
	patterns         []string
	json, csv        bool
	color            string
	exitCode         bool
	verbose          bool
}

func scanCommand(s streams) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "scan PATH...",
		Short: "Find the sign-ins that stopped at MFA in files and folders of CloudTrail logs",
		Long:  scanHelp,
		RunE: func(cmd *cobra.Command, paths []string) error {
			run, err := f.prepare(paths, s)
			if err != nil {
				return err
			}
			return run.do(cmd.Context())
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&f.since, "since", "leave out what was earlier than `TIME`")
	flags.Var(&f.until, "until", "leave out what was at `TIME` or later")
	flags.Var(&f.at, "at", "take prompts as abandoned that had 20 minutes before `TIME` (default now)")
	flags.StringArrayVar(&f.patterns, "pattern", nil, "also list what the filter pattern `P` matches, or the library's pattern @NAME; repeatable")
	flags.BoolVar(&f.json, "json", false, "print an object a line, for programs")
	flags.BoolVar(&f.csv, "csv", false, "print a table that is safe to open in a spreadsheet")
	flags.BoolVar(&f.exitCode, "exit-code", false, "exit with 3 if something was found")
	flags.StringVar(&f.color, "color", "auto", "`WHEN` to use colour: auto, always, never")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "name every file and record that was passed over")
	return cmd
}

// prepare reads the command line and reports the first mistake.
func (f *scanFlags) prepare(paths []string, s streams) (*scanRun, error) {
	now := time.Now()
	r := &scanRun{streams: s, now: time.Now, exitCode: f.exitCode}
	o := &r.options
	o.Paths, o.Stdin, o.At = paths, s.In, now
	// Times before paths: a path behind --since was taken for the time, and is missing.
	for _, m := range []struct {
		name string
		flag *momentFlag
		to   *time.Time
	}{{"at", &f.at, &o.At}, {"since", &f.since, &o.Since}, {"until", &f.until, &o.Until}} {
		if err := m.flag.read("--"+m.name, m.to, o.At); err != nil {
			return nil, err
		}
	}
	if len(paths) == 0 {
		return nil, usageErrorf("no PATH given: trailbell scan FOLDER, or trailbell scan - for standard input")
	}
	if slices.Contains(paths, "") {
		return nil, usageErrorf(`a PATH is empty; the current folder is "."`)
	}
	if !o.Since.IsZero() && !o.Until.IsZero() && !o.Since.Before(o.Until) {
		return nil, usageErrorf("--since %s is not before --until %s: nothing lies between them",
			o.Since.Format(time.RFC3339), o.Until.Format(time.RFC3339))
	}
	for _, text := range f.patterns {
		p, err := patternArgument(text)
		if err != nil {
			return nil, err
		}
		o.Patterns = append(o.Patterns, p)
	}
	if f.json && f.csv {
		return nil, usageErrorf("--json and --csv are two forms of the same output: choose one")
	}
	look, err := lookOf(s.Out, f.color)
	if err != nil {
		return nil, err
	}
	r.setOutput(f, look)
	return r, nil
}

// scanRun is one run of trailbell scan.
type scanRun struct {
	streams
	options  scan.Options
	now      func() time.Time
	exitCode bool
	labels   []string // of the patterns

	meter    *meter
	problems *problems
	out      *bufio.Writer
	report   report
	summary  io.Writer
	found    map[signin.FindingKind]int
}

// A report prints what a scan finds, in one of several forms.
type report interface {
	// match prints what a pattern matches, in order of files.
	match(m scan.Match)
	// finding prints a finding that is told before the end.
	finding(f signin.Finding)
	// end prints the findings of the summary.
	end(s scan.Summary)
}

// setOutput connects what the scan tells with what is printed where.
func (r *scanRun) setOutput(f *scanFlags, look look) {
	r.found = make(map[signin.FindingKind]int)
	r.labels = f.patterns
	r.meter = newMeter(r.Err)
	r.out = bufio.NewWriterSize(aside{r.meter, r.Out}, 64<<10)
	r.summary = r.out
	r.problems = &problems{out: aside{r.meter, r.Err}, verbose: f.verbose}
	switch {
	case f.json:
		r.report, r.summary = &jsonReport{out: r.out, patterns: r.labels}, r.problems.out
	case f.csv:
		r.report, r.summary = newCSVReport(r.out, r.labels), r.problems.out
	default:
		r.report = &timeline{out: r.out, look: look, patterns: r.labels}
	}
	r.options.Match = r.report.match
	r.options.Problem = r.problems.add
	r.options.Finding = func(found signin.Finding) {
		r.found[found.Kind]++
		r.report.finding(found)
	}
}

// do scans, prints what was found and says how it went.
func (r *scanRun) do(ctx context.Context) error {
	s := scan.New(r.options)
	start := r.now()
	hide := r.showProgress(ctx, s)
	sum, stopped := s.Run(ctx)
	hide()
	for _, found := range sum.Findings {
		r.found[found.Kind]++
	}
	r.report.end(sum)
	r.problems.end()
	if stopped != nil {
		fmt.Fprintln(r.problems.out, "trailbell: stopped early: only a part was read")
	}
	closing{
		Summary: sum, found: r.found, options: r.options, labels: r.labels, reasons: r.problems.reasons,
		took: r.now().Sub(start), partial: stopped != nil || sum.Unread(),
	}.print(r.summary)
	if err := r.out.Flush(); err != nil {
		return fmt.Errorf("write results: %w", cause(err))
	}
	return r.verdict(sum, stopped)
}

// verdict decides the exit code. That something could not be read is said before that
// something was found: who acts on the code must know that there may be more.
func (r *scanRun) verdict(sum scan.Summary, stopped error) error {
	matches := int64(0)
	for _, n := range sum.Matches {
		matches += n
	}
	switch {
	case stopped != nil, sum.Unread():
		return errQuiet
	case r.exitCode && (len(r.found) > 0 || matches > 0):
		return errFound
	}
	return nil
}

// showProgress shows how far s has come until the function that it returns is called.
func (r *scanRun) showProgress(ctx context.Context, s *scan.Scan) (hide func()) {
	if !r.meter.visible() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { r.meter.setTotal(scan.Total(ctx, r.options.Paths)) }()
	go func() {
		defer close(done)
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		start := r.now()
		for {
			select {
			case <-ticker.C:
				r.meter.update(s.Progress(), r.now().Sub(start))
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() {
		cancel()
		<-done
		r.meter.clear()
	}
}

// lookOf says how to print on out; color is the value of --color.
func lookOf(out io.Writer, color string) (look, error) {
	l := look{paint: paintFor(out), width: pipedWidth}
	if terminal, width := terminalWidth(out); terminal {
		l.width = min(max(width, narrowest), widest)
	}
	switch color {
	case "auto":
	case "always":
		l.color = true
	case "never":
		l.color = false
	default:
		return l, usageErrorf("--color %q: auto, always or never", color)
	}
	return l, nil
}
