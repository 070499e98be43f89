package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/event"
	"github.com/trailbell/trailbell/pattern"
)

const patternLintHelp = `Say what in a pattern can never match, and what is probably a mistake.

A warning is "never" if the whole pattern can match nothing, "dead" if a part of it decides
nothing, else "risk". With --against, the pattern is compared with the events in PATH, a file
or a folder with all that is in it, compressed or not. P may be @NAME, see trailbell pattern
library.`

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
			p, err := patternArgument(args[0])
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
		warnings = append(warnings, seen.observed.Lint()...)
	}
	for _, w := range warnings {
		if !f.json {
			printWarning(s.Out, paintFor(s.Out), p.Source(), w)
		} else if err := writeJSON(s.Out, warningJSON(w)); err != nil {
			return err
		}
	}
	if err := f.finish(s.Out, seen, len(warnings)); err != nil {
		return err
	}
	switch {
	case seen != nil && seen.failed:
		return errQuiet
	case f.exitCode && len(warnings) > 0:
		return errFound
	}
	return nil
}

// finish says what the pattern was compared with, and counts.
func (f *lintFlags) finish(out io.Writer, seen *comparison, warnings int) error {
	if f.json && seen != nil {
		return writeJSON(out, comparedLine{seen.observed.Messages, seen.observed.Matched, seen.files, seen.rejected})
	}
	if f.json {
		return nil
	}
	if seen != nil {
		seen.print(out)
	}
	_, err := fmt.Fprintln(out, quantity(warnings, "warning"))
	return err
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

func printWarning(out io.Writer, look paint, source string, w pattern.Warning) {
	severity := look.bold(w.Severity.String())
	if w.Severity == pattern.Never {
		severity = look.bad(w.Severity.String())
	}
	line, mark := underline(source, w.Span)
	fmt.Fprintf(out, "%s: %s (%s)\n  %s\n  %s\n", severity, printable(w.Message), w.Code, line, look.good(mark))
	if w.Suggestion != "" {
		fmt.Fprintf(out, "  %s\n", printable(w.Suggestion))
	}
	if w.Pattern != "" {
		fmt.Fprintf(out, "  try: %s\n", printable(w.Pattern))
	}
}

// comparison reads the events a pattern is compared with.
type comparison struct {
	observed *pattern.Observed
	errOut   io.Writer
	files    int
	rejected int  // parts of files that are no event
	failed   bool // something could not be read
}

// readAll reads files and folders. What cannot be read is told and passed over;
// only a stop ends it.
func (c *comparison) readAll(ctx context.Context, paths []string) error {
	r := &event.Reader{Strict: true}
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
			return fmt.Errorf("read %q: %w", path, err)
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
		if asked {
			fmt.Fprintf(c.errOut, "trailbell: %s: byte %d: %s\n", printable(path), rejection.Offset, printable(rejection.Err.Error()))
		}
	}
	_, err = r.Read(file)
	switch {
	case err == nil:
		c.files++
	case errors.Is(err, event.ErrNotJSON) && !asked:
	default:
		c.complain(path, err)
	}
}

func (c *comparison) complain(path string, err error) {
	c.failed = true
	fmt.Fprintf(c.errOut, "trailbell: read %s: %s\n", printable(path), printable(cause(err).Error()))
}

func (c *comparison) print(out io.Writer) {
	o := c.observed
	fmt.Fprintf(out, "compared with %s of %s: the pattern matches %d\n", quantity(o.Messages, "event"), quantity(c.files, "file"), o.Matched)
	if c.rejected > 0 {
		fmt.Fprintf(out, "%s of these files no event\n", quantity(c.rejected, "part"))
	}
	for _, limit := range o.Limits() {
		fmt.Fprintf(out, "not remembered, so perhaps missing from suggestions: %s\n", limit)
	}
}
