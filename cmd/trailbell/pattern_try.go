package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/pattern"
)

const patternTestHelp = `Show which messages a pattern matches and what it extracts from them.

FILE holds a message a line; without it, or with -, messages come from standard input.
Empty lines are no messages. P may be @NAME, see trailbell pattern library.`

// tryFlags are the flags of trailbell pattern test.
type tryFlags struct {
	json     bool
	count    bool
	exitCode bool
}

func patternTestCommand(s streams) *cobra.Command {
	var f tryFlags
	cmd := &cobra.Command{
		Use:   "test P [FILE]",
		Short: "Show which messages a pattern matches, and what is extracted",
		Long:  patternTestHelp,
		Args:  arguments(1, 2, "pattern"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.json && f.count {
				return usageErrorf("--json and --count are two forms of the same output: choose one")
			}
			p, err := readPattern(args[0], underlineWidth(s.Err))
			if err != nil {
				return err
			}
			return f.run(cmd.Context(), p, args[1:], s)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.json, "json", false, "print an object a match, for programs")
	flags.BoolVar(&f.count, "count", false, "print only how many messages match")
	flags.BoolVar(&f.exitCode, "exit-code", false, "exit with 3 if a message matches")
	return cmd
}

// matchLine is one line of pattern test --json.
type matchLine struct {
	Line      int               `json:"line"`
	Message   string            `json:"message"`
	Extracted map[string]string `json:"extracted"`
}

func (f *tryFlags) run(ctx context.Context, p *pattern.Pattern, args []string, s streams) error {
	in, err := openMessages(ctx, args, s)
	if err != nil {
		return err
	}
	defer in.close()
	look := paintFor(s.Out)
	out := bufio.NewWriter(s.Out)
	if look.terminal {
		out = bufio.NewWriterSize(s.Out, 1) // answer at once to what is typed
	}
	total, matched := 0, 0
	err = in.each(func(line pattern.Line) error {
		total++
		values, ok := p.Extract(line.Text)
		if !ok {
			return nil
		}
		matched++
		switch {
		case f.count:
			return nil
		case f.json:
			return writeJSON(out, matchLine{line.Number, string(line.Text), values})
		}
		return printMatch(out, look, line, values)
	})
	switch {
	case f.json, err != nil && total == 0:
	case f.count:
		fmt.Fprintln(out, matched)
	default:
		fmt.Fprintf(out, "%s of %s messages match%s\n", thousands(int64(matched)), thousands(int64(total)), in.passedOver())
	}
	if err := flushed(out, in.end(err)); err != nil {
		return err
	}
	if f.exitCode && matched > 0 {
		return errFound
	}
	return nil
}

func printMatch(out io.Writer, look paint, line pattern.Line, values map[string]string) error {
	fmt.Fprintf(out, "%s %s\n", look.good(fmt.Sprintf("%d:", line.Number)), look.foreign(line.Text))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(out, "    %s = %s\n", look.bold(printable(name)), look.foreign([]byte(values[name])))
	}
	return nil
}
