package main

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCSVCells(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		if got := csvCell(text); got != want {
			t.Errorf("%q becomes %s, want %s", text, got, want)
		}
	}
	check("ana", "ana")
	check("", "")
	check("2026-03-01T08:30:00Z", "2026-03-01T08:30:00Z")
	check("us-east-1", "us-east-1")
	check("a b", `"a b"`)
	check("a,b", `"a,b"`)
	check(`a"b`, `"a""b"`)
	check("a;=1", `"a;=1"`)
	check("=1+1", `"'=1+1"`)
	check("+1", `"'+1"`)
	check("-1", `"'-1"`)
	check("@SUM(A1)", `"'@SUM(A1)"`)
	check("  =1", `"'  =1"`)
	check("\t=1", `"'=1"`)
	check("\r=1", `"'=1"`)
	check("\n=1", `"'=1"`)
	check("\u00a0=1", `"' =1"`)
	check("\u200b=1", `"'=1"`)
	check("\ufeff=1", `"'=1"`)
	check("＝1", `"'＝1"`)
	check("＋1", `"'＋1"`)
	check("－1", `"'－1"`)
	check("＠A1", `"'＠A1"`)
	check("\x1b[31mred", `"[31mred"`)
	check("a\r\nb", "ab")
	check("\u202egnp", "gnp")
	check("Zoë", `"Zoë"`)
	check("a\xffb", "\"a\ufffdb\"")
	check(strings.Repeat("x", maxCell+1), strings.Repeat("x", maxCell))
}

func FuzzCSVCell(f *testing.F) {
	for _, seed := range []string{"", "ana", "=1", "\t＝1", `a","=1`, "a\r\n=1", "\xff\x00", "'=1", "\u3164=1", " \u2003+1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		row, err := csv.NewReader(strings.NewReader("x," + csvCell(text) + ",y\r\n")).Read()
		if err != nil || len(row) != 3 || row[0] != "x" || row[2] != "y" {
			t.Fatalf("%q: row %q, error %v", text, row, err)
		}
		cell := row[1]
		if first, _ := utf8.DecodeRuneInString(strings.TrimFunc(cell, unicode.IsSpace)); strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
			t.Errorf("%q becomes the formula %q", text, cell)
		}
		if i := strings.IndexFunc(cell, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }); i >= 0 {
			t.Errorf("%q leaves %q in the cell", text, cell[i:])
		}
		if !utf8.ValidString(cell) {
			t.Errorf("%q becomes %q, which is no UTF-8", text, cell)
		}
	})
}

// Whatever is in a JSON line stays in it, and nothing in the line is invisible.
func FuzzJSONLine(f *testing.F) {
	for _, seed := range []string{"ana", "\x1b[2J", "\u2028", "\u009b", "\x7f", "\xff", "\U000e0041", "<script>&", `\u001b`, `"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Skip()
		}
		line := appendVisible(nil, encoded)
		var before, after string
		if err := json.Unmarshal(encoded, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(line, &after); err != nil || before != after {
			t.Errorf("%q is %q in the line %s, error %v", before, after, line, err)
		}
		if i := strings.IndexFunc(string(line), func(r rune) bool { return !unicode.IsGraphic(r) }); i >= 0 {
			t.Errorf("%q is printed as %q", text, line)
		}
	})
}

// A pattern of words can match text that is no JSON, and a record may hold what no
// encoder would write.
func FuzzScanJSON(f *testing.F) {
	f.Add([]byte(wrongCode(1, `"ana"`)))
	f.Add([]byte(strings.Replace(wrongCode(1, `"ana"`), `"2026-03-02T08:14:05Z"`, `"9999-12-31T23:59:59-01:00"`, 1)))
	f.Add([]byte(strings.Replace(wrongCode(1, `"ana"`), `"awsRegion":"us-east-1"`, `"awsRegion":us-east-1`, 1)))
	f.Add([]byte(strings.Replace(wrongCode(1, `"ana"`), `Mozilla`, "\xff\x00\x1b\u2028", 1)))
	f.Add([]byte(wrongCode(1, `{"a":[1]}`)))
	f.Fuzz(func(t *testing.T, record []byte) {
		got := trailbell(string(record), "scan", "--json", "--pattern", " ", "--pattern", "{ $.eventName = * }", "-")
		for line := range strings.Lines(got.out) {
			if !json.Valid([]byte(line)) || !utf8.ValidString(line) {
				t.Errorf("no JSON: %q", line)
			}
		}
		for _, form := range []string{"--csv", "--color=never"} {
			got := trailbell(string(record), "scan", form, "--pattern", "{ $.eventName = * }", "-")
			if strings.ContainsFunc(strings.NewReplacer("\r\n", "", "\n", "").Replace(got.out), func(r rune) bool { return !unicode.IsGraphic(r) }) {
				t.Errorf("%s: a control character in %q", form, got.out)
			}
		}
	})
}
