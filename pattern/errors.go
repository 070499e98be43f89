package pattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says why a pattern was refused.
type SyntaxError struct {
	Source  string // the whole pattern
	Offset  int    // where, in bytes from the start of Source
	Message string // what is wrong, in plain words; foreign text is quoted
	AWS     string // the text PutMetricFilter answers with, as far as it is known; "" if not
}

// Error begins with the column, counted in characters from 1.
func (e *SyntaxError) Error() string {
	column := utf8.RuneCountInString(e.Source[:min(e.Offset, len(e.Source))]) + 1
	return fmt.Sprintf("parse filter pattern: column %d: %s", column, e.Message)
}

// The texts AWS was seen to answer with, each together with
// InvalidParameterException and HTTP 400. Nobody has recorded which text comes
// when; the characters are named where characters alone are to blame.
const (
	awsInvalidPattern   = "Invalid metric filter pattern"
	awsInvalidDelimited = "Invalid filter pattern"
	awsInvalidCharacter = "Invalid character(s) in term '%s'"
	awsTooLong          = "1 validation error detected: Value '%s' at 'filterPattern' failed to satisfy " +
		"constraint: Member must have length less than or equal to 1024"
)

// refuse builds an error with the general text of AWS.
func (p *parser) refuse(at int, format string, args ...any) error {
	return &SyntaxError{Source: p.source, Offset: at, Message: fmt.Sprintf(format, args...), AWS: p.aws}
}

// blame builds an error about characters that are not allowed where they stand.
func (p *parser) blame(at int, characters, format string, args ...any) error {
	return &SyntaxError{
		Source: p.source, Offset: at, Message: fmt.Sprintf(format, args...),
		AWS: fmt.Sprintf(awsInvalidCharacter, characters),
	}
}

// unexpected blames the character at the current place, if no pattern could
// have it there, or says what was expected instead.
func (p *parser) unexpected(want string) error {
	rest := p.source[p.at:]
	if rest == "" {
		return p.refuse(p.at, "the pattern ends where %s was expected", want)
	}
	r, size := utf8.DecodeRuneInString(rest)
	if r >= utf8.RuneSelf || !strings.ContainsRune(punctuation, r) && !isWord(byte(r)) {
		return p.blame(p.at, rest[:size], "%q is not allowed here; expected %s", r, want)
	}
	return p.refuse(p.at, "found %q where %s was expected", r, want)
}

// punctuation is what JSON and delimited patterns use outside of quotes besides
// word characters.
const punctuation = " \t\r\n{}[]()$.*-+=!<>&|\"%"
