package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes are a contract: see README.md.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitFound  = 3
)

// softMemory is when the garbage collector begins to work harder, unless GOMEMLIMIT says
// otherwise. What is alive stays far below it; without it the garbage of input that is
// nothing but sign-ins would double the 200 MB that a scan promises to stay within.
const softMemory = 150 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// streams are what a command reads and writes. In, Out and Err are os.File in the
// program, buffers in tests.
type streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, s streams) int {
	root := rootCommand(s)
	root.SetArgs(args)
	root.SetIn(s.In)
	help := &careful{out: s.Out}
	root.SetOut(help)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	return exitCode(cmp.Or(help.failure(), err), s.Err)
}

// careful remembers the first error of a writer that others write to without looking.
type careful struct {
	out io.Writer
	err error
}

func (c *careful) Write(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.out.Write(p)
	c.err = err
	return n, err
}

func (c *careful) failure() error {
	if c.err == nil {
		return nil
	}
	return fmt.Errorf("write to standard output: %w", cause(c.err))
}

func rootCommand(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "trailbell",
		Short:         "Trailbell rings when somebody gets past your AWS password and stops at MFA",
		Version:       version(debug.ReadBuildInfo()),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageErrorf("unknown command %q; see trailbell --help", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageErrorf("%w; see %s --help", plainFlagError(err), cmd.CommandPath())
	})
	root.SetVersionTemplate("trailbell {{.Version}}\n")
	root.SetHelpCommand(helpCommand(root))
	root.AddCommand(
		simulateCommand(s),
		patternCommand(s),
		scanCommand(s),
		demoCommand(s),
	)
	return root
}

// helpCommand is trailbell help. That of cobra takes an unknown command for done.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Tell about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return usageErrorf("unknown command %q; see trailbell --help", strings.Join(args, " "))
			}
			about.InitDefaultHelpFlag() // else the flags told lack it
			return about.Help()
		},
	}
}

// plainFlagError says what is wrong with the value of a flag without the name of the
// function that found out.
func plainFlagError(err error) error {
	var number *strconv.NumError
	if !errors.As(err, &number) {
		return err
	}
	wrong := map[string]string{
		"ParseBool": "neither true nor false", "ParseFloat": "not a number", "ParseUint": "not a whole number from 0 on",
	}[number.Func]
	if errors.Is(number, strconv.ErrRange) {
		wrong = "out of range"
	}
	wrong = cmp.Or(wrong, "not a whole number")
	return errors.New(strings.Replace(err.Error(), number.Error(), wrong, 1))
}

// version says what was built, from which revision, and with which Go.
func version(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return "(unknown)"
	}
	text := cmp.Or(info.Main.Version, "(devel)")
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if revision := settings["vcs.revision"]; revision != "" {
		text += ", revision " + revision
		if settings["vcs.modified"] == "true" {
			text += " with changes"
		}
	}
	return text + ", " + info.GoVersion
}

// usageError is a mistake on the command line: exit code 2.
type usageError struct{ error }

func usageErrorf(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

func (e usageError) Unwrap() error { return e.error }

// errFound ends a command that did its work and found something while
// --exit-code was given; errQuiet one that has already said what went wrong.
var (
	errFound = errors.New("something was found")
	errQuiet = errors.New("already reported")
)

func exitCode(err error, stderr io.Writer) int {
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFound):
		return exitFound
	case errors.Is(err, errQuiet):
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "trailbell: %v\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "trailbell: %v\n", err)
		return exitFailed
	}
}
