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

// ErrNotJSON says that input begins with something else than JSON.
var ErrNotJSON = errors.New("not JSON")

// A Reader reads whole files of events, compressed or not. It holds the buffers that
// one file after another uses. It serves one goroutine.
type Reader struct {
	Splitter
	// Strict makes Read return ErrNotJSON, having read nothing else, for input whose
	// first character that is not blank begins no JSON object or array. Otherwise
	// objects are looked for in any text.
	Strict bool

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
// what was read before has then been handed on.
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
	if err == nil {
		_, err = r.unzip.WriteTo(&bounded{r: r, compressed: compressed})
	}
	if err != nil && !errors.Is(err, ErrBomb) && !errors.Is(err, ErrNotJSON) {
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
	begun      bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if !b.begun && b.r.Strict {
		first := bytes.TrimLeft(p, space+"\ufeff")
		if len(first) > 0 && first[0] != '{' && first[0] != '[' {
			return 0, ErrNotJSON
		}
		b.begun = len(first) > 0
	}
	b.r.size += int64(len(p))
	if b.compressed != nil && b.r.size > bombFloor && b.r.size > bombRatio*b.compressed.n {
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
