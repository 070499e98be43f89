package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what corpus to make. Zero values mean the defaults named here; At
// has none and must be given.
type Options struct {
	Records      int64     // all records, duplicates included; default 10,000
	FileRecords  int       // records in a file; default 2,500
	SignIns      float64   // share of records that belong to sign-ins, 0 to 0.5
	Duplicates   float64   // share of records delivered a second time, 0 to 0.5
	Accounts     []string  // default three example accounts; the first is the management account and owns Identity Center
	Regions      []string  // default four; the first has most of the traffic and the Identity Center instance
	Organization string    // o-... makes the keys of an organization trail; empty: none
	At           time.Time // when everything is over: the last file is delivered an hour before it
	Days         int       // how far back the corpus reaches; default 7
	Seed         uint64    // the same seed gives the same bytes
	Workers      int       // default: one per processor

	// Progress, if set, is told after each file what has been written so far. It
	// is not called concurrently.
	Progress func(Summary)
}

// Expect is how many findings a correct reader of the records reports, each
// record counted once however often it is delivered, 20 minutes after the last
// event or later.
type Expect struct {
	MFAFailed    int
	MFAAbandoned int
}

func (e *Expect) add(o Expect) {
	e.MFAFailed += o.MFAFailed
	e.MFAAbandoned += o.MFAAbandoned
}

// Summary is what was written.
type Summary struct {
	Files      int
	Records    int64 // all: ordinary, sign-in and duplicate ones
	Duplicates int64 // records that are a second copy of another
	SignIns    int64 // records of sign-ins, not counting their copies
	Bytes      int64 // of JSON
	Compressed int64 // of the files
	Expect     Expect
}

// Ratio is how many bytes of JSON one byte of file holds; 0 if nothing was
// written.
func (s Summary) Ratio() float64 {
	if s.Compressed == 0 {
		return 0
	}
	return float64(s.Bytes) / float64(s.Compressed)
}

func (s *Summary) add(o Summary) {
	s.Files += o.Files
	s.Records += o.Records
	s.Duplicates += o.Duplicates
	s.SignIns += o.SignIns
	s.Bytes += o.Bytes
	s.Compressed += o.Compressed
	s.Expect.add(o.Expect)
}

// unitFiles is how many consecutive files of one account and Region a worker
// makes at a time: duplicates of one come in the next.
const unitFiles = 4

// settleTime is between the last delivery and Options.At, so that every
// abandoned prompt is due at At.
const settleTime = time.Hour

// Check reports what is wrong with the options, without writing anything.
func (o Options) Check() error {
	_, err := o.withDefaults()
	return err
}

func (o Options) withDefaults() (Options, error) {
	o.Records = cmp.Or(o.Records, 10_000)
	o.FileRecords = cmp.Or(o.FileRecords, 2_500)
	o.Days = cmp.Or(o.Days, 7)
	o.Workers = cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	if len(o.Accounts) == 0 {
		o.Accounts = ExampleAccounts[:3]
	}
	if len(o.Regions) == 0 {
		o.Regions = ExampleRegions[:4]
	}
	switch {
	case o.Records < 0 || o.FileRecords < 0 || o.Days < 0 || o.Workers < 0:
		return o, errors.New("simulate a corpus: a negative number of records, days or workers")
	case !(o.SignIns >= 0 && o.SignIns <= 0.5):
		return o, fmt.Errorf("simulate a corpus: share of sign-ins %v is not between 0 and 0.5", o.SignIns)
	case !(o.Duplicates >= 0 && o.Duplicates <= 0.5):
		return o, fmt.Errorf("simulate a corpus: share of duplicates %v is not between 0 and 0.5", o.Duplicates)
	case o.At.IsZero():
		return o, errors.New("simulate a corpus: no end time given")
	case time.Duration(o.Days)*24*time.Hour < 2*settleTime:
		return o, fmt.Errorf("simulate a corpus: %d days are too few", o.Days)
	}
	return o, nil
}

// Corpus writes a corpus through create. Files are made on several goroutines, so
// create may be called in any order; what it is called with and what is written
// depend on the options only. Memory does not grow with the number of records.
// When ctx ends, the files begun are finished and ctx's error is returned.
func Corpus(ctx context.Context, o Options, create Create) (Summary, error) {
	o, err := o.withDefaults()
	if err != nil {
		return Summary{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	worlds := newWorlds(o)
	files := int((o.Records + int64(o.FileRecords) - 1) / int64(o.FileRecords))
	units := (files + unitFiles - 1) / unitFiles
	var (
		taken atomic.Int64
		wg    sync.WaitGroup
		mu    sync.Mutex
		total Summary
	)
	report := func(s Summary) {
		mu.Lock()
		defer mu.Unlock()
		total.add(s)
		if o.Progress != nil {
			o.Progress(total)
		}
	}
	for range min(o.Workers, units) {
		wg.Go(func() {
			var w worker
			for {
				unit := int(taken.Add(1)) - 1
				if unit >= units || ctx.Err() != nil {
					return
				}
				if err := w.unit(ctx, o, worlds, unit, files, create, report); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return total, context.Cause(ctx)
}

// worlds are the contents of each account and Region.
type worlds [][]*world

func newWorlds(o Options) worlds {
	var all worlds
	for _, account := range o.Accounts {
		var regions []*world
		for _, region := range o.Regions {
			regions = append(regions, newWorld(loaded(), o.Seed, account, region))
		}
		all = append(all, regions)
	}
	return all
}

// pick draws an account and a Region, the earlier ones more often.
func (w worlds) pick(rng *rand.Rand) *world {
	regions := w[min(rng.IntN(len(w)), rng.IntN(len(w)))]
	return regions[min(rng.IntN(len(regions)), rng.IntN(len(regions)), rng.IntN(len(regions)))]
}

// worker keeps what is worth reusing from file to file.
type worker struct {
	file   logFile
	record []byte
}

// unit writes a few consecutive files of one account and Region.
func (w *worker) unit(ctx context.Context, o Options, all worlds, unit, files int, create Create, report func(Summary)) error {
	rng := rand.New(rand.NewPCG(o.Seed, uint64(unit)))
	world := all.pick(rng)
	g := newGenerator(loaded(), world, rng)
	cast := newCast(o, world)
	last := min(files, (unit+1)*unitFiles) - 1
	var again [][]byte // records to deliver once more
	for n := unit * unitFiles; n <= last; n++ {
		if ctx.Err() != nil {
			return nil // Corpus returns the cause
		}
		records := int(min(int64(o.FileRecords), o.Records-int64(n)*int64(o.FileRecords)))
		delivered := o.delivery(n, files)
		key := Key(o.Organization, world.account, world.region, delivered, keySuffix(rng))
		p := plan{records: records, delivered: delivered, number: n, last: n == last, again: again}
		if err := w.file.open(create, key); err != nil {
			return err
		}
		summary, err := w.fill(g, o, cast, &p)
		if closeErr := w.file.close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return fmt.Errorf("write log file %s: %w", key, plain(err))
		}
		again = p.next
		summary.Files, summary.Records = 1, w.file.records
		summary.Bytes, summary.Compressed = w.file.bytes, w.file.counted.n
		report(summary)
	}
	return nil
}

// delivery spreads the files evenly over the days of the corpus.
func (o Options) delivery(n, files int) time.Time {
	span := time.Duration(o.Days)*24*time.Hour - settleTime
	first := o.At.Add(-time.Duration(o.Days) * 24 * time.Hour)
	return first.Add(time.Duration(float64(span) * float64(n+1) / float64(files))).UTC().Truncate(deliveryMark)
}

// plan is what goes into one file.
type plan struct {
	records   int
	delivered time.Time
	number    int      // of the file in the corpus
	last      bool     // of its unit
	again     [][]byte // copies to deliver in this file
	next      [][]byte // copies to deliver in the next
}

// fill writes the records of one file: copies of the file before, sign-ins, and
// ordinary events, oldest first with the disorder of real files.
func (w *worker) fill(g *generator, o Options, cast *cast, p *plan) (Summary, error) {
	var sum Summary
	g.start(p.delivered)
	signIns := cast.signIns(g.rng, o, p, &sum.Expect)
	for i := range p.records {
		left := p.records - i
		var record []byte
		switch {
		case len(p.again) > 0 && (left <= len(p.again)+len(signIns) || g.rng.IntN(left) < len(p.again)):
			record, p.again = p.again[0], p.again[1:]
			sum.Duplicates++
			if err := w.file.add(record); err != nil {
				return sum, err
			}
			continue
		case len(signIns) > 0 && signIns[0].position <= i:
			record, signIns = signIns[0].json, signIns[1:]
			sum.SignIns++
		default:
			w.record = g.event(w.record[:0], eventTime(g.rng, p.delivered, i, p.records))
			record = w.record
		}
		if o.Duplicates > 0 && g.rng.Float64() < o.Duplicates {
			p.copy(record, left-1-len(signIns))
		}
		if err := w.file.add(record); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// copy remembers a record for a second delivery: in the next file or, in the last
// of a unit, later in this one if there is room.
func (p *plan) copy(record []byte, room int) {
	if !p.last {
		p.next = append(p.next, slices.Clone(record))
	} else if len(p.again) < room {
		p.again = append(p.again, slices.Clone(record))
	}
}

// delays is how long events wait for delivery, in seconds at quantiles measured
// in a real account of 30,000 records.
var delays = []struct{ quantile, seconds float64 }{{0, 15}, {0.5, 191}, {0.9, 397}, {0.99, 542}, {1, longestDelay.Seconds()}}

// eventTime is when the i-th of n events of a file ended. Neighbours are now and
// then in the wrong order, as in real files.
func eventTime(rng *rand.Rand, delivered time.Time, i, n int) time.Time {
	q := 1 - (float64(i)+0.5)/float64(n)
	var delay float64
	for k := 1; k < len(delays); k++ {
		a, b := delays[k-1], delays[k]
		if q <= b.quantile {
			delay = a.seconds + (b.seconds-a.seconds)*(q-a.quantile)/(b.quantile-a.quantile)
			break
		}
	}
	if rng.IntN(8) == 0 {
		delay += float64(rng.IntN(7) - 3)
	}
	return delivered.Add(-time.Duration(delay) * time.Second)
}

// longestDelay is the last of delays.
const longestDelay = 608 * time.Second

// positionOf is where among n records one belongs that waits for delivery so
// long: eventTime the other way round.
func positionOf(delay time.Duration, n int) int {
	seconds := delay.Seconds()
	for k := 1; k < len(delays); k++ {
		a, b := delays[k-1], delays[k]
		if seconds <= b.seconds {
			q := a.quantile + (b.quantile-a.quantile)*(seconds-a.seconds)/(b.seconds-a.seconds)
			return max(0, min(n-1, int((1-q)*float64(n))))
		}
	}
	return 0
}
