package scan

import (
	"fmt"
	"io"
	"iter"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trailbell/trailbell/event"
)

func TestDamagedFilesAreToldAndTheRestIsRead(t *testing.T) {
	good := logOf(ordinary(1), ordinary(2), ordinary(3))
	check := func(name, content, want string, problems ...string) {
		t.Helper()
		dir := t.TempDir()
		write(t, dir, "a.json", content)
		write(t, dir, "b.json", logOf(ordinary(9)))
		got := scanned(t, Options{Paths: []string{dir}})
		text := fmt.Sprintf("read %d failed %d, %d accepted %d rejected, unread %v", got.Files.Read, got.Files.Failed, got.Accepted, got.Rejected, got.Unread())
		if text != want {
			t.Errorf("%s: got %s\nwant %s\nproblems %q", name, text, want, got.Problems)
		}
		if len(got.Problems) != len(problems) {
			t.Fatalf("%s: problems %q, want %q", name, got.Problems, problems)
		}
		for i, p := range problems {
			if !strings.Contains(got.Problems[i], p) {
				t.Errorf("%s: problem %q, want one with %q", name, got.Problems[i], p)
			}
		}
	}
	torn := strings.Index(good, ordinary(2)) + 40
	check("empty", "", "read 2 failed 0, 1 accepted 0 rejected, unread false")
	check("empty gzip", zipped(""), "read 2 failed 0, 1 accepted 0 rejected, unread false")
	check("torn", good[:torn], "read 2 failed 0, 2 accepted 1 rejected, unread true", fmt.Sprintf("a.json: %d: record does not end", torn-40))
	check("torn gzip", zipped(good)[:len(zipped(good))-9], "read 1 failed 1, 4 accepted 0 rejected, unread true", "gzip, after ")
	check("gzip header only", "\x1f\x8b", "read 1 failed 1, 1 accepted 0 rejected, unread true", "a.json: -1: gzip")
	check("garbage in gzip", "\x1f\x8b\x08\x00"+strings.Repeat("garbage", 30), "read 1 failed 1, 1 accepted 0 rejected, unread true", "a.json: -1: gzip")
	check("bad record", strings.Replace(good, `"eventName":"RunInstances"`, `"eventName" oops`, 1),
		"read 2 failed 0, 3 accepted 1 rejected, unread true", "a.json: 12: ")
	check("bomb", zipped(`{"Records":[`+strings.Repeat(" ", 80<<20)+`]}`), "read 1 failed 1, 1 accepted 0 rejected, unread true", event.ErrBomb.Error())
}

// The inputs are as hostile as they come: a record that never ends, nesting, more
// findings than anybody reads.
func TestMemoryStaysBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	// As the program does: without it the collector may let garbage grow to several times
	// what is alive when the machine is busy.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(150 << 20))
	check := func(name string, content iter.Seq[string]) {
		t.Helper()
		in := &generated{content: content}
		got := scanned(t, Options{Paths: []string{"-"}, Stdin: in.start(t), At: noon.AddDate(1, 0, 0)})
		t.Logf("%s: %d MB live at most for %d MB, %d findings told early", name, in.peak.Load()>>20, got.Bytes>>20, len(got.Early))
		if live := in.peak.Load(); live > 200<<20 {
			t.Errorf("%s: %d MB live, want below 200", name, live>>20)
		}
	}
	megabyte := strings.Repeat("A", 1<<20)
	check("one record without end", repeated(`{"eventVersion":"1.08","userAgent":"`, megabyte, 64))
	check("nesting", repeated("", strings.Repeat(`{"a":[`, 1<<20/6), 64))
	long := strings.Repeat("9", 200)
	check("findings", func(yield func(string) bool) {
		const step = 100
		for n := 0; n < MaxFindings+MaxFindings/4; n += step {
			var text strings.Builder
			for i := range step {
				text.WriteString(strings.Join(refused(n+i, noon.Add(time.Duration(n)*time.Second)), "\n") + "\n")
			}
			if !yield(strings.ReplaceAll(text.String(), "192.0.2.1", long)) {
				return
			}
		}
	})
}

// repeated is a text and another one, n times.
func repeated(first, text string, n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for ok := yield(first); ok && n > 0; n-- {
			ok = yield(text)
		}
	}
}

// generated is an input that is made while it is read, and watches the memory meanwhile.
type generated struct {
	content iter.Seq[string]
	peak    atomic.Uint64 // of what was live, in bytes
}

func (g *generated) start(t *testing.T) io.Reader {
	runtime.GC()
	in, out := io.Pipe()
	t.Cleanup(func() { in.Close() })
	go func() {
		defer out.Close()
		for text := range g.content {
			if _, err := io.WriteString(out, text); err != nil {
				return
			}
			g.peak.Store(max(g.peak.Load(), live()))
		}
	}()
	return in
}

// live is how many bytes were in use at the end of the last garbage collection.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
