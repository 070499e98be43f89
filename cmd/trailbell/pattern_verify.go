package main

import (
	"bufio"
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/pattern"
)

const patternVerifyHelp = `Run regression cases for patterns: a JSON object a line.

  {"pattern": P, "message": M, "match": true, "extracted": {"$name": "value"}}
  {"pattern": P, "error": "what is wrong"}

P may be @NAME, see trailbell pattern library. extracted may be left out. A case with error,
or invalid, wants the pattern refused. Other keys are ignored, and so are empty lines and
lines that begin with #. Each failing case is a line FILE:LINE: got ..., want ...; the last
line counts. Exit code 1 if a case failed.`

func patternVerifyCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE...",
		Short: "Run regression cases for patterns",
		Long:  patternVerifyHelp,
		Args:  arguments(1, -1, "FILE"),
		RunE:  func(cmd *cobra.Command, files []string) error { return verifyPatterns(cmd.Context(), files, s) },
	}
}

// verifyPatterns runs the cases of all files, also when one cannot be read.
func verifyPatterns(ctx context.Context, files []string, s streams) error {
	passed, failed, broken := 0, 0, false
	out := bufio.NewWriter(s.Out)
	for _, name := range files {
		in, err := openMessages(ctx, []string{name}, s)
		if err == nil {
			var p, f int
			p, f, err = pattern.Verify(in.reader, name, func(f pattern.Failure) { fmt.Fprintln(out, f) })
			passed, failed = passed+p, failed+f
			in.close()
		}
		if err != nil {
			broken = true
			fmt.Fprintf(s.Err, "trailbell: %v\n", err)
		}
	}
	fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed)
	if err := flushed(out, nil); err != nil {
		return err
	}
	if failed > 0 || broken {
		return errQuiet
	}
	return nil
}
