package event

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Bounds of compressed input. Real CloudTrail files shrink 10 to 15 times, the most
// monotonous some 40 times; deflate at its best, on one byte repeated, 1,032 times.
const (
	// bombRatio is how many times its compressed size a file may become.
	bombRatio = 250
	// bombFloor is the size in bytes below which the ratio does not matter.
	bombFloor = 64 << 20
)

// ErrBomb says that compressed input was given up because it unpacks to absurdly much.
var ErrBomb = errors.New("unpacks to more than 250 times its size: not of CloudTrail, reading stopped")

// ErrNotJSON says that input is neither JSON nor text with records in it.
var ErrNotJSON = errors.New("not JSON")

// A FormatError says that input is in a form that is known, and not read.
type FormatError struct {
	Form string // what it is
	Next string // what to do about it
}

func (e *FormatError) Error() string { return e.Form + ": " + e.Next }

// unread are the forms that people have their logs in and that are not read, by how
// they begin.
var unread = []struct {
	magic string
	err   FormatError
}{
	{"\x1f\x8b", FormatError{"compressed with gzip twice", "decompress it once"}},
	{"\x28\xb5\x2f\xfd", FormatError{"compressed with zstd", "decompress it first"}},
	{"\xfd7zXZ\x00", FormatError{"compressed with xz", "decompress it first"}},
	{"BZh", FormatError{"compressed with bzip2", "decompress it first"}},
	{"PK\x03\x04", FormatError{"a zip archive", "unpack it first"}},
	{"PAR1", FormatError{"a Parquet file", "export it as JSON first"}},
	{"\xff\xfe", FormatError{"text in UTF-16, as PowerShell writes it", "save it as UTF-8"}},
	{"\xfe\xff", FormatError{"text in UTF-16, as PowerShell writes it", "save it as UTF-8"}},
}

// checkForm looks at the beginning of uncompressed input. Text in front of a record on the
// first line is allowed, since exports of CloudWatch Logs put the time there.
func checkForm(head []byte) error {
	for _, u := range unread {
		if hasPrefix(head, u.magic) {
			return &u.err
		}
	}
	first := bytes.TrimLeft(head, space+"\ufeff")
	if len(first) == 0 || first[0] == '{' || first[0] == '[' {
		return nil
	}
	line, _, _ := bytes.Cut(first, []byte{'\n'})
	if _, object, ok := bytes.Cut(line, []byte{'{'}); ok && bytes.Contains(object, []byte(`"eventVersion"`)) {
		return nil
	}
	return ErrNotJSON
}

// A Reader reads whole files of events, compressed or not. It holds the buffers that
// one file after another uses. It serves one goroutine.
type Reader struct {
	Splitter

	head  []byte        // the beginning of a file
	small bytes.Reader  // a file that fits into head
	large *bufio.Reader // any other
	unzip *gzip.Reader
	size  int64
}

// headSize is how much of a file is read before it is split: the log files of a trail,
// which have some 100 KB, entirely. Inflating is faster from memory.
const headSize = 2 << 20

// Read reads a file from its beginning to its end and calls Record and Reject for what
// is in it. Whether it is compressed is told from the bytes, not from a name. It returns
// the number of uncompressed bytes and the error that kept it from reading further;
// what was read before has then been handed on. It is ErrNotJSON or a FormatError if
// nothing was read because of what the input is.
func (r *Reader) Read(src io.Reader) (int64, error) {
	if r.head == nil {
		r.head = make([]byte, headSize)
		r.large = bufio.NewReaderSize(nil, chunkSize)
	}
	r.size = 0
	compressed := &countingReader{r: src}
	n, err := io.ReadFull(compressed, r.head)
	head := r.head[:n]
	if r.small.Reset(head); err == nil {
		r.large.Reset(io.MultiReader(&r.small, compressed))
		err = r.read(head, r.large, compressed)
	} else {
		err = r.read(head, &r.small, compressed)
		if compressed.err != nil { // which is why gzip ended unexpectedly, if it did
			err = compressed.err
		}
	}
	r.Splitter.Close()
	r.small.Reset(nil)
	r.large.Reset(nil)
	return r.size, err
}

// input is what inflating is fast from.
type input interface {
	io.Reader
	io.ByteReader
}

func (r *Reader) read(head []byte, src input, compressed *countingReader) error {
	if !IsGzip(head) {
		_, err := io.Copy(&bounded{r: r}, src)
		return err
	}
	var err error
	if r.unzip == nil {
		r.unzip, err = gzip.NewReader(src)
	} else {
		err = r.unzip.Reset(src)
	}
	content := &bounded{r: r, compressed: compressed}
	if err == nil {
		_, err = r.unzip.WriteTo(content)
	}
	if err != nil && !content.refused {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		err = fmt.Errorf("gzip, after %d bytes of content: %w", r.size, err)
	}
	return err
}

// bounded writes to the splitter of r what is worth it.
type bounded struct {
	r          *Reader
	compressed *countingReader // nil if the input is not compressed
	begun      bool            // something other than blanks was seen
	refused    bool            // the rest is not read, for what it is
}

func (b *bounded) Write(p []byte) (int, error) {
	if !b.begun {
		if err := checkForm(p); err != nil {
			b.refused = true
			return 0, err
		}
		b.begun = len(bytes.TrimLeft(p, space)) > 0
	}
	b.r.size += int64(len(p))
	if b.compressed != nil && b.r.size > bombFloor && b.r.size > bombRatio*b.compressed.n {
		b.refused = true
		return 0, ErrBomb
	}
	return b.r.Splitter.Write(p)
}

// countingReader counts the bytes of r and remembers the error that ended them, if it
// was not the end of the file.
type countingReader struct {
	r   io.Reader
	n   int64
	err error
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != io.EOF {
		c.err = err
	}
	return n, err
}

// IsGzip reports whether data begins as a gzip stream does (RFC 1952).
func IsGzip(data []byte) bool {
	return len(data) >= 2 && data[0] == 0x1f && data[1] == 0x8b
}
