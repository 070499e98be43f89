package simulate

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sizes are the lengths of the parts of records, sorted.
type sizes map[string][]int

// measured are the parts compared with published logs. How long userIdentity is
// depends on who calls, and so on the account; within one type it can be compared.
var measured = []string{"record", "userAgent", "requestParameters", "userIdentity of AssumedRole", "userIdentity of IAMUser", "userIdentity of AWSService"}

func (s sizes) add(t testing.TB, raw json.RawMessage) {
	t.Helper()
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		t.Fatal(err)
	}
	var identity struct{ Type string }
	if err := json.Unmarshal(parts["userIdentity"], &identity); err != nil {
		t.Fatal(err)
	}
	keep := func(part string, raw json.RawMessage) { s[part] = append(s[part], len(raw)) }
	keep("record", raw)
	keep("userAgent", parts["userAgent"])
	keep("requestParameters", parts["requestParameters"])
	keep("userIdentity of "+identity.Type, parts["userIdentity"])
}

func (s sizes) quantile(part string, q float64) int {
	if !slices.IsSorted(s[part]) {
		slices.Sort(s[part])
	}
	return s[part][int(q*float64(len(s[part])-1))]
}

func measure(t testing.TB, b *bucket) sizes {
	t.Helper()
	s := sizes{}
	for _, key := range slices.Sorted(maps.Keys(b.files)) {
		for _, raw := range b.records(t, key) {
			s.add(t, raw)
		}
	}
	return s
}

func TestTheCorpusIsLikeRealLogFiles(t *testing.T) {
	b, sum := corpus(t, Options{Records: 15_000, SignIns: 0.0005, Duplicates: 0.001})
	s := measure(t, b)
	mean := float64(sum.Bytes) / float64(sum.Records)
	t.Logf("mean %.0f bytes, median %d, 90%% %d, 99%% %d, 99.9%% %d, largest %d, ratio %.1f", mean,
		s.quantile("record", 0.5), s.quantile("record", 0.9), s.quantile("record", 0.99), s.quantile("record", 0.999), s.quantile("record", 1), sum.Ratio())
	if mean < 1150 || mean > 1500 {
		t.Errorf("mean size %.0f", mean)
	}
	if tail := s.quantile("record", 0.9995); tail < 5_000 || s.quantile("record", 1) < 15_000 || s.quantile("record", 1) > 110_000 {
		t.Errorf("long tail: 99.95%% are below %d, the largest is %d", tail, s.quantile("record", 1))
	}
	if sum.Ratio() < 10 || sum.Ratio() > 15 {
		t.Errorf("ratio %.1f", sum.Ratio())
	}
	if ratio := float64(sum.Bytes) / float64(recompressed(t, b)); ratio < 10 || ratio > 15 {
		t.Errorf("ratio %.1f with compress/gzip", ratio)
	}

	failed, global := 0, 0
	for _, e := range b.events(t) {
		if e.ErrorCode != "" {
			failed++
		}
		if e.EventSource == "iam.amazonaws.com" && e.AWSRegion != "us-east-1" {
			global++
		}
	}
	if share := float64(failed) / float64(sum.Records); share < 0.01 || share > 0.06 {
		t.Errorf("%.3f of the calls fail", share)
	}
	if global > 0 {
		t.Errorf("%d events of IAM outside us-east-1", global)
	}
	for _, kind := range []string{"AssumedRole", "IAMUser", "AWSService"} {
		if len(s["userIdentity of "+kind]) < int(sum.Records/50) {
			t.Errorf("%d events of type %s", len(s["userIdentity of "+kind]), kind)
		}
	}
}

// recompressed is how large the files are with the standard library at its default
// level.
func recompressed(t testing.TB, b *bucket) int64 {
	t.Helper()
	size := counter{w: io.Discard}
	for key := range b.files {
		plain, err := gzip.NewReader(bytes.NewReader(b.files[key].Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		zip := gzip.NewWriter(&size)
		if _, err := io.Copy(zip, plain); err != nil {
			t.Fatal(err)
		}
		if err := zip.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return size.n
}

// realSample is one in how many of the published files is read.
const realSample = 8

// realLogs are two published sets of log files of real accounts.
var realLogs = []string{"sans-504-s3-ransomware", "invictus-stratus"}

func TestSizesAreThoseOfPublishedLogFiles(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no published log files to compare with: %v", err)
	}
	real, files := sizes{}, 0
	for _, set := range realLogs {
		err := filepath.WalkDir(filepath.Join(root, set), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".json.gz") {
				return err
			}
			if files++; files%realSample != 0 {
				return nil
			}
			for _, raw := range readLog(t, path) {
				real.add(t, raw)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	b, _ := corpus(t, Options{Records: 8_000})
	ours := measure(t, b)
	for _, part := range measured {
		for _, q := range []float64{0.1, 0.5, 0.9} {
			got, want := ours.quantile(part, q), real.quantile(part, q)
			t.Logf("%s, %.0f%%: %d, published %d", part, 100*q, got, want)
			// The published accounts are small and each dominated by one program, so
			// the comparison is of magnitude.
			limit := 4.0
			if part == "record" {
				limit = 1.5
			}
			if ratio := float64(got) / float64(want); ratio > limit || ratio < 1/limit {
				t.Errorf("%s, quantile %.1f: %d bytes, in published logs %d", part, q, got, want)
			}
		}
	}
}

func readLog(t testing.TB, path string) []json.RawMessage {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var log struct{ Records []json.RawMessage }
	if err := json.NewDecoder(zip).Decode(&log); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return log.Records
}
