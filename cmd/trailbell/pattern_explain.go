package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/pattern"
	"golang.org/x/term"
)

const patternExplainHelp = `Say for each message why a pattern matches it or not, condition by condition.

FILE holds a message a line; with -, or when standard input is no terminal, messages come
from there. Without any messages the pattern itself is put into words. P may be @NAME, see
trailbell pattern library.`

func patternExplainCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "explain P [FILE]",
		Short: "Say why a pattern matches a message or not, condition by condition",
		Long:  patternExplainHelp,
		Args:  arguments(1, 2, "pattern"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := readPattern(args[0], underlineWidth(s.Err))
			if err != nil {
				return err
			}
			if len(args) == 1 && isTerminal(s.In) {
				out := bufio.NewWriter(s.Out)
				describe(out, p)
				return flushed(out, nil)
			}
			return explainMessages(cmd.Context(), p, args[1:], s)
		},
	}
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

func explainMessages(ctx context.Context, p *pattern.Pattern, args []string, s streams) error {
	in, err := openMessages(ctx, args, s)
	if err != nil {
		return err
	}
	defer in.close()
	look := paintFor(s.Out)
	out := bufio.NewWriter(s.Out)
	total, matched := 0, 0
	err = in.each(func(line pattern.Line) error {
		total++
		e := p.Explain(line.Text)
		verdict := look.bad("no match")
		if e.Holds {
			matched++
			verdict = look.good("match")
		}
		text, cut := cutText(printable(string(line.Text[:min(len(line.Text), longestShown)])), 100)
		if cut != "" {
			text += "..."
		}
		fmt.Fprintf(out, "%d: %s  %s\n", line.Number, verdict, look.faint(text))
		fmt.Fprintf(out, "    %s\n", printable(e.Why))
		drawParts(out, look, e.Parts, "    ")
		return out.Flush()
	})
	switch {
	case total > 0 || in.skipped > 0:
		fmt.Fprintf(out, "%s of %s messages match%s\n", thousands(int64(matched)), thousands(int64(total)), in.passedOver())
	case err == nil:
		describe(out, p)
	}
	return flushed(out, in.end(err))
}

// drawParts draws the parts of an explanation as a tree. It recurses as deep as
// the parentheses of the pattern.
func drawParts(out io.Writer, look paint, parts []pattern.Explanation, indent string) {
	for _, e := range parts {
		mark := look.bad("no ")
		switch {
		case e.Ignored:
			mark = look.faint("-  ")
		case e.Holds:
			mark = look.good("yes")
		}
		fmt.Fprintf(out, "%s%s  %s\n", indent, mark, printable(e.Part))
		fmt.Fprintf(out, "%s     %s\n", indent, look.faint(printable(e.Why)))
		drawParts(out, look, e.Parts, indent+"     ")
	}
}

// describe puts a pattern into words.
func describe(out io.Writer, p *pattern.Pattern) {
	fmt.Fprintf(out, "%s\n", printable(p.String()))
	switch p.Kind {
	case pattern.Everything:
		fmt.Fprintln(out, "matches every message")
	case pattern.Terms:
		describeTerms(out, p.Terms)
	case pattern.JSON:
		fmt.Fprintln(out, "matches a message that is one JSON object, if")
		describeNode(out, p.Root, "  ")
	case pattern.Delimited:
		describeFields(out, p.Fields)
	}
}

func describeTerms(out io.Writer, terms []pattern.Term) {
	fmt.Fprintln(out, "matches a message, wherever in it the terms stand and inside words too, if")
	fixed := false
	for _, t := range terms {
		fixed = fixed || t.Sign != pattern.Optional
	}
	for _, t := range terms {
		what := describeTerm(t.Literal)
		switch {
		case t.Sign == pattern.Include:
			fmt.Fprintf(out, "  %s occurs\n", what)
		case t.Sign == pattern.Exclude:
			fmt.Fprintf(out, "  %s does not occur\n", what)
		case fixed:
			fmt.Fprintf(out, "  (%s decides nothing: terms with ? count only when there are no others)\n", what)
		}
	}
	if !fixed {
		fmt.Fprintln(out, "  at least one of these occurs:")
		for _, t := range terms {
			fmt.Fprintf(out, "    %s\n", describeTerm(t.Literal))
		}
	}
}

func describeTerm(l pattern.Literal) string {
	if l.Kind == pattern.Regex {
		return "the regex " + printable(l.Text)
	}
	return fmt.Sprintf("%q", l.Text)
}

// describeNode puts a tree into words. It recurses as deep as its parentheses.
func describeNode(out io.Writer, n pattern.Node, indent string) {
	var parts []pattern.Node
	switch n := n.(type) {
	case *pattern.And:
		fmt.Fprintf(out, "%sall of these hold:\n", indent)
		parts = n.Nodes
	case *pattern.Or:
		fmt.Fprintf(out, "%sat least one of these holds:\n", indent)
		parts = n.Nodes
	case *pattern.Condition:
		fmt.Fprintf(out, "%s%s\n", indent, describeCondition(n))
	}
	for _, part := range parts {
		describeNode(out, part, indent+"  ")
	}
}

var orderWords = map[pattern.Op]string{
	pattern.Less: "less than", pattern.LessOrEqual: "at most",
	pattern.Greater: "greater than", pattern.GreaterOrEqual: "at least",
}

func describeCondition(c *pattern.Condition) string {
	subject := printable(c.Field)
	if c.Field == "" {
		subject = printable(c.Selector.String())
	}
	switch c.Op {
	case pattern.NotExists:
		return subject + " is absent"
	case pattern.IsNull, pattern.IsTrue, pattern.IsFalse:
		return subject + " is " + strings.ToLower(strings.TrimPrefix(c.Op.String(), "IS ")) + ", not a text"
	case pattern.Equal:
		return subject + " is " + describeLiteral(c.Literal)
	case pattern.NotEqual:
		text := subject + " is not " + describeLiteral(c.Literal)
		if c.Field == "" {
			text += ", but present, as a text or a number"
		}
		return text
	}
	return fmt.Sprintf("%s is a number, %s %s", subject, orderWords[c.Op], printable(c.Literal.Text))
}

func describeLiteral(l pattern.Literal) string {
	text := printable(l.Text)
	switch {
	case l.Kind == pattern.Regex:
		return "a text in which the regex " + text + " finds something"
	case strings.Trim(l.Text, "*") == "" && l.Stars():
		return "any text or number"
	case l.Stars():
		return fmt.Sprintf("%q, where * stands for any text", l.Text)
	case l.Kind == pattern.Number:
		return "the number " + text + ", however it is written"
	}
	return fmt.Sprintf("exactly %q", l.Text)
}

func describeFields(out io.Writer, fields []pattern.Field) {
	if len(fields) == 0 {
		fmt.Fprintln(out, "matches every line")
		return
	}
	fmt.Fprintln(out, "splits a line at blanks, [...] and \"...\" staying together, and matches if it has these fields:")
	open := false
	for _, f := range fields {
		open = open || f.Ellipsis
	}
	for i, f := range fields {
		switch {
		case f.Ellipsis:
			fmt.Fprintln(out, "  any number of other fields")
			continue
		case f.Name == "":
			fmt.Fprintln(out, "  a field")
		default:
			fmt.Fprintf(out, "  %s\n", printable(f.Name))
		}
		if f.Cond != nil {
			describeNode(out, f.Cond, "    ")
		}
		if !open && i == len(fields)-1 {
			fmt.Fprintln(out, "    (the last field takes the rest of the line)")
		}
	}
}
