// Command trailbell reports AWS sign-ins that stop at MFA.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
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
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	return exitCode(root.ExecuteContext(ctx), s.Err)
}

func rootCommand(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "trailbell",
		Short:         "Trailbell rings when somebody gets past your AWS password and stops at MFA",
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
		return usageErrorf("%w; see %s --help", err, cmd.CommandPath())
	})
	root.AddCommand(
		simulateCommand(s),
		patternCommand(s),
		scanCommand(s),
		demoCommand(s),
	)
	return root
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
