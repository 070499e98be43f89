package scan

import (
	"context"
	"io"
	"iter"
	"runtime"
	"time"

	"github.com/trailbell/trailbell/event"
	"github.com/trailbell/trailbell/pattern"
	"github.com/trailbell/trailbell/signin"
)

// Options say what is looked through, for what, and who is told.
type Options struct {
	// Paths are files and folders, read in this order; folders with all that is in
	// them, in the order of names, but what is hidden: names that begin with a dot.
	// "-" is Stdin.
	Paths []string
	Stdin io.Reader

	// At is when the scan is supposed to take place: a prompt counts as abandoned if
	// it had 20 minutes to be answered before At. Events later than At are read all
	// the same. The zero time stands before all events: nothing is abandoned.
	At time.Time
	// Since and Until bound the findings and matches by the time of their event,
	// Since included and Until not; the zero time is no bound. All events are read
	// and counted, since what a prompt led to may lie outside.
	Since, Until time.Time

	// Patterns are matched against every event; Match is told of each that matches
	// and is no duplicate. Its argument is valid until it returns.
	Patterns []*pattern.Pattern
	Match    func(Match)
	// Problem is told of whatever could not be read or is no event, in order of files.
	Problem func(Problem)
	// Finding is told of findings before the end if there are more than MaxFindings:
	// those that have stood longest, in order of time. Later findings may be older.
	Finding func(signin.Finding)

	// Workers is how many files are read at once; 0 is one for each processor.
	Workers int
}

// MaxFindings is how many findings are held to be sorted at the end of a scan. At some
// 2 KB each they take 20 MB.
const MaxFindings = 10_000

// A Match is an event that a pattern matches.
type Match struct {
	Pattern int // index in Options.Patterns
	Raw     []byte
	Origin  string // the file
	Offset  int64  // in the uncompressed file
}

// A Problem is a file, or a part of one, that was not read as events.
type Problem struct {
	Path   string
	Offset int64 // in the uncompressed file; -1 if the whole file is meant
	Length int64
	Err    error
	// Foreign is something that was read but is no event of CloudTrail: a digest
	// file, a notification, a text. Nothing is lost by it.
	Foreign bool
}

// A Summary says what a scan read. Read equals Accepted + Duplicates + Rejected.
type Summary struct {
	Files        Files
	Bytes        int64 // uncompressed
	Read         int64 // events, and parts of files in the place of one
	Accepted     int64
	Duplicates   int64            // events that were read before
	Rejected     int64            // records that could not be read, and JSON that is no event
	Foreign      int64            // those of Rejected that were no event
	SignInEvents int64            // those of Accepted that are steps of a sign-in
	Matches      []int64          // for each of Options.Patterns
	Findings     []signin.Finding // in order of time
	// SignIns yields the sign-ins behind the findings, in order of time. Of those that
	// exceed the limits of the tracker only the findings are known.
	SignIns iter.Seq[signin.SignIn]
	// Sequel says how the same person signed in after a sign-in of SignIns had stopped,
	// as far as it was read.
	Sequel func(signin.SignIn) (Sequel, bool)
	// Waiting are the prompts that may yet be answered, or abandoned.
	Waiting Waiting
	Lost    signin.Lost
}

// Files counts the files of a scan.
type Files struct {
	Read       int64 // to their end
	PassedOver int64 // in folders: hidden, no JSON and not named as if it were, or no regular file
	Failed     int64 // not, or not completely, read
}

// Unread reports whether something that may have been an event could not be read.
func (s Summary) Unread() bool { return s.Files.Failed > 0 || s.Rejected > s.Foreign }

// A Scan is one run. Run may be called once; Progress at any time, by anybody.
type Scan struct {
	options  Options
	patterns *pattern.Set
	progress progress
}

// New returns a scan that has not begun.
func New(options Options) *Scan {
	if options.Workers <= 0 {
		options.Workers = runtime.GOMAXPROCS(0)
	}
	s := &Scan{options: options}
	if len(options.Patterns) > 0 {
		s.patterns = pattern.NewSet(options.Patterns)
	}
	return s
}

// Run reads everything. Whatever cannot be read is told to Problem and counted, and does
// not end the run; only the end of ctx does, whose error is returned together with the
// summary of what was read until then. A read that blocks at that moment, such as one of
// Stdin, may go on after Run has returned; what it reads is not used.
func (s *Scan) Run(ctx context.Context) (Summary, error) {
	todo := make(chan *job)
	inOrder := make(chan *job, 2*s.options.Workers)
	go s.walk(ctx, todo, inOrder)
	for range s.options.Workers {
		go s.newWorker(ctx).run(todo)
	}
	c := newCollector(s)
	for j := range until(ctx, inOrder) {
		for b := range until(ctx, j.batches) {
			c.take(j, b)
		}
	}
	return c.summary(), ctx.Err()
}

// until receives from c until it is closed or ctx ends. A file that blocks, such as
// standard input, so holds nobody up.
func until[T any](ctx context.Context, c <-chan T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			select {
			case v, ok := <-c:
				if !ok || !yield(v) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// within reports whether an event of time t is asked for. An event without a time is
// left out if any bound is given.
func (o *Options) within(t time.Time) bool {
	if t.IsZero() {
		return o.Since.IsZero() && o.Until.IsZero()
	}
	return (o.Since.IsZero() || !t.Before(o.Since)) && (o.Until.IsZero() || t.Before(o.Until))
}

// A job is a file to be read and, bit by bit, what was found in it.
type job struct {
	path    string
	named   bool // by the user, not found in a folder
	err     error
	size    int64 // as it is stored; 0 if not known
	batches chan *batch
}

// A batch is what was found in a part of a file.
type batch struct {
	ids      []event.ID // of all events, in order
	steps    []stepAt
	hits     []hit
	problems []Problem
	bytes    int64
	done     fate // of the file, in its last batch
}

type stepAt struct {
	index int // in ids
	step  signin.Step
}

// A hit is an event that patterns match.
type hit struct {
	index    int // in ids
	patterns []int
	raw      []byte
	offset   int64
}

// fate is what became of a file.
type fate uint8

const (
	unfinished fate = iota
	read
	passedOver
	failed
)
