package pattern

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// maxRealEvents keeps the test short.
const maxRealEvents = 400

// realEvents reads CloudTrail log files that are not part of the repository.
func realEvents(t testing.TB) []json.RawMessage {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real CloudTrail logs: %v", err)
	}
	var events []json.RawMessage
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || len(events) >= maxRealEvents {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, ".json.gz") {
			z, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				return nil // some are named so and are not
			}
			if data, err = io.ReadAll(z); err != nil {
				return err
			}
		}
		var file struct{ Records []json.RawMessage }
		if json.Unmarshal(data, &file) == nil {
			events = append(events, file.Records...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(events) == 0 {
		t.Skip("no CloudTrail log files found")
	}
	return events
}

func TestPatternsAgreeWithTheSlowEvaluatorOnRealEvents(t *testing.T) {
	named := namedTexts(t, "named_patterns.json")
	named["wild"] = `{ $.userIdentity.* = "Root" || $.resources[*].type = "AWS::S3*" || $.requestParameters.* != "x" }`
	named["numbers"] = `{ $.additionalEventData.bytesTransferredOut > 1000 || $.readOnly IS TRUE && $.responseElements IS NULL }`
	var patterns []*Pattern
	for _, source := range named {
		patterns = append(patterns, mustParse(t, source))
	}
	set := NewSet(patterns)
	hits := 0
	for _, message := range realEvents(t) {
		var want []int
		for i, p := range patterns {
			if slowMatch(p, string(message)) {
				want = append(want, i)
			}
			if got := p.Match(message); got != slices.Contains(want, i) {
				t.Fatalf("Match(%s) = %v on %s", p, got, message)
			}
		}
		name, source := topText(string(message), "$.eventName"), topText(string(message), "$.eventSource")
		if got := set.Match(message, name, source, nil); !slices.Equal(got, want) {
			t.Fatalf("Set.Match = %v, want %v on %s", got, want, message)
		}
		hits += len(want)
	}
	if hits == 0 {
		t.Error("no pattern matched anything, so nothing was tested")
	}
	t.Logf("%d hits", hits)
}
