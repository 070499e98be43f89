package main

import (
	"errors"
	"fmt"
	"io"
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
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		hint := ""
		if strings.HasPrefix(err.Error(), "unknown ") { // flag, or shorthand flag
			hint = fmt.Sprintf("; put -- in front of a pattern that begins with -, as in: %s -- '-debug'", cmd.CommandPath())
		}
		return usageErrorf("%s%s; see %s --help", printable(err.Error()), hint, cmd.CommandPath())
	})
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

// patternArgument reads P for a terminal of any usual width. A wrong pattern is
// wrong usage.
func patternArgument(text string) (*pattern.Pattern, error) {
	return readPattern(text, pipedUnderline)
}

// readPattern is patternArgument for errors that are shown in so many columns.
func readPattern(text string, width int) (*pattern.Pattern, error) {
	if name, ok := strings.CutPrefix(text, "@"); ok {
		named, err := libraryArgument(name)
		return named.Parsed(), err
	}
	p, err := pattern.Parse(text)
	var syntax *pattern.SyntaxError
	if errors.As(err, &syntax) {
		return nil, usageErrorf("%s", describeSyntax(syntax, width))
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

// describeSyntax shows where a pattern is wrong, why, and what AWS answers.
func describeSyntax(e *pattern.SyntaxError, width int) string {
	line, mark := underline(e.Source, pattern.Span{Start: e.Offset, End: e.Offset}, width)
	text := fmt.Sprintf("the pattern is not valid: %s\n%[2]s%[3]s\n%[2]s%[4]s", printable(e.Message), underlineIndent, line, mark)
	if aws, cut := cutText(printable(e.AWS), 200); aws != "" {
		text += "\nAWS answers InvalidParameterException: " + aws + cut
	}
	return text
}

// Widths in columns.
const (
	pipedUnderline  = 76 // where it is not known; fits the usual 80
	narrowUnderline = 20 // narrower terminals are taken as that wide
)

// underlineWidth is how many columns of out a pattern may take.
func underlineWidth(out io.Writer) int {
	terminal, width := terminalWidth(out)
	if !terminal {
		return pipedUnderline
	}
	return max(width-len(underlineIndent), narrowUnderline)
}

const underlineIndent = "  "

// underline returns a line that shows the part of a pattern, and one with marks
// below it. The line is cut to width characters around the part, since marks
// below a line that wraps would point elsewhere. Columns are right for
// characters of usual width.
func underline(source string, part pattern.Span, width int) (line, mark string) {
	start := min(max(part.Start, 0), len(source))
	end := min(max(part.End, start), len(source))
	before, inside, after := []rune(printable(source[:start])), []rune(printable(source[start:end])), []rune(printable(source[end:]))
	prefix, suffix := "", ""
	if len(before)+len(inside)+len(after) > width {
		const dots = "..."
		room := width - 2*len(dots)
		shown := min(len(inside), room)
		inside, after = inside[:shown:shown], append(inside[shown:], after...)
		room -= shown
		left := min(len(before), max(room/2, room-len(after)))
		if left < len(before) {
			before, prefix = before[len(before)-left:], dots
		}
		if right := room - left; right < len(after) {
			after, suffix = after[:right], dots
		}
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
