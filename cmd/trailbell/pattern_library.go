package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/pattern"
)

func patternLibraryCommand(s streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "library [NAME]",
		Short: "List the patterns that come with trailbell, or show one",
		Long: `List the patterns that come with trailbell, or show one in full with the warnings of lint.

Wherever a pattern is expected, @NAME stands for the pattern of that name; here too the @
may stand.`,
		Args: arguments(0, 1, "name"),
		RunE: func(_ *cobra.Command, args []string) error {
			all := pattern.Library()
			if len(args) > 0 {
				named, err := libraryArgument(strings.TrimPrefix(args[0], "@"))
				if err != nil {
					return err
				}
				all = []pattern.Named{named}
			}
			var err error
			out := bufio.NewWriter(s.Out)
			switch {
			case asJSON:
				err = printLibraryJSON(out, all)
			case len(args) > 0:
				printNamed(out, paintFor(s.Out), all[0], underlineWidth(s.Out))
			default:
				printLibrary(out, paintFor(s.Out), all)
			}
			return flushed(out, err)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print an object a pattern, for programs")
	return cmd
}

func printLibrary(out io.Writer, look paint, all []pattern.Named) {
	width := 0
	for _, n := range all {
		width = max(width, len(n.Name))
	}
	for _, n := range all {
		fmt.Fprintf(out, "%s  %s\n", look.bold(fmt.Sprintf("%-*s", width, n.Name)), n.Title)
	}
}

func printNamed(out io.Writer, look paint, n pattern.Named, width int) {
	fmt.Fprintf(out, "%s: %s\n\n  %s\n\n%s\nSource: %s\n", look.bold(n.Name), n.Title, n.Pattern, n.About, n.Source)
	for i, w := range pattern.Lint(n.Parsed()) {
		if i == 0 {
			fmt.Fprintln(out)
		}
		printWarning(out, look, n.Pattern, w, width)
	}
}

func printLibraryJSON(out io.Writer, all []pattern.Named) error {
	for _, n := range all {
		line := struct {
			pattern.Named
			Warnings []lintLine `json:"warnings"`
		}{Named: n, Warnings: []lintLine{}}
		for _, w := range pattern.Lint(n.Parsed()) {
			line.Warnings = append(line.Warnings, warningJSON(w))
		}
		if err := writeJSON(out, line); err != nil {
			return err
		}
	}
	return nil
}
