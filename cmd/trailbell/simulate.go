package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/trailbell/trailbell/internal/simulate"
	"golang.org/x/term"
)

// simulateFlags are the flags of trailbell simulate as they are typed.
type simulateFlags struct {
	to        string
	force     bool
	at        momentFlag
	scenarios []string
	list      bool
	accounts  []string
	regions   []string
	corpus    simulate.Options
}

func simulateCommand(s streams) *cobra.Command {
	var f simulateFlags
	cmd := &cobra.Command{
		Use:   "simulate --to DIR",
		Short: "Write synthetic CloudTrail log files in S3 layout",
		Long: `Write synthetic CloudTrail log files in S3 layout: scenarios, each the story of
one sign-in, or a corpus of many events with sign-ins strewn in. The last lines
say which findings to expect and how to look for them.`,
		Example: `  trailbell simulate --list
  trailbell simulate --to logs --scenario idc-totp-wrong --scenario root-mfa-abandoned
  trailbell simulate --to logs --records 2000000`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageErrorf("unexpected argument %q; see %s --help", args[0], cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), s) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.to, "to", "", "folder to write to")
	flags.BoolVar(&f.force, "force", false, "write into a folder that holds other things")
	flags.BoolVar(&f.list, "list", false, "list the scenarios")
	flags.StringArrayVar(&f.scenarios, "scenario", nil, "scenario to write, again for more; all for every one")
	flags.Int64Var(&f.corpus.Records, "records", 0, "number of events in the corpus, duplicates included")
	flags.IntVar(&f.corpus.FileRecords, "files-size", 2500, "events in one file")
	flags.Float64Var(&f.corpus.SignIns, "signins", 0.0005, "share of events that belong to sign-ins, 0 to 0.5")
	flags.Float64Var(&f.corpus.Duplicates, "duplicates", 0.001, "share of events delivered twice, 0 to 0.5")
	flags.StringSliceVar(&f.accounts, "accounts", []string{"3"}, "number of accounts, or account numbers")
	flags.StringSliceVar(&f.regions, "regions", []string{"4"}, "number of Regions, or their names")
	flags.StringVar(&f.corpus.Organization, "organization", "", "organisation id o-..., for the keys of an organization trail")
	flags.IntVar(&f.corpus.Days, "days", 7, "days the corpus spans")
	flags.Uint64Var(&f.corpus.Seed, "seed", 1, "the same seed, options and --at give the same bytes")
	flags.Var(&f.at, "at", "end of the simulated time: `TIME` as 2026-03-03T09:00:00Z, 2026-03-03 or 36h (default now)")
	return cmd
}

func (f *simulateFlags) run(ctx context.Context, s streams) error {
	out := &careful{out: s.Out}
	if f.list {
		listScenarios(out)
		return out.failure()
	}
	// The folder may lose an earlier run when it is opened: mistakes come first.
	if err := f.check(); err != nil {
		return err
	}
	folder, err := simulate.OpenFolder(f.to, f.force)
	if errors.Is(err, simulate.ErrForeign) {
		return fmt.Errorf("%w; choose another folder, or add --force to write beside what is there", err)
	}
	if err != nil {
		return err
	}
	if n := folder.Replaced(); n > 0 {
		fmt.Fprintf(out, "replacing the %s of an earlier run\n", plural(n, "file"))
	}
	summary, err := f.write(ctx, folder, s)
	if err := errors.Join(err, folder.Close()); err != nil {
		return err
	}
	printSummary(out, summary, f.to)
	return out.failure()
}

func (f *simulateFlags) write(ctx context.Context, folder *simulate.Folder, s streams) (simulate.Summary, error) {
	if len(f.scenarios) > 0 {
		return simulate.WriteScenarios(ctx, f.stories(), folder.Create)
	}
	show := newProgress(s.Err, f.corpus.Records, time.Now)
	defer show.done()
	f.corpus.Progress = show.update
	return simulate.Corpus(ctx, f.corpus, folder.Create)
}

func (f *simulateFlags) stories() simulate.ScenarioOptions {
	return simulate.ScenarioOptions{
		Names: f.scenarios, Account: f.corpus.Accounts[0], Region: f.corpus.Regions[0],
		Organization: f.corpus.Organization, At: f.corpus.At, Seed: f.corpus.Seed,
	}
}

func listScenarios(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range simulate.Scenarios() {
		fmt.Fprintf(table, "%s\t%s\n", s.Name, s.About)
	}
	table.Flush()
}

// maxDays keeps the times of a corpus within those that JSON and Go can tell.
const maxDays = 36_500

// check reads the flags and reports the first mistake.
func (f *simulateFlags) check() error {
	switch {
	case f.to == "":
		return usageErrorf("no folder given: trailbell simulate --to DIR")
	case len(f.scenarios) > 0 && f.corpus.Records != 0:
		return usageErrorf("--scenario and --records exclude each other")
	case f.corpus.Records < 0:
		return usageErrorf("--records %d: at least 1", f.corpus.Records)
	case f.corpus.FileRecords < 1: // which the corpus would take for no answer
		return usageErrorf("--files-size %d: at least 1", f.corpus.FileRecords)
	case f.corpus.Days < 1 || f.corpus.Days > maxDays:
		return usageErrorf("--days %d: 1 to %d", f.corpus.Days, maxDays)
	case len(f.scenarios) == 0 && f.corpus.Records == 0:
		return usageErrorf("say what to simulate: --scenario NAME or --records N; --list shows the scenarios")
	case f.corpus.Organization != "" && !organizationID.MatchString(f.corpus.Organization):
		return usageErrorf("--organization %q: not an id like o-exampleorgid", f.corpus.Organization)
	}
	var err error
	now := time.Now().UTC()
	f.corpus.At = now
	if err = f.at.read("--at", &f.corpus.At, now); err != nil {
		return err
	}
	f.corpus.At = f.corpus.At.Truncate(time.Second)
	if f.corpus.Accounts, err = choose("account", f.accounts, simulate.ExampleAccounts, accountNumber); err != nil {
		return err
	}
	if f.corpus.Regions, err = choose("Region", f.regions, simulate.ExampleRegions, regionName); err != nil {
		return err
	}
	if len(f.scenarios) > 0 {
		err = f.stories().Check()
	} else {
		err = f.corpus.Check()
	}
	var unknown *simulate.UnknownScenarioError
	switch {
	case errors.As(err, &unknown):
		return usageErrorf("%w --list shows them all", err)
	case err != nil:
		return usageErrorf("%w", err)
	}
	return nil
}

var (
	organizationID = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`) // the form AWS Organizations documents
	accountNumber  = regexp.MustCompile(`^[0-9]{12}$`)
	regionName     = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)
)

// choose reads a flag that holds either how many of the known names to use or the
// names themselves.
func choose(what string, given, known []string, form *regexp.Regexp) ([]string, error) {
	if len(given) == 1 && len(given[0]) < 6 {
		if n, err := strconv.Atoi(given[0]); err == nil {
			if n < 1 || n > len(known) {
				return nil, usageErrorf("--%ss %d: there are 1 to %d to choose from; give names for others", strings.ToLower(what), n, len(known))
			}
			return known[:n], nil
		}
	}
	for _, name := range given {
		if !form.MatchString(name) {
			return nil, usageErrorf("%q is not the name of an AWS %s", name, what)
		}
	}
	return given, nil
}

func printSummary(w io.Writer, s simulate.Summary, dir string) {
	fmt.Fprintf(w, "wrote %s: %s (%d of sign-ins, %s), %s of JSON in %s, ratio %.1f\n",
		plural(s.Files, "file"), plural(s.Records, "event"), s.SignIns, plural(s.Duplicates, "duplicate"),
		megabytes(s.Bytes), megabytes(s.Compressed), s.Ratio())
	fmt.Fprintf(w, "expect %d mfa_failed and %d mfa_abandoned\n", s.Expect.MFAFailed, s.Expect.MFAAbandoned)
	fmt.Fprintf(w, "next: trailbell scan %s\n", shellQuoted(dir))
}

func plural[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shellQuoted makes a path safe to paste into a POSIX shell.
func shellQuoted(path string) string {
	if plainPath.MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

var plainPath = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=][A-Za-z0-9_./:@%+=-]*$`)

func megabytes(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// progress shows on a terminal how far long work has come.
type progress struct {
	out   io.Writer // nil if there is no terminal to see it
	now   func() time.Time
	total int64
	start time.Time
	shown time.Time
}

// progressAfter is how long work must last before it is worth talking about.
const progressAfter = 2 * time.Second

func newProgress(w io.Writer, total int64, now func() time.Time) *progress {
	p := &progress{now: now, total: total, start: now()}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.out = w
	}
	return p
}

func (p *progress) update(s simulate.Summary) {
	now := p.now()
	if p.out == nil || now.Sub(p.start) < progressAfter || now.Sub(p.shown) < 200*time.Millisecond {
		return
	}
	p.shown = now
	fmt.Fprintf(p.out, "\r\x1b[K%d of %d events, %d%%, %.0f a second", s.Records, p.total,
		100*s.Records/max(p.total, 1), float64(s.Records)/now.Sub(p.start).Seconds())
}

func (p *progress) done() {
	if !p.shown.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
