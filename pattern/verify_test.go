package pattern

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// verified runs cases and returns the counts and what was reported.
func verified(t testing.TB, r io.Reader) (passed, failed int, reports []string) {
	t.Helper()
	passed, failed, err := Verify(r, "cases.jsonl", func(f Failure) { reports = append(reports, f.String()) })
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != failed {
		t.Fatalf("%d failed, %d reported", failed, len(reports))
	}
	return passed, failed, reports
}

func TestVerifyJudgesOneCase(t *testing.T) {
	check := func(line, want string) {
		t.Helper()
		passed, _, reports := verified(t, strings.NewReader(line))
		got := strings.TrimPrefix(strings.Join(reports, "\n"), "cases.jsonl:1: ")
		if got != want || (passed == 1) != (want == "") {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
	check(`{"pattern":"ERROR","message":"an ERROR","match":true}`, "")
	check(`{"pattern":"ERROR","message":"fine","match":false}`, "")
	check(`{"pattern":"ERROR","message":"fine","match":true}`, "got no match, want match")
	check(`{"pattern":"ERROR","message":"ERROR","match":false}`, "got match, want no match")
	check(`{"pattern":"ERROR","message":"ERROR","match":true,"extracted":{}}`, "")
	check(`{"pattern":"ERROR","message":"ERROR","match":true,"extracted":null,"id":7,"why":[]}`, "")
	check(`{"pattern":"[a, b]","message":"x y","match":true,"extracted":{"$a":"x","$b":"y"}}`, "")
	check(`{"pattern":"[a, b]","message":"x y","match":true,"extracted":{"$a":"x"}}`, `got extracted {"$b": "y"}, want extracted {}`)
	check(`{"pattern":"[a, b]","message":"x y","match":true,"extracted":{"$a":"z","$b":"y"}}`, `got extracted {"$a": "x"}, want extracted {"$a": "z"}`)
	check(`{"pattern":"[a, b=q]","message":"x y","match":false,"extracted":{"$a":"z"}}`, "")
	check(`{"pattern":"{ $.a = 1 }","message":{"a": 1.0},"match":true}`, "")
	check(`{"pattern":"{ $.a = \"1.0\" }","message":{"a": 1.0},"match":true}`, "") // its own bytes
	check(`{"pattern":"{","error":"InvalidParameterException"}`, "")
	check(`{"pattern":"{","invalid":true}`, "")
	check(`{"pattern":"ERROR","invalid":"x"}`, "got a pattern that is accepted, want an error")
	check(`{"pattern":"ERROR","message":"ERROR","match":true,"error":null,"invalid":""}`, "")
	check(`{"pattern":"ERROR","message":"ERROR","match":true,"Error":"another key"}`, "")
	check(`{"pattern":"(","message":"x","match":false}`,
		`got a pattern that is refused: parse filter pattern: column 1: "(" outside of quotes; only letters, digits and _ may stand there, want no match`)
	check(`{"pattern":"x","match":true}`, "got a line without message, want a case")
	check(`{"message":"x","match":true}`, "got a line without pattern, want a case")
	check(`{"pattern":"x","message":"x"}`, "got a line with neither match nor error, want a case")
	check(`{"pattern":7,"message":"x","match":true}`, "got a malformed line: pattern must be a text, want a case")
	check(`{"pattern":"x","message":7,"match":true}`, "got a malformed line: message must be a text, want a case")
	check(`{"pattern":"x","message":"x","match":"true"}`, "got a malformed line: match must be true or false, want a case")
	check(`{"pattern":"x","message":"x","match":true,"extracted":{"a":1}}`, "got a malformed line: extracted must be an object of texts, want a case")
	check(`[]`, "got a malformed line: a JSON array instead of an object, want a case")
	check(`{"pattern":`, "got a malformed line: no JSON at byte 11, want a case")
	check("\ufeff"+`{"pattern":"","message":"x","match":true}`+"\r\n", "")
}

func TestVerifyTakesPatternsOfTheLibrary(t *testing.T) {
	check := func(line string, want ...string) {
		t.Helper()
		_, _, got := verified(t, strings.NewReader(line))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
	check(`{"pattern":"@root-console-login","message":{"eventName":"Other"},"match":false}`)
	check(`{"pattern":"@mfa-failure","message":"x","match":true}`, `cases.jsonl:1: got no match, want match`)
	check(`{"pattern":"@mfa-failur","message":"x","match":true}`,
		`cases.jsonl:1: got a pattern that is refused: no pattern "mfa-failur" in the library; did you mean mfa-failure?, want match`)
	check(`{"pattern":"@","error":"AWS refuses @ outside of quotes"}`)
}

func TestVerifySkipsBlankLinesAndCommentsAndGoesOn(t *testing.T) {
	passed, failed, reports := verified(t, strings.NewReader("# a comment\n\n  \t\n"+
		`{"pattern":"a","message":"a","match":true}`+"\nnonsense\n"+`{"pattern":"a","message":"b","match":false}`))
	want := []string{"cases.jsonl:5: got a malformed line: no JSON at byte 2, want a case"}
	if diff := cmp.Diff(want, reports); passed != 2 || failed != 1 || diff != "" {
		t.Errorf("%d passed, %d failed (-want +got):\n%s", passed, failed, diff)
	}
}

func TestVerifyPassesOverALineThatIsTooLong(t *testing.T) {
	long := `{"pattern":"x","message":"` + strings.Repeat("x", MaxLine) + `","match":true}`
	passed, failed, reports := verified(t, strings.NewReader(long+"\n"+`{"pattern":"a","message":"a","match":true}`))
	want := []string{"cases.jsonl:1: got a line of more than 8 MiB, want a case"}
	if diff := cmp.Diff(want, reports); passed != 1 || failed != 1 || diff != "" {
		t.Errorf("%d passed, %d failed (-want +got):\n%s", passed, failed, diff)
	}
}

func TestVerifyReadsLinesOfAMegabyte(t *testing.T) {
	line := `{"pattern":"end","message":"` + strings.Repeat("x", 2<<20) + `end","match":true}`
	if passed, failed, reports := verified(t, strings.NewReader(line)); passed != 1 || failed != 0 {
		t.Errorf("%d passed, %d failed: %.200q", passed, failed, reports)
	}
}

func TestVerifyReturnsTheErrorOfTheFile(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(`{"pattern":"a","message":"a","match":true}`+"\n"), iotest.ErrReader(errors.New("disk on fire")))
	passed, failed, err := Verify(broken, "f", nil)
	if passed != 1 || failed != 0 || err == nil || err.Error() != `read "f" after line 1: disk on fire` {
		t.Errorf("%d passed, %d failed, %v", passed, failed, err)
	}
}

func TestVerifyReportsNoControlCharacters(t *testing.T) {
	line, err := json.Marshal(map[string]any{"pattern": "[\x1b, b]", "message": "\x1b[31m x", "match": true, "extracted": map[string]string{"\x07": "\u202e"}})
	if err != nil {
		t.Fatal(err)
	}
	_, _, reports := verified(t, strings.NewReader(string(line)+"\n"+`{"pattern":"[a, b]","message":"\u001b[31m x","match":true,"extracted":{"\u0007":"\u202e"}}`))
	if len(reports) != 2 {
		t.Fatalf("reports: %q", reports)
	}
	for _, report := range reports {
		if report != visible(report) {
			t.Errorf("report %q", report)
		}
	}
}

// Every row of the shared table is a case, and must pass as one.
func TestVerifyAcceptsTheWholeTable(t *testing.T) {
	var cases strings.Builder
	rows := table(t)
	for _, r := range rows {
		fields := map[string]any{"id": r.ID, "pattern": r.Pattern, "source": r.Source, "why": r.Why}
		if r.Invalid != "" {
			fields["invalid"] = r.Invalid
		} else {
			fields["message"], fields["match"], fields["extracted"] = r.Message, r.Match, r.Extracted
		}
		line, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		cases.Write(append(line, '\n'))
	}
	passed, failed, reports := verified(t, strings.NewReader(cases.String()))
	if passed != len(rows) || failed != 0 {
		t.Errorf("%d of %d passed: %q", passed, len(rows), reports)
	}
}

func TestLinesAreWhatTheFileHas(t *testing.T) {
	check := func(in string, want ...string) {
		t.Helper()
		var got []string
		for line, err := range Lines(iotest.OneByteReader(strings.NewReader(in))) {
			if err != nil || line.Number != len(got)+1 {
				t.Fatalf("line %d: %v", line.Number, err)
			}
			got = append(got, string(line.Text))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Lines(%q) (-want +got):\n%s", in, diff)
		}
	}
	check("")
	check("a", "a")
	check("a\n", "a")
	check("a\r\n\nb\r", "a", "", "b")
	check("\ufeffa\n\ufeffb", "a", "\ufeffb")
}

func TestALineOfJustTheGreatestLengthIsRead(t *testing.T) {
	check := func(length int, end string, tooLong bool) {
		t.Helper()
		var got []bool
		for line, err := range Lines(strings.NewReader(strings.Repeat("x", length) + end + "next")) {
			if err != nil || len(line.Text) > MaxLine {
				t.Fatalf("%d bytes, %v", len(line.Text), err)
			}
			got = append(got, line.TooLong)
		}
		if diff := cmp.Diff([]bool{tooLong, false}, got); diff != "" {
			t.Errorf("%d bytes and %q (-want +got):\n%s", length, end, diff)
		}
	}
	check(MaxLine, "\n", false)
	check(MaxLine, "\r\n", false)
	check(MaxLine+1, "\n", true)
	check(3*MaxLine, "\n", true)
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte(`{"pattern":"[a, b]","message":"x y","match":true,"extracted":{"$a":"x","$b":"y"}}`))
	f.Add([]byte("# x\n{\"pattern\":\"{\",\"error\":1}\n\r\n{}\nnull\n[]\n\"\x1b\""))
	f.Add([]byte(`{"pattern":"{ $.a = %x% }","message":{"a":"x"},"match":false,"invalid":false}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		lines := 0
		for _, line := range strings.Split(string(file), "\n") {
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		passed, failed, reports := verified(t, strings.NewReader(string(file)))
		if passed+failed > lines {
			t.Errorf("%d passed and %d failed of %d lines", passed, failed, lines)
		}
		for _, report := range reports {
			if report != visible(report) || !strings.HasPrefix(report, "cases.jsonl:") || !strings.Contains(report, ": got ") {
				t.Errorf("report %q", report)
			}
		}
	})
}
