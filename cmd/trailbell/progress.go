package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/trailbell/trailbell/app/scan"
	"golang.org/x/term"
)

const (
	// progressFrom is how long a scan lasts before its progress is worth showing.
	progressFrom  = time.Second
	progressEvery = 250 * time.Millisecond
)

// A meter is a line at the bottom of a terminal that says how far a scan has come. It is
// safe for concurrent use.
type meter struct {
	out   io.Writer // nil if nobody would see it
	width func() int

	mu    sync.Mutex
	shown bool
	total scan.Progress
	known bool // total is known
}

// newMeter returns a meter on out; one that shows nothing if out is no terminal.
func newMeter(out io.Writer) *meter {
	m := &meter{width: func() int { _, width := terminalWidth(out); return width }}
	if terminal, _ := terminalWidth(out); terminal {
		m.out = out
	}
	return m
}

// terminalWidth reports whether out is a terminal, and how many columns it has.
func terminalWidth(out io.Writer) (terminal bool, width int) {
	file, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return false, 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		width = 80
	}
	return true, width
}

func (m *meter) visible() bool { return m.out != nil }

// setTotal says how many files and bytes there are.
func (m *meter) setTotal(files, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total, m.known = scan.Progress{Files: files, Bytes: bytes}, true
}

// update shows how far the scan has come in the given time.
func (m *meter) update(p scan.Progress, elapsed time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.out == nil || elapsed < progressFrom {
		return
	}
	line := []rune(m.line(p, elapsed))
	line = line[:min(len(line), m.width()-1)] // a full line would wrap
	fmt.Fprintf(m.out, "\r%s\x1b[K", string(line))
	m.shown = true
}

// line says it in words, the most important first: a narrow terminal cuts the rest.
func (m *meter) line(p scan.Progress, elapsed time.Duration) string {
	seconds := elapsed.Seconds()
	parts := []string{fmt.Sprintf("%s files", thousands(p.Files)), inBytes(p.Bytes)}
	if m.known {
		parts = []string{
			fmt.Sprintf("%s of %s files", thousands(p.Files), thousands(max(m.total.Files, p.Files))),
			fmt.Sprintf("%s of %s", inBytes(p.Bytes+p.Skipped), inBytes(max(m.total.Bytes, p.Bytes+p.Skipped))),
		}
		if left, ok := m.left(p, elapsed); ok {
			parts = append(parts, left.String()+" left")
		}
	}
	parts = append(parts,
		fmt.Sprintf("%s/s", inBytes(int64(float64(p.Bytes)/seconds))),
		fmt.Sprintf("%s events/s", thousands(int64(float64(p.Events)/seconds))))
	return strings.Join(parts, ", ")
}

// left estimates the time that the rest takes, at the pace so far; false if there is
// nothing to tell it by, as on standard input.
func (m *meter) left(p scan.Progress, elapsed time.Duration) (time.Duration, bool) {
	rest := m.total.Bytes - p.Bytes - p.Skipped
	if rest <= 0 || p.Bytes <= 0 {
		return 0, false
	}
	const longest = 1000 * time.Hour // beyond, it would be a guess
	seconds := elapsed.Seconds() * float64(rest) / float64(p.Bytes)
	if seconds > longest.Seconds() {
		return 0, false
	}
	return time.Duration(seconds+1) * time.Second, true
}

// clear takes the line away.
func (m *meter) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wipe()
}

func (m *meter) wipe() {
	if m.shown {
		io.WriteString(m.out, "\r\x1b[K")
		m.shown = false
	}
}

// aside writes to the terminal that a meter is on, or to another place, with the line of
// the meter out of the way.
type aside struct {
	meter *meter
	out   io.Writer
}

func (a aside) Write(p []byte) (int, error) {
	a.meter.mu.Lock()
	defer a.meter.mu.Unlock()
	a.meter.wipe()
	return a.out.Write(p)
}

// inBytes prints a number of bytes for people; a megabyte is 1,000,000.
func inBytes(n int64) string {
	f := float64(n)
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		if f < 999.5 {
			switch {
			case unit == "B":
				return fmt.Sprintf("%d B", n)
			case f < 9.95:
				return fmt.Sprintf("%.1f %s", f, unit)
			}
			return fmt.Sprintf("%.0f %s", f, unit)
		}
		f /= 1000
	}
	return fmt.Sprintf("%.1f TB", f)
}

// thousands prints n with a comma after every third digit.
func thousands(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
