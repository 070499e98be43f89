package scan

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/trailbell/trailbell/event"
	"github.com/trailbell/trailbell/signin"
)

// Bounds of a batch: small enough for a few of them to wait in memory, large enough for
// handing one over to cost nothing.
const (
	batchEvents = 4096
	batchHits   = 1 << 20 // bytes of events that patterns match
)

// A worker reads one file after another.
type worker struct {
	scan   *Scan
	ctx    context.Context
	reader event.Reader
	job    *job
	batch  *batch
	held   int   // bytes of hits in batch
	hits   []int // of one event
}

func (s *Scan) newWorker(ctx context.Context) *worker {
	w := &worker{scan: s, ctx: ctx}
	w.reader.Record = w.record
	w.reader.Reject = w.reject
	return w
}

func (w *worker) run(todo <-chan *job) {
	for j := range todo {
		w.job, w.batch = j, newBatch()
		err := j.err
		if err == nil {
			err = w.read()
		}
		w.finish(err)
	}
}

func (w *worker) read() error {
	src := w.scan.options.Stdin
	if w.job.path != "-" {
		file, err := os.Open(w.job.path)
		if err != nil {
			return err
		}
		defer file.Close()
		src = file
	}
	stored := &observed{ctx: w.ctx, r: src, progress: &w.scan.progress}
	n, err := w.reader.Read(stored)
	w.batch.bytes += n
	w.scan.progress.skipped.Add(max(0, w.job.size-stored.n))
	return err
}

// errNotEvents is event.ErrNotJSON of a file that was expected to hold events.
var errNotEvents = errors.New("not JSON: is this a CloudTrail file?")

// finish says what became of the file and ends its batches.
func (w *worker) finish(err error) {
	if errors.Is(err, event.ErrNotJSON) && w.job.promisesEvents() {
		err = errNotEvents
	}
	switch {
	case err == nil:
		w.batch.done = read
	case isAny(err, event.ErrNotJSON, errHidden, errNotRegular, errTwice, errVisited):
		w.batch.done = passedOver
		w.problem(Problem{Offset: -1, Err: err, Foreign: true})
	case w.ctx.Err() != nil:
	default:
		w.batch.done = failed
		w.problem(Problem{Offset: -1, Err: plain(err)})
	}
	w.scan.progress.files.Add(1)
	w.flush()
	close(w.job.batches)
}

func isAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}

// promisesEvents reports whether a file is expected to hold events: because somebody named
// it, or by its own name. If it holds something else it may be a damaged one.
func (j *job) promisesEvents() bool {
	name := filepath.Base(j.path)
	hasEnding := func(ending string) bool { return strings.HasSuffix(strings.ToLower(name), ending) }
	return j.named || strings.Contains(name, "CloudTrail") || slices.ContainsFunc(endings, hasEnding)
}

// endings are those of the names of log files and of exports.
var endings = []string{".gz", ".json", ".jsonl", ".ndjson"}

// plain leaves out of an error what its reader knows already, the path, and what nobody
// needs to know, the name of the system call.
func plain(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// record picks out an event if it matters. Most do not: of them only the ID is kept.
func (w *worker) record(r *event.Record) {
	b := w.batch
	index := len(b.ids)
	if signin.Relevant(r.Source, r.Name) {
		switch step, err := signin.Parse(r.Raw); {
		case err == nil:
			step.Origin = w.job.path
			b.steps = append(b.steps, stepAt{index, step})
		case !errors.Is(err, signin.ErrNotSignIn): // else it names itself twice
			w.reject(event.Rejection{Offset: r.Offset, Length: int64(len(r.Raw)), Err: err})
			return
		}
	}
	b.ids = append(b.ids, r.ID)
	if w.scan.patterns != nil {
		w.match(r, index)
	}
	if len(b.ids) >= batchEvents || w.held >= batchHits {
		w.flush()
	}
}

func (w *worker) match(r *event.Record, index int) {
	w.hits = w.scan.patterns.Match(r.Raw, r.Name, r.Source, w.hits[:0])
	if len(w.hits) == 0 {
		return
	}
	if o := &w.scan.options; !o.Since.IsZero() || !o.Until.IsZero() {
		if t, _ := event.ParseTime(string(r.Time)); !o.within(t) {
			return
		}
	}
	w.held += len(r.Raw)
	w.batch.hits = append(w.batch.hits, hit{index, slices.Clone(w.hits), slices.Clone(r.Raw), r.Offset})
}

func (w *worker) reject(r event.Rejection) {
	w.problem(Problem{Offset: r.Offset, Length: r.Length, Err: r.Err, Foreign: r.Foreign})
}

func (w *worker) problem(p Problem) {
	p.Path = w.job.path
	w.batch.problems = append(w.batch.problems, p)
	if len(w.batch.problems) >= batchEvents {
		w.flush()
	}
}

// flush hands the batch over and begins another.
func (w *worker) flush() {
	w.scan.progress.events.Add(int64(len(w.batch.ids)))
	select {
	case w.job.batches <- w.batch:
	case <-w.ctx.Done():
	}
	w.batch, w.held = newBatch(), 0
}

var batches = sync.Pool{New: func() any {
	return &batch{ids: make([]event.ID, 0, batchEvents)}
}}

func newBatch() *batch { return batches.Get().(*batch) }

// free makes a batch available to the workers again.
func (b *batch) free() {
	clear(b.steps)
	clear(b.hits)
	clear(b.problems)
	*b = batch{ids: b.ids[:0], steps: b.steps[:0], hits: b.hits[:0], problems: b.problems[:0]}
	batches.Put(b)
}

// observed counts what is read and ends when the scan does.
type observed struct {
	ctx      context.Context
	r        io.Reader
	progress *progress
	n        int64
}

func (o *observed) Read(p []byte) (int, error) {
	if err := o.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := o.r.Read(p)
	o.n += int64(n)
	o.progress.bytes.Add(int64(n))
	return n, err
}
