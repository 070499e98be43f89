package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/trailbell/trailbell/pattern"
)

// messages is an input with a message a line.
type messages struct {
	name    string // for people
	reader  io.Reader
	close   func() error
	errOut  io.Writer
	skipped int // lines too long
}

// openMessages opens FILE; none, or -, is standard input.
func openMessages(ctx context.Context, args []string, s streams) (*messages, error) {
	if len(args) == 0 || args[0] == "-" {
		if isTerminal(s.In) {
			fmt.Fprintln(s.Err, "trailbell: reading from standard input; end with Ctrl-D")
		}
		in := plainReader{interruptible(ctx, s.In)}
		return &messages{name: "standard input", reader: in, close: func() error { return nil }, errOut: s.Err}, nil
	}
	file, err := openFile(args[0])
	if err != nil {
		return nil, err
	}
	return &messages{name: args[0], reader: plainReader{file}, close: file.Close, errOut: s.Err}, nil
}

// interruptible returns what r holds and fails once ctx is done: a read from a
// terminal would go on waiting after Ctrl-C. What is left of r then stays behind
// with a goroutine, until the program ends.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	out, in := io.Pipe()
	stop := context.AfterFunc(ctx, func() { in.CloseWithError(context.Cause(ctx)) })
	go func() {
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
		stop()
	}()
	return out
}

// openFile opens a file that is no folder.
func openFile(name string) (*os.File, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, readError(name, err)
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, readError(name, errors.New("it is a folder, not a file"))
	}
	return file, nil
}

// readError says that a file could not be read, in the same words everywhere.
func readError(name string, err error) error { return fmt.Errorf("read %q: %w", name, cause(err)) }

// cause returns an error of a file without the name and the system call in it.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// plainReader leaves the name and the system call out of errors.
type plainReader struct{ io.Reader }

func (r plainReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = cause(err)
	}
	return n, err
}

// each calls do for every message. Lines that are empty are none; lines that are
// too long are reported and counted.
func (m *messages) each(do func(line pattern.Line) error) error {
	begun := false
	for line, err := range pattern.Lines(m.reader) {
		if err != nil {
			return readError(m.name, err)
		}
		if line.Number == 1 && bytes.HasPrefix(line.Text, []byte(gzipMagic)) {
			return readError(m.name, errCompressed)
		}
		if len(line.Text) == 0 {
			continue
		}
		if !begun {
			begun = true
			m.hint(line.Text)
		}
		if line.TooLong {
			m.skipped++
			fmt.Fprintf(m.errOut, "trailbell: %s:%d: longer than %d MiB, passed over\n", printable(m.name), line.Number, pattern.MaxLine>>20)
			continue
		}
		if err := do(line); err != nil {
			return err
		}
	}
	return nil
}

// end returns err or, if every line was read but not every one was a message to
// judge, that this was reported.
func (m *messages) end(err error) error {
	if err == nil && m.skipped > 0 {
		return errQuiet
	}
	return err
}

func (m *messages) passedOver() string {
	if m.skipped == 0 {
		return ""
	}
	return fmt.Sprintf("; %s too long and passed over", counted(m.skipped, "line"))
}

// gzipMagic begins every gzip file (RFC 1952). No text begins so.
const gzipMagic = "\x1f\x8b"

var errCompressed = errors.New("compressed with gzip, but messages are read as plain text a line each; " +
	"trailbell scan --pattern P FILE reads CloudTrail log files as they are, gunzip unpacks others")

// trailFile is how a log file that CloudTrail delivers begins, and the array of
// events that is left when its envelope was taken off.
var trailFile = regexp.MustCompile(`^(\{\s*"Records"\s*:\s*\[|\[\s*\{\s*"eventVersion")`)

// hint tells who gives a whole log file as messages what they want instead; text
// is the first line.
func (m *messages) hint(text []byte) {
	text = bytes.TrimSpace(text)
	said := ""
	switch {
	case trailFile.Match(text):
		said = "this looks like a CloudTrail log file: trailbell scan --pattern P FILE reads those"
	case beginsWideJSON(text):
		said = "this looks like JSON over several lines, of which each is a message here; " +
			"if it is a CloudTrail log file: trailbell scan --pattern P FILE reads those"
	}
	if said != "" {
		fmt.Fprintf(m.errOut, "trailbell: %s: %s\n", printable(m.name), said)
	}
}

// beginsWideJSON reports whether a line opens an object, or an array of them,
// that goes on in the next line.
func beginsWideJSON(line []byte) bool {
	if string(line) == "[" {
		return true
	}
	object := bytes.TrimLeft(bytes.TrimPrefix(line, []byte("[")), " \t")
	return bytes.HasPrefix(object, []byte("{")) && bytes.ContainsAny(line[len(line)-1:], "{[,")
}
