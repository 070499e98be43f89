package pattern

import (
	"strings"
	"testing"
)

// Source: CloudWatch Logs User Guide, "Supported regular expressions (regex)
// syntax".
func TestRegexDialect(t *testing.T) {
	check := func(regex, text string, want bool) {
		t.Helper()
		p := mustParse(t, "%"+regex+"%")
		if got := p.Match([]byte(text)); got != want {
			t.Errorf("%%%s%% on %q = %v, want %v", regex, text, got, want)
		}
	}
	check(`^a{,2}$`, "", true)
	check(`^a{,2}$`, "aaa", false)
	check(`^a{2}$`, "aa", true)
	check(`^a{1,}$`, "", false)
	check(`\$\{x\}\|\\`, `${x}|\`, true)
	check(`[a-c\]^-]+$`, `a]^-`, true)
	check(`[^\d\s]`, "1 2", false)
	check(`\x41\x2a`, "A*", true)
	check(`a}`, "a}", true)
	check(`mug$`, "mug\n", true)
	check(`mug$`, "mug\n\n", false)
	check(`a.b`, "a\nb", false)
	check(`fo|ba$`, "form", true)
	check(`\w`, "é", false)
	check(`:_#=@/;,-`, `:_#=@/;,-`, true)
	check(`a.b`, "aéb", true)
}

func TestRegexOutsideTheDialectIsRefused(t *testing.T) {
	check := func(regex, reason string) {
		t.Helper()
		_, err := Parse("{ $.a = %" + regex + "% }")
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%%%s%%: %v, want %q", regex, err, reason)
		}
	}
	check(`(a)`, `'(' is not allowed`)
	check(`\(a`, `'(' is not allowed`)
	check(`[!]`, `'!' is not allowed`)
	check(`é`, `'é' is not allowed`)
	check("a\tb", `'\t' is not allowed`)
	check(`a+?`, `nothing to repeat`)
	check(`a++`, `nothing to repeat`)
	check(`a{2}{3}`, `nothing to repeat`)
	check(`*a`, `nothing to repeat`)
	check(`^*`, `nothing to repeat`)
	check(`$+`, `nothing to repeat`)
	check(`\b`, `\b is not supported`)
	check(`\1`, `\1 is not supported`)
	check(`\p`, `\p is not supported`)
	check(`\x4`, `two hexadecimal digits`)
	check(`a\`, `\ at the end`)
	check(`[a`, `"[" without "]"`)
	check(`[]`, `without characters`)
	check(`[^]a]`, `without characters`)
	check(`[[a]]`, `must be written \[`)
	check(`[z-a]`, `invalid character class range`)
	check(`a{`, `must begin a repetition`)
	check(`a{,}`, `must begin a repetition`)
	check(`a{x}`, `must begin a repetition`)
	check(`a{3,2}`, `invalid repeat count`)
	check(`a{1001}`, `more than 1000 repetitions`)
	check(`a{600}b{600}`, `more than 1000 repetitions`)
}
