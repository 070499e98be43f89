package scan

import (
	"strings"
	"testing"
)

// A damaged or misnamed log file must not look like a folder without events.
func TestFilesThatPromiseEventsAndHoldNoneHaveFailed(t *testing.T) {
	check := func(name, content, want string, failed bool) {
		t.Helper()
		dir := t.TempDir()
		write(t, dir, name, content)
		write(t, dir, "z.json", logOf(ordinary(1)))
		got := scanned(t, Options{Paths: []string{dir}})
		if len(got.Problems) != 1 || !strings.HasSuffix(got.Problems[0], want) || got.Unread() != failed || got.Accepted != 1 {
			t.Errorf("%s: %+v, problems %q; want %q, failed %v", name, got.Files, got.Problems, want, failed)
		}
	}
	const text = "a shopping list\n"
	check("notes.txt", text, ": not JSON", false)
	check("cloudtrail.md", text, ": not JSON", false)
	for _, name := range []string{"a.json", "a.JSON", "a.jsonl", "a.ndjson", "a.gz", "1_CloudTrail_us-east-1.txt"} {
		check(name, text, ": not JSON: is this a CloudTrail file?", true)
	}
	check("a.bin", "\x28\xb5\x2f\xfd\x00", ": compressed with zstd: decompress it first", true)
	check("a.bin", "\xfd7zXZ\x00", ": compressed with xz: decompress it first", true)
	check("a.bin", "BZh91AY", ": compressed with bzip2: decompress it first", true)
	check("a.bin", "PK\x03\x04", ": a zip archive: unpack it first", true)
}

func TestANamedFileThatIsNotJSONHasFailed(t *testing.T) {
	path := write(t, t.TempDir(), "notes.txt", "a shopping list\n")
	got := scanned(t, Options{Paths: []string{path}})
	if want := "notes.txt: -1: not JSON: is this a CloudTrail file?"; len(got.Problems) != 1 || got.Problems[0] != want || got.Files.Failed != 1 {
		t.Errorf("%+v, problems %q; want %q", got.Files, got.Problems, want)
	}
}
