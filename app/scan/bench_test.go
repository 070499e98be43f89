package scan

import (
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/trailbell/trailbell/internal/simulate"
	"github.com/trailbell/trailbell/pattern"
)

var (
	corpusFolder  = flag.String("corpus", "", "folder of CloudTrail files for the benchmarks; made for the run if empty")
	corpusRecords = flag.Int64("corpus-records", 200_000, "events in the corpus made for the benchmarks")
)

// BenchmarkScanAgainstInflate scans a corpus and inflates the same files with nothing
// else, by turns, with as many goroutines. scan/inflate is the speed of the one divided
// by that of the other: 1 would be scanning that costs nothing.
func BenchmarkScanAgainstInflate(b *testing.B) {
	files := corpusFiles(b)
	var inflating, scanning []time.Duration
	var sum Summary
	for b.Loop() {
		begun := time.Now()
		inflateAll(b, files)
		inflating = append(inflating, time.Since(begun))
		begun = time.Now()
		sum = scanAll(b, files, nil)
		scanning = append(scanning, time.Since(begun))
	}
	inflate, scan := median(inflating), median(scanning)
	b.ReportMetric(inflate.Seconds()/scan.Seconds(), "scan/inflate")
	b.ReportMetric(float64(sum.Bytes)/1e6/inflate.Seconds(), "inflate-MB/s")
	b.ReportMetric(float64(sum.Bytes)/1e6/scan.Seconds(), "scan-MB/s")
	b.ReportMetric(float64(sum.Read)/scan.Seconds(), "events/s")
	b.ReportMetric(float64(sum.Bytes)/float64(sum.Read), "B/event")
}

// BenchmarkPatterns scans a corpus with 1 and with 100 patterns by turns. 100/1 is the
// time of the one divided by that of the other; ns/event is the work of all 100.
func BenchmarkPatterns(b *testing.B) {
	files := corpusFiles(b)
	hundred := hundredPatterns(b)
	var none, one, all []time.Duration
	var sum Summary
	for b.Loop() {
		for _, run := range []struct {
			patterns []*pattern.Pattern
			took     *[]time.Duration
		}{{nil, &none}, {hundred[:1], &one}, {hundred, &all}} {
			begun := time.Now()
			sum = scanAll(b, files, run.patterns)
			*run.took = append(*run.took, time.Since(begun))
		}
	}
	perEvent := (median(all) - median(none)) * time.Duration(runtime.GOMAXPROCS(0)) / time.Duration(sum.Read)
	b.ReportMetric(median(all).Seconds()/median(one).Seconds(), "100/1")
	b.ReportMetric(float64(perEvent.Nanoseconds()), "rule-ns/event")
}

func scanAll(b *testing.B, files []string, patterns []*pattern.Pattern) Summary {
	b.Helper()
	sum, err := New(Options{
		Paths: files, Patterns: patterns, At: time.Now(),
		Problem: func(p Problem) { b.Errorf("%s: %v", p.Path, p.Err) },
	}).Run(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return sum
}

func inflateAll(b *testing.B, files []string) {
	b.Helper()
	todo := make(chan string)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			var z gzip.Reader
			for name := range todo {
				file, err := os.Open(name)
				if err == nil {
					err = z.Reset(file)
				}
				if err == nil {
					_, err = z.WriteTo(io.Discard)
				}
				if err != nil {
					b.Errorf("inflate %s: %v", name, err)
				}
				file.Close()
			}
		})
	}
	for _, name := range files {
		todo <- name
	}
	close(todo)
	workers.Wait()
}

func corpusFiles(b *testing.B) []string {
	b.Helper()
	folder := *corpusFolder
	if folder == "" {
		folder = b.TempDir()
		_, err := simulate.WriteCorpus(context.Background(), folder, simulate.Options{
			Records: *corpusRecords, Seed: 1, At: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC),
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".gz" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		b.Fatalf("no .gz files in %s: %v", folder, err)
	}
	return files
}

// hundredPatterns returns a hundred patterns of the CIS kind: those of the library, and
// the same again for event names of which some do not occur.
func hundredPatterns(b *testing.B) []*pattern.Pattern {
	b.Helper()
	var cis []string
	for _, entry := range pattern.Library() {
		if strings.HasPrefix(entry.Name, "cloudwatch-") {
			cis = append(cis, entry.Pattern)
		}
	}
	eventName := regexp.MustCompile(`(\$\.eventName *= *"?)(\w+)`)
	var patterns []*pattern.Pattern
	for i := range 100 {
		source := cis[i%len(cis)]
		if again := i / len(cis); again > 0 {
			source = eventName.ReplaceAllString(source, fmt.Sprintf("${1}${2}V%d", again))
		}
		p, err := pattern.Parse(source)
		if err != nil {
			b.Fatalf("%s: %v", source, err)
		}
		patterns = append(patterns, p)
	}
	return patterns
}

func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}
