package pattern

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
)

// MaxLine is the size in bytes of the longest line that is read as a message.
// CloudWatch Logs takes log events of up to 1 MB; see its quotas.
const MaxLine = 8 << 20

// Line is one line of a file of messages.
type Line struct {
	Number  int    // counted from 1
	Text    []byte // without the line break; valid until the next line is read
	TooLong bool   // longer than MaxLine; Text is its beginning
}

// Lines reads messages, a line each. Line breaks are \n or \r\n; a byte-order
// mark at the beginning of the file is left out. A line that is too long is
// passed over, not fatal. An error of r comes last, with an empty line.
func Lines(r io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		lines := &lineReader{input: bufio.NewReaderSize(r, 64<<10)}
		for {
			line, err := lines.next()
			if err == io.EOF {
				return
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

type lineReader struct {
	input  *bufio.Reader
	number int
	text   []byte
}

// next returns io.EOF after the last line, which need not end in a line break.
func (l *lineReader) next() (Line, error) {
	l.number++
	l.text = l.text[:0]
	line := Line{Number: l.number}
	for {
		part, err := l.input.ReadSlice('\n')
		room := MaxLine + len("\r\n") - len(l.text)
		l.text = append(l.text, part[:min(len(part), room)]...)
		line.TooLong = line.TooLong || len(part) > room
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF && len(l.text) == 0:
			return line, io.EOF
		case err != nil && err != io.EOF:
			return Line{Number: l.number}, err
		}
		line.Text = bytes.TrimSuffix(bytes.TrimSuffix(l.text, []byte("\n")), []byte("\r"))
		if l.number == 1 {
			line.Text = bytes.TrimPrefix(line.Text, []byte("\ufeff"))
		}
		if len(line.Text) > MaxLine {
			line.Text, line.TooLong = line.Text[:MaxLine], true
		}
		return line, nil
	}
}
