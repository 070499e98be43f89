package scan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func symlink(t *testing.T, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

// checkFiles scans paths and compares what became of the files, the events and the problems.
func checkFiles(t *testing.T, want string, problems []string, paths ...string) {
	t.Helper()
	got := scanned(t, Options{Paths: paths})
	text := fmt.Sprintf("read %d, passed over %d, failed %d, events %d+%d", got.Files.Read, got.Files.PassedOver, got.Files.Failed, got.Accepted, got.Duplicates)
	if text != want {
		t.Errorf("got %s\nwant %s\nproblems %q", text, want, got.Problems)
	}
	if len(got.Problems) != len(problems) {
		t.Fatalf("problems %q, want %q", got.Problems, problems)
	}
	for i, p := range problems {
		if !strings.Contains(got.Problems[i], p) {
			t.Errorf("problem %q, want one with %q", got.Problems[i], p)
		}
	}
	files, _ := Total(context.Background(), paths)
	if all := got.Files.Read + got.Files.PassedOver + got.Files.Failed; files != all {
		t.Errorf("Total says %d files, the scan %d", files, all)
	}
}

func TestFoldersAreReadInOrderOfNames(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"b.json", "a/z.json", "a/b/c.json", "c.json"} {
		write(t, dir, name, logOf(ordinary(i)))
	}
	var order []string
	w := walker{visit: func(f found) bool {
		name, _ := filepath.Rel(dir, f.path)
		order = append(order, filepath.ToSlash(name))
		return true
	}}
	w.walk([]string{dir})
	if want := []string{"a/b/c.json", "a/z.json", "b.json", "c.json"}; !slices.Equal(order, want) {
		t.Errorf("got %q, want %q", order, want)
	}
	checkFiles(t, "read 4, passed over 0, failed 0, events 4+0", nil, dir)
}

func TestLinksInCirclesEnd(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/one.json", logOf(ordinary(1)))
	symlink(t, "..", filepath.Join(dir, "a", "parent"))
	symlink(t, ".", filepath.Join(dir, "self"))
	symlink(t, "loop", filepath.Join(dir, "loop"))
	checkFiles(t, "read 1, passed over 2, failed 1, events 1+0",
		[]string{"parent: -1: " + errVisited.Error(), "loop: -1: stat", "self: -1: " + errVisited.Error()}, dir)
}

// What lies around a folder was not asked for.
func TestALinkToTheOutsideOfTheFolderIsNotFollowedUpwards(t *testing.T) {
	outer := t.TempDir()
	write(t, outer, "secret.json", logOf(ordinary(9)))
	write(t, outer, "logs/one.json", logOf(ordinary(1)))
	symlink(t, "../..", filepath.Join(outer, "logs", "up"))
	checkFiles(t, "read 1, passed over 1, failed 0, events 1+0", []string{errVisited.Error()}, filepath.Join(outer, "logs"))
}

func TestALinkToAnotherFolderIsFollowedOnce(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	write(t, other, "one.json", logOf(ordinary(1)))
	symlink(t, other, filepath.Join(dir, "first"))
	symlink(t, other, filepath.Join(dir, "second"))
	symlink(t, filepath.Join(other, "one.json"), filepath.Join(dir, "third.json"))
	checkFiles(t, "read 2, passed over 1, failed 0, events 1+1", []string{"second"}, dir)
	checkFiles(t, "read 2, passed over 2, failed 0, events 1+1", []string{"second", errVisited.Error()}, dir, other)
}

func TestALinkToNothingIsToldAndTheRestGoesOn(t *testing.T) {
	dir := t.TempDir()
	symlink(t, "nowhere", filepath.Join(dir, "a"))
	write(t, dir, "b.json", logOf(ordinary(1)))
	checkFiles(t, "read 1, passed over 0, failed 1, events 1+0", []string{"a: -1: stat: no such file"}, dir)
}

func TestAFileThatIsNotThereFailsAlone(t *testing.T) {
	path := write(t, t.TempDir(), "a.json", logOf(ordinary(1)))
	checkFiles(t, "read 1, passed over 0, failed 1, events 1+0", []string{"stat: no such file"}, path+"x", path)
}

func TestAFileThatVanishesBeforeItIsReadFailsAlone(t *testing.T) {
	dir := t.TempDir()
	gone := write(t, dir, "b.json", logOf(ordinary(2)))
	j := &job{path: gone, batches: make(chan *batch, 2)}
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	s := New(Options{})
	todo := make(chan *job, 1)
	todo <- j
	close(todo)
	s.newWorker(context.Background()).run(todo)
	c := newCollector(s)
	for b := range j.batches {
		c.take(j, b)
	}
	if c.sum.Files.Failed != 1 || !c.sum.Unread() {
		t.Errorf("got %+v", c.sum.Files)
	}
}

func TestFoldersAndFilesWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	write(t, dir, "closed/a.json", logOf(ordinary(1)))
	secret := write(t, dir, "secret.json", logOf(ordinary(2)))
	write(t, dir, "z.json", logOf(ordinary(3)))
	closed := filepath.Join(dir, "closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(closed, 0o700) })
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	checkFiles(t, "read 1, passed over 0, failed 2, events 1+0", []string{"closed: -1: open: permission denied", "secret.json: -1: open: permission denied"}, dir)
}

func TestOtherFilesInFoldersArePassedOverAndNamedOnesAreNot(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.json", logOf(ordinary(1)))
	text := write(t, dir, "notes.txt", "a shopping list\n")
	write(t, dir, "other.json", `{"name":"not an event"}`)
	write(t, dir, "empty.json", "")
	checkFiles(t, "read 3, passed over 1, failed 0, events 1+0", []string{"notes.txt: -1: not JSON", "other.json: 0: "}, dir)
	if got := scanned(t, Options{Paths: []string{dir}}); got.Unread() || got.Rejected != 1 || got.Foreign != 1 {
		t.Errorf("what is no event counts as unread: %+v", got.Summary)
	}
	if got := scanned(t, Options{Paths: []string{text}}); !got.Unread() || got.Rejected != 1 {
		t.Errorf("a text that was named is not told as unreadable: %+v", got.Summary)
	}
}

func TestSkippedBytesCountAsDone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.json", logOf(ordinary(1)))
	write(t, dir, "big.txt", strings.Repeat("no JSON\n", 1<<19))
	s := New(Options{Paths: []string{dir}})
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	_, total := Total(context.Background(), []string{dir})
	if p := s.Progress(); p.Bytes+p.Skipped != total || p.Skipped == 0 {
		t.Errorf("progress %+v does not add up to %d bytes", p, total)
	}
}
