package event

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// A reading is what a Reader made of one file.
type reading struct {
	collector
	n   int64
	err error
}

// readers reads one file after another with the same Reader.
func readers() func(src io.Reader) *reading {
	var now *reading
	r := Reader{}
	r.Record = func(record *Record) { now.record(record) }
	r.Reject = func(rejection Rejection) { now.reject(rejection) }
	return func(src io.Reader) *reading {
		now = new(reading)
		now.n, now.err = r.Read(src)
		return now
	}
}

func logFile(records int) string {
	var b strings.Builder
	b.WriteString(`{"Records":[`)
	for n := range records {
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteString(newRecord(n + 1))
	}
	b.WriteString(`]}`)
	return b.String()
}

// hardlyZipped is gzip of text in blocks of 10 KB, so that most of it can be read when
// the end is missing.
func hardlyZipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for len(text) > 0 {
		n := min(len(text), 10_000)
		z.Write([]byte(text[:n]))
		z.Flush()
		text = text[n:]
	}
	z.Close()
	return b.String()
}

// inflatable returns how much of damaged gzip the standard library can read.
func inflatable(zip string) int64 {
	z, err := gzip.NewReader(strings.NewReader(zip))
	if err != nil {
		return 0
	}
	n, _ := io.Copy(io.Discard, z)
	return n
}

func TestOfATruncatedGzipFileTheGoodPartIsRead(t *testing.T) {
	read := readers()
	file := logFile(100)
	zip := hardlyZipped(file)
	for _, cut := range []int{2, 5, 10, 15, len(zip) / 2, len(zip) - 9, len(zip) - 8, len(zip) - 1} {
		got := read(strings.NewReader(zip[:cut]))
		if !errors.Is(got.err, io.ErrUnexpectedEOF) || !strings.Contains(fmt.Sprint(got.err), fmt.Sprintf("after %d bytes", got.n)) {
			t.Errorf("cut at %d of %d: %v; want an unexpected end after %d bytes", cut, len(zip), got.err, got.n)
		}
		whole := splitInPieces(file[:got.n], 0)
		if d := cmp.Diff(whole.items, got.items); d != "" {
			t.Errorf("cut at %d (-what was inflated +got):\n%s", cut, d)
		}
		if n := inflatable(zip[:cut]); got.n < n || cut > len(zip)-9 && got.records != 100 {
			t.Errorf("cut at %d of %d: only %d records in %d bytes, compress/gzip reads %d", cut, len(zip), got.records, got.n, n)
		}
	}
}

func TestDamagedGzipIsAnError(t *testing.T) {
	read := readers()
	zip := []byte(hardlyZipped(logFile(100)))
	check := func(what string, damage func(zip []byte) []byte, records int) {
		t.Helper()
		damaged := damage(bytes.Clone(zip))
		got := read(bytes.NewReader(damaged))
		if got.err == nil || !strings.HasPrefix(got.err.Error(), fmt.Sprintf("gzip, after %d bytes of content: ", got.n)) {
			t.Errorf("%s: after %d bytes: %v", what, got.n, got.err)
		}
		if n := inflatable(string(damaged)); got.n < n || got.records < records {
			t.Errorf("%s: %d records in %d bytes, want %d or more; compress/gzip reads %d bytes", what, got.records, got.n, records, n)
		}
	}
	check("checksum", func(z []byte) []byte { z[len(z)-8] ^= 1; return z }, 100)
	check("length", func(z []byte) []byte { z[len(z)-1] ^= 1; return z }, 100)
	check("header", func(z []byte) []byte { z[2] = 0; return z }, 0)
	check("middle", func(z []byte) []byte { copy(z[len(z)/2:], bytes.Repeat([]byte{0xff}, 50)); return z }, 10)
	check("trailing garbage", func(z []byte) []byte { return append(z, "garbage at the end"...) }, 100)
}

func TestGzipMembersAreReadOneAfterTheOther(t *testing.T) {
	file := logFile(3)
	got := readers()(strings.NewReader(zipped(file[:100]) + zipped("") + zipped(file[100:]) + zipped("\n"+newRecord(4))))
	if d := cmp.Diff([]string{guid(1), guid(2), guid(3), guid(4)}, got.eventIDs()); d != "" || got.err != nil || got.rejected > 0 {
		t.Errorf("%v, %d rejected (-want +got):\n%s", got.err, got.rejected, d)
	}
}

// blankText is endless.
type blankText struct{}

func (blankText) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestABombIsGivenUp(t *testing.T) {
	var zip bytes.Buffer
	z := gzip.NewWriter(&zip)
	io.WriteString(z, newRecord(1)+"[")
	io.Copy(z, io.LimitReader(blankText{}, bombFloor+8<<20))
	z.Close()
	got := readers()(&zip)
	if !errors.Is(got.err, ErrBomb) || got.records != 1 {
		t.Errorf("%d records and %v, want the one in front and %v", got.records, got.err, ErrBomb)
	}
	if got.n > bombFloor+chunkSize {
		t.Errorf("%d bytes were unpacked", got.n)
	}
}

func TestWhatShrinksALittleMoreThanUsualIsNoBomb(t *testing.T) {
	file := "[" + strings.Repeat(newRecord(1)+",\n", bombFloor/len(newRecord(1))+1000) + newRecord(2) + "]"
	got := new(reading)
	r := Reader{Splitter: Splitter{Record: func(*Record) { got.records++ }, Reject: got.reject}}
	if n, err := r.Read(strings.NewReader(zipped(file))); err != nil || n != int64(len(file)) || got.rejected > 0 {
		t.Errorf("%d of %d bytes, %d rejected: %v", n, len(file), got.rejected, err)
	}
	if want := strings.Count(file, "\n") + 1; got.records != want {
		t.Errorf("%d records, want %d", got.records, want)
	}
}

func TestWhatHoldsNoRecordsIsRefusedAndNothingOfItRead(t *testing.T) {
	read := readers()
	record := newRecord(1)
	for _, text := range []string{"# Title\nwith {braces}", "key\tvalue\n{}", "1\n{}", `"{"`, "\x00{}"} {
		for _, file := range []string{text, zipped(text)} {
			if got := read(strings.NewReader(file)); !errors.Is(got.err, ErrNotJSON) || len(got.items) > 0 {
				t.Errorf("%q: %v, %+v", text, got.err, got.items)
			}
		}
	}
	for _, text := range []string{record, "\n\n  \t" + record, "\ufeff" + record, "\ufeff\r\n[" + record + "]", strings.Repeat(" ", 3*chunkSize) + record} {
		for _, file := range []string{text, zipped(text)} {
			if got := read(strings.NewReader(file)); got.err != nil || got.records != 1 || got.rejected > 0 {
				t.Errorf("%.40q: %v, %+v", text, got.err, got.items)
			}
		}
	}
	if got := readers()(strings.NewReader("2026-03-03 " + record)); got.err != nil || got.records != 1 || got.rejected != 1 {
		t.Errorf("text in front of a record: %v, %+v", got.err, got.items)
	}
}

func TestEmptyFilesHoldNothing(t *testing.T) {
	read := readers()
	for _, file := range []string{"", "\n", "\ufeff", zipped(""), zipped("\n"), zipped("") + zipped("")} {
		if got := read(strings.NewReader(file)); got.err != nil || len(got.items) > 0 || got.n > 3 {
			t.Errorf("%q: %d bytes, %v, %+v", file, got.n, got.err, got.items)
		}
	}
}

// large is a log file that is larger than the head that a Reader keeps, and stays so
// when it is compressed.
func large() string {
	random := rand.NewChaCha8([32]byte{1})
	var b strings.Builder
	noise := make([]byte, 3000)
	for n := 1; b.Len() < 5*headSize/2; n++ {
		random.Read(noise)
		fmt.Fprintln(&b, strings.Replace(newRecord(n), `"requestParameters":null`, fmt.Sprintf(`"requestParameters":"%x"`, noise), 1))
	}
	return b.String()
}

func TestHowAFileArrivesMakesNoDifference(t *testing.T) {
	read := readers()
	check := func(what, file string) {
		t.Helper()
		want := read(strings.NewReader(file))
		if want.err != nil || want.records == 0 || want.rejected > 0 {
			t.Fatalf("%s: %v, %d records, %d rejections", what, want.err, want.records, want.rejected)
		}
		for how, src := range map[string]io.Reader{
			"half at a time":     iotest.HalfReader(strings.NewReader(file)),
			"data with the end":  iotest.DataErrReader(strings.NewReader(file)),
			"one byte at a time": iotest.OneByteReader(strings.NewReader(file[:min(len(file), 100_000)])),
		} {
			if how == "one byte at a time" && len(file) > 100_000 {
				continue
			}
			got := read(src)
			if d := cmp.Diff(want.items, got.items); d != "" || got.err != nil || got.n != want.n {
				t.Errorf("%s, %s: %v (-at once +got):\n%s", what, how, got.err, d)
			}
		}
	}
	check("small", logFile(20))
	check("small, compressed", zipped(logFile(20)))
	file := large()
	check("large", file)
	check("large, compressed", zipped(file))
}

func TestAnErrorOfTheSourceIsReturnedAsItIs(t *testing.T) {
	read := readers()
	file := large()
	zip := zipped(file)
	for _, source := range []error{errors.New("disk on fire"), io.ErrUnexpectedEOF} {
		for what, text := range map[string]string{"small": file[:20_000], "small, compressed": zip[:20_000], "large": file, "large, compressed": zip[:headSize+9000]} {
			got := read(io.MultiReader(strings.NewReader(text), iotest.ErrReader(source)))
			if !errors.Is(got.err, source) {
				t.Errorf("%s: %v, want %v", what, got.err, source)
			}
			if got.n == 0 || got.records == 0 {
				t.Errorf("%s: %d bytes and %d records were read in front of the error", what, got.n, got.records)
			}
		}
	}
}

func TestAReaderIsAsNewAfterEachFailure(t *testing.T) {
	read := readers()
	file := logFile(5)
	zip := hardlyZipped(logFile(100))
	want := readers()(strings.NewReader(file))
	for _, bad := range []io.Reader{
		strings.NewReader(zip[:len(zip)/2]),
		strings.NewReader(zip[:2]),
		strings.NewReader("\x1f\x8bgarbage"),
		strings.NewReader(zip + "garbage"),
		strings.NewReader("no JSON"),
		strings.NewReader(zipped("no JSON")),
		strings.NewReader(file[:len(file)/2]),
		strings.NewReader(`{"a":"`),
		strings.NewReader(zipped(`{"Records":[{"a":"`)),
		iotest.ErrReader(errors.New("disk on fire")),
		iotest.TimeoutReader(strings.NewReader(large())),
	} {
		failed := read(bad)
		if failed.err == nil && failed.rejected == 0 {
			t.Errorf("read what is bad without a complaint: %+v", failed)
		}
		for _, again := range []string{file, zipped(file)} {
			got := read(strings.NewReader(again))
			if d := cmp.Diff(want.items, got.items); d != "" || got.err != nil {
				t.Errorf("after %v: %v (-want +got):\n%s", failed.err, got.err, d)
			}
		}
	}
}

func TestIsGzip(t *testing.T) {
	for text, want := range map[string]bool{"": false, "\x1f": false, "\x1f\x8b": true, "{}": false, zipped(""): true} {
		if got := IsGzip([]byte(text)); got != want {
			t.Errorf("IsGzip(%q) = %v", text, got)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(zipped(newRecord(1))))
	f.Add([]byte(zipped(newRecord(1))[:200]))
	f.Add([]byte(newRecord(1)))
	f.Add([]byte("\x1f\x8b"))
	var got collector
	r := Reader{Splitter: Splitter{Record: got.record, Reject: got.reject}}
	f.Fuzz(func(t *testing.T, file []byte) {
		got = collector{}
		n, err := r.Read(bytes.NewReader(file))
		if n == 0 && len(got.items) > 0 {
			t.Errorf("%q: %v, nothing was read but %+v", file, err, got.items)
		}
		for _, i := range got.items {
			if i.Offset < 0 || i.Offset+i.Length > n {
				t.Errorf("%q: %+v is not within the %d bytes read", file, i, n)
			}
		}
	})
}
