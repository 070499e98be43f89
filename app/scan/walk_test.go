package scan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
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
		[]string{"parent: -1: " + errTwice.Error(), "loop: -1: too many", "self: -1: " + errTwice.Error()}, dir)

	one, two := t.TempDir(), t.TempDir()
	write(t, one, "one.json", logOf(ordinary(1)))
	write(t, two, "two.json", logOf(ordinary(2)))
	symlink(t, two, filepath.Join(one, "there"))
	symlink(t, one, filepath.Join(two, "back"))
	checkFiles(t, "read 2, passed over 1, failed 0, events 2+0", []string{"back: -1: " + errTwice.Error()}, one)
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
	checkFiles(t, "read 2, passed over 2, failed 0, events 1+1", []string{"second", errTwice.Error()}, dir, other)
}

// nested writes three files and returns their folder: 3.json, x/1.json and y/2.json.
func nested(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "x/1.json", logOf(ordinary(1)))
	write(t, dir, "y/2.json", logOf(ordinary(2)))
	write(t, dir, "3.json", logOf(ordinary(3)))
	return dir
}

func TestLinksToNestedFoldersReadEachOnceInAnyOrder(t *testing.T) {
	check := func(want string, problem string, targets ...string) {
		t.Helper()
		out, logs := nested(t), t.TempDir()
		for i, target := range targets {
			symlink(t, filepath.Join(out, target), filepath.Join(logs, string(rune('a'+i))))
		}
		checkFiles(t, want, []string{problem + ": -1: " + errTwice.Error()}, logs)
	}
	check("read 3, passed over 1, failed 0, events 3+0", "x", "x", ".") // as logs/b/x
	check("read 3, passed over 1, failed 0, events 3+0", "b", ".", "x")
	check("read 2, passed over 1, failed 0, events 2+0", "c", "x", "y", "x")
}

func TestFoldersGivenTwiceAreReadOnceInAnyOrder(t *testing.T) {
	dir := nested(t)
	x := filepath.Join(dir, "x")
	check := func(want string, twice int, paths ...string) {
		t.Helper()
		checkFiles(t, want, slices.Repeat([]string{errTwice.Error()}, twice), paths...)
	}
	check("read 3, passed over 1, failed 0, events 3+0", 1, x, dir)
	check("read 3, passed over 1, failed 0, events 3+0", 1, dir, x)
	check("read 3, passed over 2, failed 0, events 3+0", 2, dir, dir, dir)
	check("read 3, passed over 2, failed 0, events 3+0", 2, x, filepath.Join(x, "..", "x"), dir)
}

func TestAFolderAndALinkToItReadItOnceInAnyOrder(t *testing.T) {
	dir := nested(t)
	link := filepath.Join(t.TempDir(), "link")
	symlink(t, dir, link)
	checkFiles(t, "read 3, passed over 1, failed 0, events 3+0", []string{errTwice.Error()}, link, dir)
	checkFiles(t, "read 3, passed over 1, failed 0, events 3+0", []string{errTwice.Error()}, dir, link)
}

// The folder around one is refused while the walk is in the inner one, and only then.
func TestAFolderThatWasRefusedAsALinkUpwardsIsReadWhenAnotherLinkLeadsToIt(t *testing.T) {
	out, logs := nested(t), t.TempDir()
	symlink(t, "..", filepath.Join(out, "x", "up"))
	symlink(t, filepath.Join(out, "x"), filepath.Join(logs, "a"))
	checkFiles(t, "read 1, passed over 1, failed 0, events 1+0", []string{"up: -1: " + errVisited.Error()}, logs)
	symlink(t, out, filepath.Join(logs, "b"))
	checkFiles(t, "read 3, passed over 2, failed 0, events 3+0",
		[]string{"up: -1: " + errVisited.Error(), "x: -1: " + errTwice.Error()}, logs)
}

func TestALinkToTheWholeDiskIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	symlink(t, filepath.VolumeName(dir)+string(filepath.Separator), filepath.Join(dir, "disk"))
	var got []found
	w := walker{visit: func(f found) bool {
		got = append(got, f)
		return len(got) < 3 // else a failure reads the disk
	}}
	w.walk([]string{dir})
	if len(got) != 1 || got[0].err != errVisited {
		t.Errorf("got %+v", got)
	}
}

func TestAFolderIsNotAroundItsNeighbourOfALongerName(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "logs/1.json", logOf(ordinary(1)))
	write(t, dir, "logs-old/2.json", logOf(ordinary(2)))
	symlink(t, filepath.Join("..", "logs"), filepath.Join(dir, "logs-old", "new"))
	checkFiles(t, "read 2, passed over 0, failed 0, events 2+0", nil, filepath.Join(dir, "logs-old"))
}

func TestHiddenNamesAreReadOnlyIfNamedOrLinkedTo(t *testing.T) {
	dir := t.TempDir()
	hidden := filepath.Join(dir, ".snapshot")
	write(t, hidden, "old/1.json", logOf(ordinary(1)))
	write(t, dir, ".2.json", logOf(ordinary(2)))
	write(t, dir, "3.json", logOf(ordinary(3)))
	const snapshot, file = ".snapshot: -1: hidden", ".2.json: -1: hidden"
	checkFiles(t, "read 1, passed over 2, failed 0, events 1+0", []string{file, snapshot}, dir)
	checkFiles(t, "read 2, passed over 2, failed 0, events 2+0", []string{file, snapshot}, dir, hidden)
	checkFiles(t, "read 2, passed over 2, failed 0, events 2+0", []string{file, ".snapshot: -1: " + errTwice.Error()}, hidden, dir)
	checkFiles(t, "read 2, passed over 0, failed 0, events 2+0", nil, filepath.Join(dir, ".2.json"), hidden)
	symlink(t, filepath.Join(".snapshot", "old"), filepath.Join(dir, "old"))
	checkFiles(t, "read 2, passed over 2, failed 0, events 2+0", []string{file, snapshot}, dir)
}

func TestAWorkingFolderThatIsALinkIsTheFolderItself(t *testing.T) {
	dir := nested(t)
	link := filepath.Join(t.TempDir(), "link")
	symlink(t, filepath.Join(dir, "x"), link)
	t.Chdir(link)
	checkFiles(t, "read 1, passed over 1, failed 0, events 1+0", []string{errTwice.Error()}, ".", filepath.Join(dir, "x"))
	checkFiles(t, "read 3, passed over 1, failed 0, events 3+0", []string{errTwice.Error()}, dir, filepath.Join("..", "x"))
}

// Random trees with links between their folders, against a plain search that remembers
// every folder.
func TestWhatCanBeReachedIsReadOnce(t *testing.T) {
	if err := os.Symlink("x", filepath.Join(t.TempDir(), "y")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "walk")
		if err == nil {
			dir, err = filepath.EvalSymlinks(dir)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		folders := []string{dir}
		folder := func(what string) string { return rapid.SampledFrom(folders).Draw(t, what) }
		for range rapid.IntRange(1, 8).Draw(t, "folders") {
			name := rapid.SampledFrom([]string{"a", "b", "c", ".h"}).Draw(t, "name")
			folders = append(folders, filepath.Join(folder("parent"), name))
			if err := os.MkdirAll(folders[len(folders)-1], 0o700); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range folders {
			if err := os.WriteFile(filepath.Join(f, "file"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "links") {
			if err := os.Symlink(folder("target"), filepath.Join(folder("from"), fmt.Sprintf("%c-link", 'a'+i))); err != nil {
				t.Fatal(err)
			}
		}
		paths := rapid.SliceOfN(rapid.SampledFrom(folders), 1, 3).Draw(t, "paths")

		refused := false
		got := map[string]int{}
		w := walker{visit: func(f found) bool {
			refused = refused || f.err == errVisited
			if f.err == nil {
				real, err := filepath.EvalSymlinks(f.path)
				if err != nil {
					t.Fatal(err)
				}
				got[real]++
			}
			return true
		}}
		w.walk(paths)
		want := reachable(t, paths)
		for file, times := range got {
			if times > 1 || !want[file] {
				t.Errorf("%s was read %d times; to be reached: %t", file, times, want[file])
			}
		}
		if !refused && len(got) != len(want) {
			t.Errorf("read %v\nwant %v", got, want)
		}
	})
}

// reachable returns the files in folders, in those below, and in those that links lead to,
// but what is hidden.
func reachable(t *rapid.T, folders []string) map[string]bool {
	t.Helper()
	files, seen := map[string]bool{}, map[string]bool{}
	for todo := slices.Clone(folders); len(todo) > 0; todo = todo[1:] {
		if seen[todo[0]] {
			continue
		}
		seen[todo[0]] = true
		entries, err := os.ReadDir(todo[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			real, err := filepath.EvalSymlinks(filepath.Join(todo[0], entry.Name()))
			switch {
			case err != nil:
				t.Fatal(err)
			case strings.HasPrefix(entry.Name(), "."):
			case entry.Type().IsRegular():
				files[real] = true
			default:
				todo = append(todo, real)
			}
		}
	}
	return files
}

func TestALinkToNothingIsToldAndTheRestGoesOn(t *testing.T) {
	dir := t.TempDir()
	symlink(t, "nowhere", filepath.Join(dir, "a"))
	write(t, dir, "b.json", logOf(ordinary(1)))
	checkFiles(t, "read 1, passed over 0, failed 1, events 1+0", []string{"a: -1: no such file"}, dir)
}

func TestAFileThatIsNotThereFailsAlone(t *testing.T) {
	path := write(t, t.TempDir(), "a.json", logOf(ordinary(1)))
	checkFiles(t, "read 1, passed over 0, failed 1, events 1+0", []string{"no such file"}, path+"x", path)
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
	checkFiles(t, "read 1, passed over 0, failed 2, events 1+0", []string{"closed: -1: permission denied", "secret.json: -1: permission denied"}, dir)
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
	if got := scanned(t, Options{Paths: []string{text}}); !got.Unread() || got.Files.Failed != 1 {
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
