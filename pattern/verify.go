package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Failure is a case that did not turn out as it should.
type Failure struct {
	File string // as given to Verify
	Line int    // counted from 1
	Got  string
	Want string
}

// String returns "file:line: got ..., want ...". Foreign text in it is escaped
// and cut.
func (f Failure) String() string {
	return fmt.Sprintf("%s:%d: got %s, want %s", visible(f.File), f.Line, f.Got, f.Want)
}

// Verify runs regression cases for patterns, a JSON object a line:
//
//   - pattern, message and match: whether the pattern matches the message, which
//     is a text, or a JSON object that stands for its own text. With a match,
//     extracted may give the values that Extract must return; null and {} assert
//     nothing. pattern may be @NAME, for a pattern of the [Library].
//   - pattern and error, or invalid: the pattern must be refused. Any value but
//     null, false and "" says so.
//
// Other keys are ignored, and so are empty lines and lines that begin with #. A
// line that is no case counts as failed. report, which may be nil, is called for
// each failure in order. The error is that of r alone; what was read before it
// is counted.
func Verify(r io.Reader, file string, report func(Failure)) (passed, failed int, err error) {
	for line, err := range Lines(r) {
		if err != nil {
			return passed, failed, fmt.Errorf("read %q after line %d: %w", file, line.Number-1, err)
		}
		text := bytes.TrimSpace(line.Text)
		if len(text) == 0 || text[0] == '#' {
			continue
		}
		got, want := "", "a case"
		if line.TooLong {
			got = fmt.Sprintf("a line of more than %d MiB", MaxLine>>20)
		} else {
			got, want = verifyLine(text)
		}
		if got == "" {
			passed++
			continue
		}
		failed++
		if report != nil {
			report(Failure{file, line.Number, got, want})
		}
	}
	return passed, failed, nil
}

// verifyLine returns what was found and what was expected; "" for got if they agree.
func verifyLine(text []byte) (got, want string) {
	c, err := readCase(text)
	if err != nil {
		return err.Error(), "a case"
	}
	p, err := parseOrNamed(c.pattern)
	switch {
	case c.refused && err == nil:
		return "a pattern that is accepted", "an error"
	case c.refused:
		return "", ""
	case err != nil:
		return "a pattern that is refused: " + visible(err.Error()), matchWord(c.match)
	}
	values, matched := p.Extract(c.message)
	switch {
	case matched != c.match:
		return matchWord(matched), matchWord(c.match)
	case matched && len(c.extracted) > 0 && !maps.Equal(c.extracted, values):
		return differing(values, c.extracted), differing(c.extracted, values)
	}
	return "", ""
}

// parseOrNamed also reads @NAME. In a pattern of AWS @ stands between quotes
// only, so no pattern is hidden by a name.
func parseOrNamed(text string) (*Pattern, error) {
	name, isName := strings.CutPrefix(text, "@")
	if !isName {
		return Parse(text)
	}
	named, similar, ok := FromLibrary(name)
	switch {
	case ok:
		return named.Parsed(), nil
	case similar != "":
		return nil, fmt.Errorf("no pattern %q in the library; did you mean %s?", name, similar)
	}
	return nil, fmt.Errorf("no pattern %q in the library", name)
}

// verifyCase is one case, complete.
type verifyCase struct {
	pattern   string
	refused   bool // the pattern must be refused; nothing below matters then
	message   []byte
	match     bool
	extracted map[string]string // empty: not asserted
}

// readCase reads a line. Its errors say what it got instead of a case.
func readCase(text []byte) (c verifyCase, err error) {
	// Not into a struct: encoding/json would take "Error" for "error".
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return c, malformed(err)
	}
	if c.pattern, err = requiredText(keys, "pattern"); err != nil {
		return c, err
	}
	if c.refused = says(keys["error"]) || says(keys["invalid"]); c.refused {
		return c, nil
	}
	if err := json.Unmarshal(orNull(keys["extracted"]), &c.extracted); err != nil {
		return c, errors.New("a malformed line: extracted must be an object of texts")
	}
	switch match := string(keys["match"]); match {
	case "true", "false":
		c.match = match == "true"
	case "", "null":
		return c, errors.New("a line with neither match nor error")
	default:
		return c, errors.New("a malformed line: match must be true or false")
	}
	if message := keys["message"]; len(message) > 0 && message[0] == '{' {
		c.message = message
		return c, nil
	}
	message, err := requiredText(keys, "message")
	c.message = []byte(message)
	return c, err
}

func requiredText(keys map[string]json.RawMessage, key string) (string, error) {
	var text *string
	switch err := json.Unmarshal(orNull(keys[key]), &text); {
	case err != nil:
		return "", fmt.Errorf("a malformed line: %s must be a text", key)
	case text == nil:
		return "", fmt.Errorf("a line without %s", key)
	}
	return *text, nil
}

func orNull(value json.RawMessage) json.RawMessage {
	if value == nil {
		return json.RawMessage("null")
	}
	return value
}

// says reports whether the value of error or invalid demands a refusal.
func says(value json.RawMessage) bool {
	return !slices.Contains([]string{"", "null", "false", `""`}, string(value))
}

func matchWord(match bool) string {
	if match {
		return "match"
	}
	return "no match"
}

// differing shows the entries of a that b has otherwise, or not at all.
func differing(a, b map[string]string) string {
	const enough = 5
	var shown []string
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if other, ok := b[key]; ok && other == a[key] {
			continue
		}
		if len(shown) == enough {
			shown = append(shown, "...")
			break
		}
		shown = append(shown, shorten(Text, []byte(key)).show()+": "+shorten(Text, []byte(a[key])).show())
	}
	return "extracted {" + strings.Join(shown, ", ") + "}"
}

// malformed words an error of encoding/json without the names of Go types.
func malformed(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		return fmt.Errorf("a malformed line: a JSON %s instead of an object", kind.Value)
	case errors.As(err, &syntax):
		return fmt.Errorf("a malformed line: no JSON at byte %d", syntax.Offset)
	}
	return fmt.Errorf("a malformed line: %s", visible(err.Error()))
}
