package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/event"
	"github.com/trailbell/trailbell/pattern"
)

const patternLintHelp = `Say what in a pattern can never match, and what is probably a mistake.

A warning is "never" if the whole pattern can match nothing, "dead" if a part of it decides
nothing, else "risk". With --against, the pattern is compared with the events in PATH, a file
or a folder with all that is in it, compressed or not; "never" is then said of no pattern that
matches one of them. P may be @NAME, see trailbell pattern library.

Exit code 1 if something in PATH could not be read, or if it holds no events at all.`

// lintFlags are the flags of trailbell pattern lint.
type lintFlags struct {
	against  []string
	json     bool
	exitCode bool
}

func patternLintCommand(s streams) *cobra.Command {
	var f lintFlags
	cmd := &cobra.Command{
		Use:   "lint P [--against PATH...]",
		Short: "Say what can never match, and what is probably a mistake",
		Long:  patternLintHelp,
		Args: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("against") {
				return arguments(1, 1, "pattern")(cmd, args)
			}
			return arguments(1, -1, "pattern")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := readPattern(args[0], underlineWidth(s.Err))
			if err != nil {
				return err
			}
			f.against = append(f.against, args[1:]...) // --against A B
			return f.run(cmd.Context(), p, s)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.against, "against", nil, "also compare with the events in `PATH`; more may follow")
	flags.BoolVar(&f.json, "json", false, "print an object a warning, for programs")
	flags.BoolVar(&f.exitCode, "exit-code", false, "exit with 3 if there is a warning")
	return cmd
}

func (f *lintFlags) run(ctx context.Context, p *pattern.Pattern, s streams) error {
	warnings := pattern.Lint(p)
	var seen *comparison
	if len(f.against) > 0 {
		seen = &comparison{observed: pattern.Observe(p), errOut: s.Err}
		if err := seen.readAll(ctx, f.against); err != nil {
			return err
		}
		warnings = append(seen.observed.Qualify(warnings), seen.observed.Lint()...)
	}
	if err := f.print(s.Out, p, warnings, seen); err != nil {
		return err
	}
	switch {
	case seen != nil && seen.observed.Messages == 0:
		return fmt.Errorf("nothing was compared: no CloudTrail events in %s", quoted(f.against))
	case seen != nil && seen.failed > 0:
		return errQuiet
	case f.exitCode && len(warnings) > 0:
		return errFound
	}
	return nil
}

// print prints the warnings and what the pattern was compared with.
func (f *lintFlags) print(to io.Writer, p *pattern.Pattern, warnings []pattern.Warning, seen *comparison) error {
	out := bufio.NewWriter(to)
	if f.json {
		return flushed(out, printLintJSON(out, warnings, seen))
	}
	for _, w := range warnings {
		printWarning(out, paintFor(to), p.Source(), w, underlineWidth(to))
	}
	if seen != nil {
		seen.print(out)
	}
	fmt.Fprintln(out, counted(len(warnings), "warning"))
	return flushed(out, nil)
}

func printLintJSON(out io.Writer, warnings []pattern.Warning, seen *comparison) error {
	for _, w := range warnings {
		if err := writeJSON(out, warningJSON(w)); err != nil {
			return err
		}
	}
	if seen == nil {
		return nil
	}
	return writeJSON(out, comparedLine{seen.observed.Messages, seen.observed.Matched, seen.files, seen.rejected})
}

// comparedLine is the last line of pattern lint --against --json.
type comparedLine struct {
	Events   int `json:"events"`
	Matched  int `json:"matched"`
	Files    int `json:"files"`
	Rejected int `json:"rejected"`
}

// lintLine is one line of pattern lint --json.
type lintLine struct {
	Code       string `json:"code"`
	Severity   string `json:"severity"`
	Start      int    `json:"start"` // bytes
	End        int    `json:"end"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
	Pattern    string `json:"pattern,omitempty"`
}

func warningJSON(w pattern.Warning) lintLine {
	return lintLine{w.Code, w.Severity.String(), w.Start, w.End, w.Message, w.Suggestion, w.Pattern}
}

func printWarning(out io.Writer, look paint, source string, w pattern.Warning, width int) {
	severity := look.bold(w.Severity.String())
	if w.Severity == pattern.Never {
		severity = look.bad(w.Severity.String())
	}
	line, mark := underline(source, w.Span, width)
	fmt.Fprintf(out, "%s: %s (%s)\n", severity, printable(w.Message), w.Code)
	fmt.Fprintf(out, "%s%s\n%[1]s%[3]s\n", underlineIndent, line, look.good(mark))
	if w.Suggestion != "" {
		fmt.Fprintf(out, "  %s\n", printable(w.Suggestion))
	}
	if w.Pattern != "" {
		fmt.Fprintf(out, "  try: %s\n", printable(w.Pattern))
	}
}

func quoted(paths []string) string {
	all := make([]string, len(paths))
	for i, path := range paths {
		all[i] = strconv.Quote(path)
	}
	return strings.Join(all, ", ")
}

// comparison reads the events a pattern is compared with.
type comparison struct {
	observed *pattern.Observed
	errOut   io.Writer
	files    int // read, to their end or as far as they are whole
	rejected int // parts of files that are no event
	failed   int // what could not be read: files, and parts that may have been events
}

// maxComplaints is how much of what could not be read is named.
const maxComplaints = 100

// readAll reads files and folders. What cannot be read is told and passed over;
// only a stop ends it.
func (c *comparison) readAll(ctx context.Context, paths []string) error {
	defer c.countTheRest()
	r := &event.Reader{}
	r.Record = func(record *event.Record) { c.observed.Add(record.Raw) }
	for _, path := range paths {
		given := path
		err := filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				c.complain(path, err)
			case entry.Type().IsRegular() || path == given && !entry.IsDir():
				c.read(r, path, path == given)
			}
			return nil
		})
		if err != nil {
			return readError(path, err)
		}
	}
	return nil
}

// read reads one file. One that was not asked for by name may be anything.
func (c *comparison) read(r *event.Reader, path string, asked bool) {
	file, err := os.Open(path)
	if err != nil {
		c.complain(path, err)
		return
	}
	defer file.Close()
	r.Reject = func(rejection event.Rejection) {
		c.rejected++
		said := fmt.Errorf("byte %d: %s", rejection.Offset, printable(rejection.Err.Error()))
		switch {
		case !rejection.Foreign:
			c.complain(path, said)
		case asked:
			fmt.Fprintf(c.errOut, "trailbell: %v\n", readError(path, said))
		}
	}
	before := c.observed.Messages
	_, err = r.Read(file)
	if err == nil || c.observed.Messages > before {
		c.files++
	}
	switch {
	case err == nil:
	case errors.Is(err, event.ErrNotJSON) && !asked:
	default:
		c.complain(path, err)
	}
}

func (c *comparison) complain(path string, err error) {
	if c.failed++; c.failed <= maxComplaints {
		fmt.Fprintf(c.errOut, "trailbell: %s\n", printable(readError(path, err).Error()))
	}
}

func (c *comparison) countTheRest() {
	if more := c.failed - maxComplaints; more > 0 {
		fmt.Fprintf(c.errOut, "trailbell: and %s more that could not be read\n", thousands(int64(more)))
	}
}

func (c *comparison) print(out io.Writer) {
	o := c.observed
	if o.Messages > 0 {
		fmt.Fprintf(out, "compared with %s of %s: the pattern matches %s\n",
			counted(o.Messages, "event"), counted(c.files, "file"), thousands(int64(o.Matched)))
	}
	if c.rejected == 1 {
		fmt.Fprintln(out, "1 part of what was read is no CloudTrail event")
	} else if c.rejected > 1 {
		fmt.Fprintf(out, "%s of what was read are no CloudTrail events\n", counted(c.rejected, "part"))
	}
	for _, limit := range o.Limits() {
		fmt.Fprintf(out, "not remembered, so perhaps missing from suggestions: %s\n", limit)
	}
}
