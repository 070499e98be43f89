package simulate

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// bucket keeps what is written.
type bucket struct {
	mu    sync.Mutex
	files map[string]*object
}

type object struct{ bytes.Buffer }

func (*object) Close() error { return nil }

func (b *bucket) create(key string) (io.WriteCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.files == nil {
		b.files = map[string]*object{}
	}
	if b.files[key] != nil {
		return nil, fmt.Errorf("%s written twice", key)
	}
	b.files[key] = &object{}
	return b.files[key], nil
}

// records reads one file with the standard library.
func (b *bucket) records(t testing.TB, key string) []json.RawMessage {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(b.files[key].Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Records []json.RawMessage }
	decoder := json.NewDecoder(zip)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return file.Records
}

func (b *bucket) events(t testing.TB) []logged {
	t.Helper()
	var events []logged
	for _, key := range slices.Sorted(maps.Keys(b.files)) {
		for _, raw := range b.records(t, key) {
			events = append(events, read(t, raw))
		}
	}
	return events
}

var keyForm = regexp.MustCompile(`^AWSLogs/(o-[a-z0-9]+/)?(\d{12})/CloudTrail/([a-z0-9-]+)/(\d{4})/(\d\d)/(\d\d)/(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8})T\d\d[0-5][05]Z_[A-Za-z0-9]{16}\.json\.gz$`)

func corpus(t testing.TB, o Options) (*bucket, Summary) {
	t.Helper()
	var b bucket
	if o.At.IsZero() {
		o.At = nine
	}
	sum, err := Corpus(context.Background(), o, b.create)
	if err != nil {
		t.Fatal(err)
	}
	return &b, sum
}

func TestACorpusBalances(t *testing.T) {
	check := func(o Options) {
		t.Helper()
		b, sum := corpus(t, o)
		ids := map[string]int64{}
		var records, bytes int64
		var events []logged
		for key, file := range b.files {
			bytes += int64(file.Len())
			for _, raw := range b.records(t, key) {
				records++
				e := checkRecord(t, raw)
				ids[e.EventID]++
				events = append(events, e)
			}
		}
		if records != o.Records || sum.Records != records || sum.Records-sum.Duplicates != int64(len(ids)) || sum.Files != len(b.files) || sum.Compressed != bytes {
			t.Errorf("%+v: read %d records with %d ids in %d bytes of %d files, summary %+v", o, records, len(ids), bytes, len(b.files), sum)
		}
		if diff := cmp.Diff(sum.Expect, oracle(events)); diff != "" {
			t.Errorf("%+v: findings (-declared +found):\n%s", o, diff)
		}
		if share := float64(sum.SignIns) / float64(sum.Records); o.Records >= 5000 && (share < o.SignIns*0.7 || share > o.SignIns*1.3+0.001) {
			t.Errorf("%+v: %v of the records are of sign-ins", o, share)
		}
	}
	check(Options{Records: 1})
	check(Options{Records: 3, SignIns: 0.5, Duplicates: 0.5})
	check(Options{Records: 2501, SignIns: 0.01, Duplicates: 0.1})
	check(Options{Records: 3000, FileRecords: 400, SignIns: 0.3, Duplicates: 0.02})
	check(Options{Records: 3000, FileRecords: 350, SignIns: 0.5, Duplicates: 0.5, Seed: 5})
	check(Options{Records: 5000, SignIns: 0.02, Accounts: ExampleAccounts[:1], Regions: []string{"sa-east-1"}, Organization: "o-exampleorgid"})
}

func TestTheSameSeedGivesTheSameBytesOnAnyNumberOfCores(t *testing.T) {
	sums := func(o Options) map[string][32]byte {
		b, _ := corpus(t, o)
		sums := map[string][32]byte{}
		for key, file := range b.files {
			sums[key] = sha256.Sum256(file.Bytes())
		}
		return sums
	}
	o := Options{Records: 3000, FileRecords: 100, SignIns: 0.05, Duplicates: 0.05, Seed: 42, Workers: 1}
	one := sums(o)
	o.Workers = 4
	if diff := cmp.Diff(one, sums(o)); diff != "" {
		t.Errorf("four workers write something else than one:\n%s", diff)
	}
	o.Seed = 43
	if cmp.Equal(one, sums(o)) {
		t.Error("the seed does not matter")
	}
}

func TestKeysAgreeWithWhatTheFilesHold(t *testing.T) {
	b, _ := corpus(t, Options{Records: 3000, FileRecords: 125, Days: 3})
	for key := range b.files {
		m := keyForm.FindStringSubmatch(key)
		if m == nil {
			t.Fatalf("key %s", key)
		}
		if m[2] != m[7] || m[3] != m[8] || m[4]+m[5]+m[6] != m[9] {
			t.Errorf("folders and name of %s disagree", key)
		}
		for _, raw := range b.records(t, key) {
			if e := read(t, raw); e.RecipientAccountID != m[2] || e.AWSRegion != m[3] {
				t.Errorf("%s holds an event of account %s in %s", key, e.RecipientAccountID, e.AWSRegion)
			}
		}
	}
}

func TestEventsAreBeforeTheirDeliveryAndSpreadOverTheDays(t *testing.T) {
	b, _ := corpus(t, Options{Records: 5000, FileRecords: 250, SignIns: 0.05, Days: 5})
	stamp := regexp.MustCompile(`_(\d{8}T\d{4}Z)_`)
	var delays []time.Duration
	days := map[string]bool{}
	inversions, neighbours := 0, 0
	for key := range b.files {
		delivered, err := time.Parse("20060102T1504Z", stamp.FindStringSubmatch(key)[1])
		if err != nil {
			t.Fatal(err)
		}
		if delivered.After(nine.Add(-settleTime)) || delivered.Before(nine.AddDate(0, 0, -5)) {
			t.Errorf("file delivered %s", delivered)
		}
		days[delivered.Format(time.DateOnly)] = true
		var last time.Time
		for _, raw := range b.records(t, key) {
			e := read(t, raw)
			delays = append(delays, delivered.Sub(e.EventTime))
			neighbours++
			if e.EventTime.Before(last) {
				inversions++
			}
			last = e.EventTime
		}
	}
	slices.Sort(delays)
	if median := delays[len(delays)/2]; delays[0] <= 0 || median < 150*time.Second || median > 240*time.Second || delays[len(delays)-1] > 620*time.Second {
		t.Errorf("delays from %s to %s, median %s", delays[0], delays[len(delays)-1], median)
	}
	if len(days) < 4 {
		t.Errorf("a corpus of five days has files on %d", len(days))
	}
	if share := float64(inversions) / float64(neighbours); share < 0.01 || share > 0.3 {
		t.Errorf("%.3f of the neighbours are in the wrong order", share)
	}
}

func TestEveryShapeIsWellFormedWhetherItWorksOrFails(t *testing.T) {
	l := loaded()
	g := newGenerator(l, newWorld(l, 1, ExampleAccounts[0], "us-east-1"), rand.New(rand.NewPCG(1, 1)))
	g.start(nine)
	g.scope.ended = nine
	kinds := map[string]bool{}
	largest := 0
	for i := range l.shapes {
		s := &l.shapes[i]
		kinds[s.Source+" "+s.Name] = true
		for _, a := range g.activities {
			g.scope.next()
			g.scope.enter(a)
			g.scope.set(slotHost, g.scope.expand(nil, s.host))
			record := g.scope.expand(nil, s.success)
			largest = max(largest, len(record))
			if e := checkRecord(t, record); e.ErrorCode != "" || e.EventName != s.Name {
				t.Errorf("%s: %+v", s.Name, e)
			}
			if e := checkRecord(t, g.scope.expand(nil, s.refused)); e.ErrorCode == "" || e.ErrorMessage == "" || e.ResponseElements != nil {
				t.Errorf("%s refused: %+v", s.Name, e)
			}
		}
		if s.Weight == 0 == (s.Rare == 0) || s.Weight > 0 && s.By == 0 {
			t.Errorf("%s is made by nobody", s.Name)
		}
	}
	// CloudTrail drops requestParameters above 100 KB.
	if largest < 60_000 || largest > 105_000 {
		t.Errorf("the largest event has %d bytes", largest)
	}
	if len(kinds) < 60 {
		t.Errorf("%d kinds of events", len(kinds))
	}
}

func TestNothingTypedCanBreakARecord(t *testing.T) {
	b, _ := corpus(t, Options{Records: 400, SignIns: 0.2, Accounts: []string{`1"},{"x":"<guid>\` + "\n"}, Regions: []string{"us-east-1"}})
	for key := range b.files {
		for _, raw := range b.records(t, key) {
			if e := read(t, raw); e.RecipientAccountID != `1"},{"x":"<guid>\`+"\n" {
				t.Errorf("account reads back as %q", e.RecipientAccountID)
			}
		}
	}
}

func TestBadOptionsAreRefused(t *testing.T) {
	check := func(o Options) {
		t.Helper()
		if _, err := Corpus(context.Background(), o, new(bucket).create); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
	check(Options{})
	check(Options{At: nine, Records: -1})
	check(Options{At: nine, SignIns: 0.6})
	check(Options{At: nine, Duplicates: -0.1})
	check(Options{At: nine, Days: -1})
}

func TestACancelledCorpusLeavesWholeFiles(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var b bucket
	_, err := Corpus(ctx, Options{Records: 100_000, FileRecords: 100, At: nine, Progress: func(Summary) { cancel() }}, b.create)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(b.files) == 0 || len(b.files) > 100 {
		t.Errorf("%d files", len(b.files))
	}
	b.events(t)
}

func TestAFullDiskIsAnError(t *testing.T) {
	full := errors.New("no space left")
	created := 0
	_, err := Corpus(context.Background(), Options{Records: 1000, FileRecords: 100, At: nine, Workers: 1}, func(string) (io.WriteCloser, error) {
		if created++; created == 3 {
			return nil, full
		}
		return &object{}, nil
	})
	if !errors.Is(err, full) {
		t.Errorf("create fails: %v", err)
	}
	_, err = Corpus(context.Background(), Options{Records: 1000, At: nine}, func(string) (io.WriteCloser, error) { return broken{full}, nil })
	if !errors.Is(err, full) {
		t.Errorf("write fails: %v", err)
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }
func (b broken) Close() error              { return nil }

func BenchmarkCorpus(b *testing.B) {
	const records = 50_000
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			var sum Summary
			for b.Loop() {
				var err error
				sum, err = Corpus(b.Context(), Options{Records: records, At: nine, Workers: workers}, func(string) (io.WriteCloser, error) { return discard{io.Discard}, nil })
				if err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(sum.Bytes)
			b.ReportMetric(float64(records)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(sum.Ratio(), "ratio")
		})
	}
}

type discard struct{ io.Writer }

func (discard) Close() error { return nil }
