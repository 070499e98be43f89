package simulate

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && entry.Name() != manifestName {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestASecondRunReplacesTheFirst(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "logs")
	run := func(seed uint64) (Summary, []string) {
		t.Helper()
		sum, err := WriteCorpus(context.Background(), dir, Options{Records: 300, FileRecords: 50, At: nine, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return sum, filesIn(t, dir)
	}
	sum, first := run(1)
	if len(first) != sum.Files || sum.Files != 6 {
		t.Errorf("%d files written, %d there", sum.Files, len(first))
	}
	writeText(t, filepath.Join(filepath.Dir(first[0]), "mine.json.gz"), "kept")
	_, second := run(2)
	if len(second) != 7 {
		t.Errorf("%d files after the second run, want its six and the foreign one", len(second))
	}
	for _, path := range first {
		if slices.Contains(second, path) {
			t.Errorf("%s of the first run is still there", path)
		}
	}
}

func TestAFolderOfSomebodyElseIsRefused(t *testing.T) {
	dir := t.TempDir()
	writeText(t, filepath.Join(dir, "letter.txt"), "dear")
	if _, err := OpenFolder(dir, false); !errors.Is(err, ErrForeign) {
		t.Errorf("opened: %v", err)
	}
	folder, err := OpenFolder(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
	if len(filesIn(t, dir)) != 1 {
		t.Error("the letter is gone")
	}
}

func TestAForgedManifestDeletesNothing(t *testing.T) {
	check := func(manifest string) {
		t.Helper()
		parent := t.TempDir()
		dir := filepath.Join(parent, "logs")
		if err := os.MkdirAll(filepath.Join(dir, "AWSLogs"), 0o755); err != nil {
			t.Fatal(err)
		}
		writeText(t, filepath.Join(parent, "victim"), "alive")
		writeText(t, filepath.Join(dir, "victim"), "alive")
		writeText(t, filepath.Join(dir, manifestName), manifest)
		if folder, err := OpenFolder(dir, false); err == nil {
			folder.Close()
			t.Errorf("manifest %q was obeyed", manifest)
		}
		if len(filesIn(t, parent)) != 2 {
			t.Errorf("manifest %q deleted a victim", manifest)
		}
	}
	check("")
	check("other text\nvictim\n")
	check(manifestHead + "\nvictim\n")
	check(manifestHead + "\nAWSLogs/../victim\n")
	check(manifestHead + "\nAWSLogs/../../victim\n")
}
