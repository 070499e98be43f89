package pattern

import (
	"fmt"
	"slices"
	"strings"
)

// shortTerm is the length up to which a word is likely to occur inside others.
const shortTerm = 3

// terms reports on a Terms pattern. Terms are substrings of the message, and ?
// terms count only when there are no others. Source: CloudWatch Logs User Guide,
// "Filter pattern syntax for metric filters, subscription filters, filter log
// events, and Live Tail".
func (l *linter) terms(terms []Term) {
	l.silencedOptionals(terms)
	for i, t := range terms {
		if t.Literal.Kind == Regex {
			l.termRegex(t)
			continue
		}
		l.termText(i, terms)
		l.pairs(i, terms)
	}
}

func (l *linter) termRegex(t Term) {
	if !l.regex(t.Literal) && t.Sign == Include {
		l.warnings[len(l.warnings)-1].Severity = Never
	}
}

// silencedOptionals warns once about all ? terms beside others.
func (l *linter) silencedOptionals(terms []Term) {
	var fixed []string
	var silenced []Term
	for _, t := range terms {
		if t.Sign == Optional {
			silenced = append(silenced, t)
		} else {
			fixed = append(fixed, t.String())
		}
	}
	if len(fixed) == 0 || len(silenced) == 0 {
		return
	}
	w := l.warn(silenced[0].Span, Dead, "optional-ignored", "terms with ? count only when there are no others: here %d of them "+
		"decide nothing", len(silenced))
	w.suggest("leave them out, or use only terms with ?")
	l.offer(w, strings.Join(fixed, " "))
}

// operatorWords are terms that their author took for operators.
var operatorWords = []string{"AND", "OR", "NOT"}

func (l *linter) termText(i int, terms []Term) {
	t := terms[i]
	text := t.Literal.Text
	switch {
	case t.Literal.Kind == Bare && t.Sign == Include && i > 0 && slices.Contains(operatorWords, strings.ToUpper(text)):
		l.operatorWord(i, terms)
	case t.Literal.Kind == Bare && len(text) <= shortTerm:
		w := l.warn(t.Span, Risk, "short-term", "terms are found inside words too: %s is part of many", visible(text))
		w.suggest("add what stands around it, blanks for example, in quotes")
		l.replace(w, t.Literal.Span, `" `+text+` "`)
	case strings.Contains(text, "*"):
		w := l.warn(t.Span, Risk, "literal-star", "among terms * is an ordinary character")
		if strings.Trim(text, "*") != "" && !strings.Contains(strings.Trim(text, "*"), "*") {
			w.suggest("leave it out: terms are found anywhere in the message")
			l.replace(w, t.Literal.Span, Literal{Kind: Quoted, Text: strings.Trim(text, "*")}.String())
		}
	case len(text) > 2 && strings.HasPrefix(text, "%") && strings.HasSuffix(text, "%"):
		w := l.warn(t.Span, Risk, "quoted-regex", "in quotes this is text, not a regex")
		w.suggest("leave the quotes out")
		l.replace(w, t.Literal.Span, text)
	default:
		l.quotedPattern(t)
	}
}

func (l *linter) operatorWord(i int, terms []Term) {
	text := terms[i].Literal.Text
	w := l.warn(terms[i].Span, Risk, "operator-word", "there is no operator %s among terms: this looks for the word itself", visible(text))
	var left []string
	or := strings.EqualFold(text, "OR")
	for k, t := range terms {
		if k == i || t.Literal.Kind == Bare && slices.Contains(operatorWords, strings.ToUpper(t.Literal.Text)) {
			continue
		}
		if or {
			t.Sign = Optional
		}
		left = append(left, t.String())
	}
	switch strings.ToUpper(text) {
	case "OR":
		w.suggest("put ? before each alternative")
		l.offer(w, strings.Join(left, " "))
	case "AND":
		w.suggest("leave it out: all terms must occur")
		l.offer(w, strings.Join(left, " "))
	default:
		w.suggest("put - before the term that must not occur")
	}
}

// quotedPattern finds JSON that became text: a whole pattern, or a property as
// a pretty printer writes it.
func (l *linter) quotedPattern(t Term) {
	text := strings.TrimSpace(t.Literal.Text)
	if _, err := Parse(text); err == nil && (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && text != "[]" {
		w := l.warn(t.Span, Risk, "quoted-pattern", "in quotes this is text to look for, not a pattern")
		w.suggest("leave the quotes out")
		if l.pattern.Terms[0].Span == t.Span && len(l.pattern.Terms) == 1 {
			l.offer(w, text)
		}
		return
	}
	for _, colon := range []string{`": `, `" :`} {
		if strings.Contains(text, colon) {
			w := l.warn(t.Span, Risk, "json-blanks", "CloudTrail writes JSON without blanks, so a blank beside the colon is not found")
			w.suggest("leave the blanks out, or use a pattern of the form { $.name = \"value\" }")
			compact := strings.NewReplacer(`": `, `":`, `" :`, `":`).Replace(t.Literal.Text)
			l.replace(w, t.Literal.Span, Literal{Kind: Quoted, Text: compact}.String())
			return
		}
	}
}

// pairs compares term i with the others: a term within another one.
func (l *linter) pairs(i int, terms []Term) {
	t := terms[i]
	for k, other := range terms {
		if k == i || other.Literal.Kind == Regex || !strings.Contains(t.Literal.Text, other.Literal.Text) {
			continue
		}
		same := t.Literal.Text == other.Literal.Text
		switch {
		case t.Sign == Include && other.Sign == Exclude:
			l.warn(t.Span, Never, "contradiction", "%s must occur and %s must not, but the one holds the other",
				t.Literal.show(), other.Literal.show())
			return
		case t.Sign == Optional && other.Sign == Exclude:
			continue // ignored beside the other one, as said
		case t.Sign != other.Sign || same && i < k:
			continue
		case t.Sign == Include && !same:
			l.redundantTerm(k, terms, "it occurs wherever %s does", t.Literal)
			return
		}
		l.redundantTerm(i, terms, "it never occurs without %s", other.Literal)
		return
	}
}

func (l *linter) redundantTerm(i int, terms []Term, format string, because Literal) {
	w := l.warn(terms[i].Span, Dead, "redundant-term", "%s decides nothing: %s", terms[i].Literal.show(),
		fmt.Sprintf(format, because.show()))
	w.suggest("leave it out")
	var left []string
	for k, t := range terms {
		if k != i {
			left = append(left, t.String())
		}
	}
	l.offer(w, strings.Join(left, " "))
}
