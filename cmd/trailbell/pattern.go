package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/pattern"
)

const patternHelp = `Work with the filter patterns of CloudWatch Logs: metric filters, subscription filters.

P is a pattern in AWS's language, or @NAME for one of "trailbell pattern library".
Put it in single quotes, for the shell: 'ERROR', '{ $.eventName = ConsoleLogin }'.
P that begins with - must come after --, as in: trailbell pattern test -- '-debug'

Exit codes: 0 done; 1 something could not be read, or a case failed; 2 wrong usage or a
pattern that AWS would refuse; 3, only with --exit-code, something matched or was warned about.`

func patternCommand(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pattern",
		Short: "Try, explain and check filter patterns of CloudWatch Logs",
		Long:  patternHelp,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageErrorf("unknown command %q; see %s --help", args[0], cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		patternTestCommand(s),
		patternExplainCommand(s),
		patternLintCommand(s),
		patternVerifyCommand(s),
		patternLibraryCommand(s),
	)
	return cmd
}

// arguments checks how many arguments there are; what names them.
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usageErrorf("no %s given; see %s --help", what, cmd.CommandPath())
		case most >= 0 && len(args) > most:
			return usageErrorf("unexpected argument %q; see %s --help", args[most], cmd.CommandPath())
		}
		return nil
	}
}

// patternArgument reads P. A wrong pattern is wrong usage.
func patternArgument(text string) (*pattern.Pattern, error) {
	if name, ok := strings.CutPrefix(text, "@"); ok {
		named, err := libraryArgument(name)
		return named.Parsed(), err
	}
	p, err := pattern.Parse(text)
	var syntax *pattern.SyntaxError
	if errors.As(err, &syntax) {
		return nil, usageErrorf("%s", describeSyntax(syntax))
	}
	return p, err
}

func libraryArgument(name string) (pattern.Named, error) {
	named, similar, ok := pattern.FromLibrary(name)
	switch {
	case ok:
		return named, nil
	case similar != "":
		return named, usageErrorf("no pattern %q in the library; did you mean %s?", name, similar)
	}
	return named, usageErrorf("no pattern %q in the library; trailbell pattern library lists them", name)
}

// libraryPattern returns the source of a pattern of the library.
func libraryPattern(name string) (string, bool) {
	named, _, ok := pattern.FromLibrary(name)
	return named.Pattern, ok
}

// describeSyntax shows where a pattern is wrong, why, and what AWS answers.
func describeSyntax(e *pattern.SyntaxError) string {
	line, mark := underline(e.Source, pattern.Span{Start: e.Offset, End: e.Offset})
	text := fmt.Sprintf("the pattern is not valid: %s\n  %s\n  %s", printable(e.Message), line, mark)
	if aws, cut := cutText(printable(e.AWS), 200); aws != "" {
		text += "\nAWS answers InvalidParameterException: " + aws + cut
	}
	return text
}

// shownAround is how many characters of a long pattern are shown on either side
// of a place in it.
const shownAround = 60

// underline returns a line that shows the part of a pattern, and one with marks
// below it. Columns are right for characters of usual width.
func underline(source string, part pattern.Span) (line, mark string) {
	start := min(max(part.Start, 0), len(source))
	end := min(max(part.End, start), len(source))
	before, inside, after := []rune(printable(source[:start])), []rune(printable(source[start:end])), []rune(printable(source[end:]))
	prefix, suffix := "", ""
	if len(before) > shownAround {
		before, prefix = before[len(before)-shownAround:], "..."
	}
	if len(inside) > 2*shownAround {
		inside, after = append(inside[:2*shownAround], []rune("...")...), nil
	}
	if len(after) > shownAround {
		after, suffix = after[:shownAround], "..."
	}
	line = prefix + string(before) + string(inside) + string(after) + suffix
	mark = strings.Repeat(" ", len(prefix)+len(before)) + "^" + strings.Repeat("~", max(len(inside)-1, 0))
	return line, mark
}

// cutText cuts a text to so many characters and says how long it was.
func cutText(s string, most int) (text, cut string) {
	runes := []rune(s)
	if len(runes) <= most {
		return s, ""
	}
	return string(runes[:most]), fmt.Sprintf("... (%d characters)", len(runes))
}

// messages is an input with a message a line.
type messages struct {
	name    string // for people
	reader  io.Reader
	close   func() error
	errOut  io.Writer
	skipped int // lines too long
}

// openMessages opens FILE; none, or -, is standard input.
func openMessages(ctx context.Context, args []string, s streams) (*messages, error) {
	if len(args) == 0 || args[0] == "-" {
		return &messages{name: "standard input", reader: interruptible(ctx, s.In), close: func() error { return nil }, errOut: s.Err}, nil
	}
	file, err := openFile(args[0])
	if err != nil {
		return nil, err
	}
	return &messages{name: args[0], reader: file, close: file.Close, errOut: s.Err}, nil
}

// interruptible returns what r holds and fails once ctx is done: a read from a
// terminal would go on waiting after Ctrl-C. What is left of r then stays behind
// with a goroutine, until the program ends.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	out, in := io.Pipe()
	stop := context.AfterFunc(ctx, func() { in.CloseWithError(context.Cause(ctx)) })
	go func() {
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
		stop()
	}()
	return out
}

// openFile opens a file that is no folder. Its errors do not begin with the
// name of a system call.
func openFile(name string) (*os.File, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", name, cause(err))
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, fmt.Errorf("read %q: it is a folder, not a file", name)
	}
	return file, nil
}

// cause returns an error of a file without the name and the system call in it.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// each calls do for every message. Lines that are empty are none; lines that are
// too long are reported and counted.
func (m *messages) each(do func(line pattern.Line) error) error {
	for line, err := range pattern.Lines(m.reader) {
		if err != nil {
			return fmt.Errorf("read %q: %w", m.name, cause(err))
		}
		if line.TooLong {
			m.skipped++
			fmt.Fprintf(m.errOut, "trailbell: %s:%d: longer than %d MiB, passed over\n", printable(m.name), line.Number, pattern.MaxLine>>20)
			continue
		}
		if len(line.Text) == 0 {
			continue
		}
		if err := do(line); err != nil {
			return err
		}
	}
	return nil
}
