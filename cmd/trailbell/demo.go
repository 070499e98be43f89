package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/internal/simulate"
)

// demoAt is when the story of the demo is over. It is fixed, as is all else in it, so that
// everybody sees the same.
var demoAt = time.Date(2026, time.March, 3, 17, 0, 0, 0, time.UTC)

// demoStory is a morning in one account: who does what, in the order of simulate's list.
var demoStory = []string{
	"iam-success-mfa-virtual",    // an ordinary sign-in
	"iam-mfa-wrong-then-success", // the owner mistypes
	"root-mfa-wrong",             // somebody tries root
	"idc-success-mfa-totp",       // an ordinary sign-in
	"idc-totp-wrong",             // a thief with the password is stopped at TOTP
	"idc-webauthn-abandoned",     // another one leaves at the security key prompt
}

// demoEvents is how many ordinary API calls surround the story.
const demoEvents = 4000

const demoBefore = `A demonstration with simulated CloudTrail logs: a morning in one account,
%s in %s. Most of it is ordinary work. Six people sign in, four of
them with trouble:

`

const demoAfter = `
What you saw: trailbell reads the log files, puts the events of each sign-in
together, and tells each one that got past the password and stopped at MFA,
once, with its evidence. Next:

  trailbell scan PATH              the same with your own logs
  trailbell scan --json PATH       for programs, an object a line
  trailbell simulate --list        more such stories, and
  trailbell simulate --to DIR ...  their log files, to try filters and alarms
`

func demoCommand(s streams) *cobra.Command {
	var color string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show on simulated logs what trailbell finds",
		Args:  arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			look, err := lookOf(s.Out, color)
			if err != nil {
				return err
			}
			return demo(cmd.Context(), s, look)
		},
	}
	cmd.Flags().StringVar(&color, "color", "auto", "`WHEN` to use colour: auto, always, never")
	return cmd
}

// demo simulates into a temporary folder, scans it, and removes it.
func demo(ctx context.Context, s streams, look look) (err error) {
	dir, err := os.MkdirTemp("", "trailbell-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo in %s: %w", os.TempDir(), cause(err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	sum, err := writeDemo(ctx, dir)
	if err != nil {
		return fmt.Errorf("write the logs of the demo: %w", err)
	}
	out := &careful{out: s.Out}
	fmt.Fprintf(out, demoBefore, counted(sum.Records, "event"), counted(int64(sum.Files), "file"))

	r := &scanRun{streams: s, now: func() time.Time { return demoAt }}
	r.options.Paths, r.options.At = []string{dir}, demoAt
	r.setOutput(&scanFlags{}, look)
	r.report.(*timeline).base = dir + string(filepath.Separator)
	if err := r.do(ctx); err != nil {
		return err
	}
	io.WriteString(out, demoAfter)
	return out.failure()
}

// writeDemo writes the story and the ordinary work around it.
func writeDemo(ctx context.Context, dir string) (simulate.Summary, error) {
	create := func(key string) (io.WriteCloser, error) {
		path := filepath.Join(dir, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		return os.Create(path)
	}
	story, err := simulate.WriteScenarios(ctx, simulate.ScenarioOptions{Names: demoStory, At: demoAt, Seed: 1}, create)
	if err != nil {
		return story, err
	}
	work, err := simulate.Corpus(ctx, simulate.Options{
		Records: demoEvents, FileRecords: 500, Days: 1, At: demoAt, Seed: 1,
		Accounts: simulate.ExampleAccounts[:1], Regions: []string{"us-east-1"},
	}, create)
	work.Files += story.Files
	work.Records += story.Records
	return work, err
}
