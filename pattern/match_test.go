package pattern

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checker returns a closure that states what a pattern says about a message and
// asks the slow evaluator for its opinion as well.
func checker(t *testing.T) func(source, message string, want bool) {
	return func(source, message string, want bool) {
		t.Helper()
		if got := mustParse(t, source).Match([]byte(message)); got != want {
			t.Errorf("Match(%q, %q) = %v, want %v", source, message, got, want)
		}
		agree(t, source, message)
	}
}

func TestHardMessagesGetTheVerdictOfTheSlowEvaluator(t *testing.T) {
	sources := []string{
		`{ $.a = "x" }`, `{ $.a != "x" }`, `{ $.a NOT EXISTS }`, `{ $.* = * }`, `{ $.* != "y" }`, `{ $.a = "\ufffd" }`, "{ $.a = \"\ufffd\" }",
		`{ $.b[0][0] = 0 || $.b[1].c IS NULL }`, `{ $.* NOT EXISTS }`, `{ $.b[*] NOT EXISTS }`, `{ $.a >= 0 || $.a < 0 }`, `{ $[''] = 1 }`,
	}
	for _, source := range sources {
		for _, message := range hardMessages {
			agree(t, source, message)
		}
	}
}

func TestOneNameTwiceMeansTheLastOne(t *testing.T) {
	check := checker(t)
	check(`{ $.a = 1 }`, `{"a":2,"a":1}`, true)
	check(`{ $.a = 2 }`, `{"a":2,"a":1}`, false)
	check(`{ $.a = 2 }`, `{"a":2,"\u0061":1}`, false)
	check(`{ $.a.b = 2 }`, `{"a":{"b":2},"a":{}}`, false)
	check(`{ $.a.b NOT EXISTS }`, `{"a":{"b":2},"a":7}`, true)
	check(`{ $.* = 2 }`, `{"a":2,"a":1}`, false)
	check(`{ $.* = 2 }`, `{"\u0061":2,"a":1}`, false)
	check(`{ $.*.x = 2 }`, `{"a":{"x":2},"a":{"x":3}}`, false)
}

func TestBytesThatAreNotUTF8ReadAsTheReplacementCharacter(t *testing.T) {
	check := checker(t)
	check("{ $.a = \"\ufffd\" }", "{\"a\":\"\xff\"}", true)
	check("{ $.a = \"\ufffd\ufffd\" }", "{\"a\":\"\xe2\x82\"}", true)
	check("{ $.a = \"\ufffd\" }", `{"a":"\udc00"}`, true)
	check("{ $.a = \"\ufffdb\" }", "{\"a\":\"\xc3b\"}", true)
	check("{ $.['\ufffd'] = 1 }", "{\"\xff\":1}", true)
	check("{ $.a = \"b*\" }", "{\"a\":\"b\xff\"}", true)
	check("{ $.a.['\ufffd'] != \"x\" }", "{\"a\":{\"\xff\":1}}", true)
	check("{ $.*.['\ufffd'] = 1 }", "{\"a\":{\"\xff\":1}}", true)
	check("{ $.* = 1 }", "{\"\xfe\":1,\"\xff\":2}", false)
}

func TestEscapesInTheMessageHideNoText(t *testing.T) {
	check := checker(t)
	check(`{ $.a = "text/html" }`, `{"a":"text\/html"}`, true)
	check(`{ $.a = "text/html" }`, `{"a":"text\u002fhtml"}`, true)
	check(`{ $.a = "ConsoleLogin" }`, `{"a":"Console\u004cogin"}`, true)
	check(`{ $.eventName = * }`, `{"event\u004eame":"x"}`, true)
	check(`{ $.a = "say \"x\"" }`, `{"a":"say \"x\""}`, true)
	check(`{ $.a = "C:\\temp" }`, `{"a":"C:\\temp"}`, true)
	check(`{ $.a = "*\\" }`, `{"a":"x\\"}`, true)
	check(`{ $.a = "\u0041" }`, `{"a":"A"}`, false) // the pattern language has no such escape
	check("{ $.a = \"b\tc\" }", `{"a":"b\tc"}`, true)
	check(`{ $.a = "😀" }`, `{"a":"\ud83d\ude00"}`, true)
}

// Source: recorded against TestMetricFilter by a public test suite.
func TestStarsFindTheLeftmostTextAndNeverTryAgain(t *testing.T) {
	check := checker(t)
	check(`{ $.a = "*xyxy" }`, `{"a":"xyxyxy"}`, false)
	check(`{ $.a = "*xyxy*" }`, `{"a":"xyxyxy"}`, true)
	check(`{ $.a = "x*x" }`, `{"a":"xyx"}`, true)
	check(`{ $.a = "x*x" }`, `{"a":"x"}`, false)
	check(`{ $.a = "**" }`, `{"a":""}`, true)
	check(`{ $.a = "a**b" }`, `{"a":"ab"}`, true)
	check(`{ $.a = * }`, `{"a":true}`, false)
	check(`{ $.a = * }`, `{"a":{}}`, false)
}

func TestNumbersCompareByTheirExactValue(t *testing.T) {
	check := checker(t)
	check(`{ $.a = 9007199254740993 }`, `{"a":9007199254740992}`, false)
	check(`{ $.a > 9007199254740992 }`, `{"a":9007199254740993}`, true)
	check(`{ $.a = 0.1 }`, `{"a":1e-1}`, true)
	check(`{ $.a = 0 }`, `{"a":-0.0e9}`, true)
	check(`{ $.a < -1.5 }`, `{"a":-15.1e-1}`, true)
	check(`{ $.a = 404 }`, `{"a":"404"}`, true)
	check(`{ $.a = 404 }`, `{"a":"4.04e2"}`, true)
	check(`{ $.a = 404 }`, `{"a":" 404"}`, false)
	check(`{ $.a >= 400 }`, `{"a":"404"}`, false)
	check(`[a >= 400]`, `404`, true)
	check(`[a != 400]`, `word`, true)
	check(`[a < 400]`, `0x10`, false)

	huge := func(source, message string, want bool) {
		t.Helper()
		if got := mustParse(t, source).Match([]byte(message)); got != want {
			t.Errorf("Match(%q, %q) = %v, want %v", source, message, got, want)
		}
	}
	huge(`{ $.a > 1e99999 }`, `{"a":1e100000}`, true)
	huge(`{ $.a > 1e99999999999999999999 }`, `{"a":1e5}`, false)
	huge(`{ $.a < -1e99999999999999999999 }`, `{"a":-2e99999999999999999999}`, true)
	huge(`{ $.a = 0 }`, `{"a":0e99999999999999999999}`, true)
}

func TestWildcardsHoldForOneValueAndNotEqualForAll(t *testing.T) {
	check := checker(t)
	check(`{ $.a[*] = "x" }`, `{"a":["y","x"]}`, true)
	check(`{ $.a[*] != "x" }`, `{"a":["y","x"]}`, false)
	check(`{ $.a[*] != "x" }`, `{"a":["y"]}`, true)
	check(`{ $.a[*] != "x" }`, `{"a":[]}`, false)
	check(`{ $.a[*] != "x" }`, `{"a":[null,{}]}`, false)
	check(`{ $.a[*] != "x" }`, `{"a":"y"}`, false)
	check(`{ $.a[*] NOT EXISTS }`, `{"a":[]}`, true)
	check(`{ $.a[*].b NOT EXISTS }`, `{"a":[{"c":1}]}`, true)
	check(`{ $.a[*].b[1].c > 1 }`, `{"a":[1,{"b":[0,{"c":2}]}]}`, true)
	check(`{ $.a.* IS NULL }`, `{"a":{"b":1,"c":null}}`, true)
	check(`{ $[*] = 1 }`, `{"0":1}`, false)
}

func TestDeepNestingIsBoundedAndNeedsNoStack(t *testing.T) {
	p := mustParse(t, `{ $.a = 1 }`)
	check := func(depth int, want bool) {
		t.Helper()
		message := `{"a":1,"b":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + "}"
		if got := p.Match([]byte(message)); got != want {
			t.Errorf("depth %d: Match = %v, want %v", depth, got, want)
		}
		if got := slowMatch(p, message); got != want {
			t.Errorf("depth %d: encoding/json disagrees: %v", depth, got)
		}
	}
	check(MaxDepth, true)
	check(MaxDepth+1, false)
	if p.Match([]byte(strings.Repeat(`{"a":`, 5_000_000))) {
		t.Error("five million open objects match")
	}
}

func TestMatchNeedsNoMemory(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector changes what is allocated")
	}
	check := func(source, message string) {
		t.Helper()
		p := mustParse(t, source)
		set := NewSet([]*Pattern{p})
		message2 := []byte(message)
		name := []byte("ConsoleLogin")
		hits := make([]int, 0, 1)
		if n := testing.AllocsPerRun(200, func() { p.Match(message2) }); n != 0 {
			t.Errorf("Match(%q) allocates %v times", source, n)
		}
		if n := testing.AllocsPerRun(200, func() { set.Match(message2, name, nil, hits) }); n != 0 {
			t.Errorf("Set.Match(%q) allocates %v times", source, n)
		}
	}
	login := resolve(t, "@LOGIN_FAIL_MFA", namedTexts(t, "named_messages.json"))
	check(resolve(t, "@SIGNIN1", namedTexts(t, "named_patterns.json")), login)
	check(`{ $.* = "absent" || $.userIdentity.* = %[0-9]{12}% || $.eventTime[*] = 1 }`, login)
	check(`{ $.errorMessage = "*auth*" }`, strings.ReplaceAll(login, "auth", `\u0061uth`))
	check(`ConsoleLogin -Success "Failed authentication"`, login)
	check(`?absent ?%Fail.*auth%`, login)
	check(`[a=x*, ..., b != 7]`, "x y z")
}

func TestMatchIsSafeForConcurrentUse(t *testing.T) {
	rows := slices.DeleteFunc(table(t), func(r row) bool { return r.Invalid != "" })
	var patterns []*Pattern
	for _, r := range rows {
		patterns = append(patterns, mustParse(t, r.Pattern))
	}
	set := NewSet(patterns)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i, r := range rows {
				message := []byte(r.Message)
				if patterns[i].Match(message) != r.Match || patterns[i].Explain(message).Holds != r.Match {
					t.Errorf("%s: another verdict under concurrency", r.ID)
				}
				if hits := set.Match(message, nil, nil, nil); slices.Contains(hits, i) != r.Match {
					t.Errorf("%s: another verdict of the set under concurrency", r.ID)
				}
			}
		})
	}
	group.Wait()
}

func TestASetSaysWhatEachPatternSays(t *testing.T) {
	rows := table(t)
	var patterns []*Pattern
	for _, r := range rows {
		if p, err := Parse(r.Pattern); err == nil {
			patterns = append(patterns, p)
		}
	}
	set := NewSet(patterns)
	for _, r := range rows {
		message := []byte(r.Message)
		want := []int{}
		for i, p := range patterns {
			if p.Match(message) {
				want = append(want, i)
			}
		}
		check := func(name, source []byte) {
			t.Helper()
			if diff := cmp.Diff(want, set.Match(message, name, source, []int{})); diff != "" {
				t.Errorf("%s: eventName %q, eventSource %q (-patterns +set):\n%s", r.ID, name, source, diff)
			}
		}
		name, source := topText(r.Message, "$.eventName"), topText(r.Message, "$.eventSource")
		check(nil, nil)
		check(name, source)
		check(name, nil)
		check(nil, source)
		check([]byte(`Console\u004cogin`), source)
	}
}

func topText(message, selector string) []byte {
	r, _ := ParseReference(selector)
	if v := r.Value(nil, []byte(message)); v.Kind == Text {
		return []byte(v.Text)
	}
	return nil
}

func TestASetTakesTheBestClue(t *testing.T) {
	check := func(source string, want clueRank, texts ...string) {
		t.Helper()
		clues := cluesOf(mustParse(t, source).Root)
		var got []string
		for _, c := range clues {
			if !c.present {
				got = append(got, c.text())
			}
		}
		if rank(clues) != want || !slices.Equal(got, texts) {
			t.Errorf("%s: rank %d, texts %q, want %d, %q", source, rank(clues), got, want, texts)
		}
	}
	check(`{ $.eventName = A }`, byEventName, "A")
	check(`{ $.eventName = A* }`, byValue)
	check(`{ $.eventName != A }`, byPresence)
	check(`{ $.eventName = 5 }`, byValue)
	check(`{ $.eventName = "5" }`, byEventName, "5")
	check(`{ $.x.eventName = A }`, byText, "A")
	check(`{ $.eventName = B || $.eventName = A }`, byEventName, "B", "A")
	check(`{ $.eventName = A || $.x = B }`, byText, "A", "B")
	check(`{ $.eventName = A || $.x = * }`, byValue, "A")
	check(`{ ($.eventName = A || $.x = B) && $.eventSource = s }`, byEventSource, "s")
	check(`{ ($.eventName = A || $.eventName = B) && $.eventName = C }`, byEventName, "C")
	check(`{ $.a[*] = x && $.b NOT EXISTS }`, byValue)
	check(`{ $.a != x && ($.b = y* || $.b = z*) }`, byValue)
	if clues := cluesOf(mustParse(t, `{ $.eventName = A || $.b NOT EXISTS }`).Root); clues != nil {
		t.Errorf("a message without the property may match, but the clues are %v", clues)
	}
}

func TestASetKeepsTheHitsItWasGiven(t *testing.T) {
	set := NewSet([]*Pattern{mustParse(t, `{ $.a = 1 }`), mustParse(t, ``), mustParse(t, `{ $.eventName = N }`)})
	got := set.Match([]byte(`{"a":1,"eventName":"N"}`), []byte("N"), nil, []int{9})
	if diff := cmp.Diff([]int{9, 0, 1, 2}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
