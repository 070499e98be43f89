package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/term"
)

// paint adds colour for people: only on a terminal, and not if NO_COLOR is set.
type paint struct {
	terminal bool
	color    bool
}

func paintFor(out io.Writer) paint {
	file, ok := out.(*os.File)
	terminal := ok && term.IsTerminal(int(file.Fd()))
	return paint{terminal, terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (p paint) with(code, text string) string {
	if !p.color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p paint) good(text string) string  { return p.with("32", text) }
func (p paint) bad(text string) string   { return p.with("31", text) }
func (p paint) faint(text string) string { return p.with("2", text) }
func (p paint) bold(text string) string  { return p.with("1", text) }

// longestShown is how many bytes of one message or value a terminal shows.
const longestShown = 4000

// foreign makes a message or value ready for a person. On a terminal it is cut.
func (p paint) foreign(text []byte) string {
	if !p.terminal || len(text) <= longestShown {
		return printable(string(text))
	}
	cut := longestShown
	for !utf8.RuneStart(text[cut]) && cut > longestShown-utf8.UTFMax {
		cut--
	}
	return printable(string(text[:cut])) + p.faint(fmt.Sprintf("... (%d bytes)", len(text)))
}

// writeJSON writes a value as one line for programs.
func writeJSON(out io.Writer, value any) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := out.Write(line.Bytes())
	return err
}

// flushed ends the output of a command that came to err. That the output could
// not be written is said once, and in plain words.
func flushed(out *bufio.Writer, err error) error {
	failed := out.Flush()
	if failed == nil {
		return err
	}
	if errors.Is(err, failed) {
		err = nil
	}
	return errors.Join(err, fmt.Errorf("write results: %w", cause(failed)))
}
