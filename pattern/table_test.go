package pattern

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row is one case of testdata/patterns; the README there explains the fields.
type row struct {
	ID        string            `json:"id"`
	Pattern   string            `json:"pattern"`
	Message   string            `json:"message"`
	Match     bool              `json:"match"`
	Extracted map[string]string `json:"extracted"`
	Invalid   string            `json:"invalid"`
	Source    string            `json:"source"`
	Why       string            `json:"why"`
}

const rowsInTable = 289

const tableDir = "../testdata/patterns"

// table reads all rows with their names resolved.
func table(t testing.TB) []row {
	t.Helper()
	patterns, messages := namedTexts(t, "named_patterns.json"), namedTexts(t, "named_messages.json")
	patterns["X1025"] = strings.Repeat("X", 1025)
	files, err := filepath.Glob(filepath.Join(tableDir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			var r row
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				t.Fatalf("%s: %v in %s", name, err, lines.Bytes())
			}
			r.Pattern = resolve(t, r.Pattern, patterns)
			r.Message = resolve(t, r.Message, messages)
			rows = append(rows, r)
		}
	}
	return rows
}

func namedTexts(t testing.TB, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tableDir, name))
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return texts
}

func resolve(t testing.TB, text string, named map[string]string) string {
	t.Helper()
	name, ok := strings.CutPrefix(text, "@")
	if !ok {
		return text
	}
	if text, ok = named[name]; !ok {
		t.Fatalf("unknown name @%s", name)
	}
	return text
}

func mustParse(t testing.TB, source string) *Pattern {
	t.Helper()
	p, err := Parse(source)
	if err != nil {
		t.Fatalf("Parse(%q): %v", source, err)
	}
	return p
}

func TestEveryRowOfTheTable(t *testing.T) {
	ran := 0
	for _, r := range table(t) {
		ran++
		t.Run(r.ID, func(t *testing.T) {
			if r.Invalid != "" {
				checkRefused(t, r)
				return
			}
			p := mustParse(t, r.Pattern)
			if got := p.Match([]byte(r.Message)); got != r.Match {
				t.Errorf("%s\nMatch(%q, %q) = %v, source %s", r.Why, r.Pattern, r.Message, got, r.Source)
			}
			extracted, ok := p.Extract([]byte(r.Message))
			if ok != r.Match {
				t.Errorf("Extract says %v, Match %v", ok, r.Match)
			}
			if r.Extracted != nil {
				if diff := cmp.Diff(r.Extracted, extracted); diff != "" {
					t.Errorf("%s\nextracted (-want +got):\n%s", r.Why, diff)
				}
			}
		})
	}
	if ran < rowsInTable {
		t.Errorf("only %d of %d rows ran", ran, rowsInTable)
	}
}

// otherTexts are rows for which AWS was seen to answer with its general text
// where our rule names the character. When it does which is unknown.
var otherTexts = []string{"I08"}

func checkRefused(t *testing.T, r row) {
	t.Helper()
	_, err := Parse(r.Pattern)
	var syntax *SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("%s\nParse(%q) = %v, want a *SyntaxError", r.Why, r.Pattern, err)
	}
	if syntax.Offset < 0 || syntax.Offset > len(r.Pattern) || syntax.Message == "" {
		t.Errorf("offset %d, message %q", syntax.Offset, syntax.Message)
	}
	if r.Invalid == "InvalidParameterException" || slices.Contains(otherTexts, r.ID) {
		return // the text is unknown
	}
	// One report gives the text without the characters.
	if syntax.AWS != r.Invalid && !(r.ID == "I06" && strings.HasPrefix(syntax.AWS, r.Invalid)) {
		t.Errorf("%s\nAWS text of %q is %q, want %q (%v)", r.Why, r.Pattern, syntax.AWS, r.Invalid, err)
	}
}
