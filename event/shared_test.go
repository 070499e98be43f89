package event

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// samples is a folder of published CloudTrail logs, which are not part of this
// repository. What each folder in it holds was counted by other means.
const samples = "../../shared/data"

// A tally is what was read of a folder.
type tally struct{ Records, Distinct, Damaged int }

// readFolder reads every file of a folder; others than JSON are passed over.
func readFolder(t *testing.T, folder string, record func(*Record)) (all tally) {
	t.Helper()
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the published samples are not there: ", err)
	}
	distinct := map[ID]bool{}
	r := Reader{}
	path := ""
	r.Record = func(r *Record) {
		all.Records++
		distinct[r.ID] = true
		record(r)
	}
	r.Reject = func(r Rejection) {
		if !r.Foreign {
			all.Damaged++
			t.Logf("%s: %+v", path, r)
		}
	}
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		path = name
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		if _, err = r.Read(file); !errors.Is(err, ErrNotJSON) {
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	all.Distinct = len(distinct)
	return all
}

func TestPublishedSamplesAreReadWhole(t *testing.T) {
	for folder, want := range map[string]tally{
		"sans-504-s3-ransomware": {Records: 30477, Distinct: 23981},
		"invictus-stratus":       {Records: 2900, Distinct: 2900},
		"stratus-red-team":       {Records: 310, Distinct: 310},
		"traildiscover":          {Records: 315, Distinct: 314},
		"otrf-security-datasets": {Records: 103, Distinct: 103},
		"ocsf-examples":          {Records: 15, Distinct: 8},
		"panther-analysis":       {Records: 48, Distinct: 47},
		"aws-docs-samples":       {Records: 36, Distinct: 32},
		"cloud-custodian":        {Records: 24, Distinct: 22}, // one has no eventID
		"plaso":                  {Records: 6, Distinct: 6},
		"fivexl":                 {Records: 9, Distinct: 9},
		"signin-all":             {Records: 109, Distinct: 103},
	} {
		t.Run(folder, func(t *testing.T) {
			got := readFolder(t, filepath.Join(samples, folder), func(r *Record) { checkAgainstJSON(t, r) })
			if got != want {
				t.Errorf("read %+v, want %+v", got, want)
			}
		})
	}
}

// checkAgainstJSON compares a record with what encoding/json makes of its bytes.
func checkAgainstJSON(t *testing.T, r *Record) {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(r.Raw, &fields); err != nil {
		t.Fatalf("record at %d: %v: %s", r.Offset, err, r.Raw)
	}
	text := func(key string) string {
		if value := fields[key]; len(value) > 0 && value[0] == '"' {
			return string(value[1 : len(value)-1])
		}
		return ""
	}
	type known struct{ Name, Source, Time, EventID, ID string }
	want := known{text("eventName"), text("eventSource"), text("eventTime"), text("eventID"), ""}
	id, err := IDOf(r.Raw, []byte(want.EventID))
	if err != nil {
		t.Fatal(err)
	}
	want.ID = hex.EncodeToString(id[:])
	got := known{string(r.Name), string(r.Source), string(r.Time), string(r.EventID), hex.EncodeToString(r.ID[:])}
	if got != want {
		t.Errorf("record at %d (-encoding/json +got):\n%s", r.Offset, cmp.Diff(want, got))
	}
	redacted := len(r.Time) == 0 || r.Time[0] != '2'
	if _, err := ParseTime(string(r.Time)); err != nil && !redacted {
		t.Errorf("record at %d: %v", r.Offset, err)
	}
}

func TestPublishedLogFilesAreInTheLayoutThatIsFast(t *testing.T) {
	slow := 0
	all := readFolder(t, filepath.Join(samples, "sans-504-s3-ransomware"), func(r *Record) {
		if !isRecognised(r.Raw) {
			slow++
		}
	})
	if slow > 0 {
		t.Errorf("%d of %d records of real log files are not recognised without decoding", slow, all.Records)
	}
}

// isRecognised reports whether a record is recognised without decoding it.
func isRecognised(raw []byte) bool {
	blocks := make([]block, len(raw)/blockSize+1)
	new(lexState).classifyAll(raw, blocks)
	r := Record{Raw: raw}
	ok, _ := r.recognise(newLayout(raw, blocks, 0), new(tails))
	return ok
}
