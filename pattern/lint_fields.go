package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// fieldPath returns the names of a selector that goes through properties alone.
func fieldPath(s Selector) (string, bool) {
	var names []string
	for _, step := range s.Steps {
		if step.Kind != Property || strings.Contains(step.Name, ".") {
			return "", false
		}
		names = append(names, step.Name)
	}
	return strings.Join(names, "."), true
}

// fieldAt returns the documented field a selector leads to.
func fieldAt(s Selector) (trailField, bool) {
	path, ok := fieldPath(s)
	f, known := fieldsByPath()[path]
	return f, ok && known
}

// trailMarks are names that hardly any other log uses.
var trailMarks = []string{
	"eventVersion", "eventName", "eventSource", "eventType", "userIdentity", "awsRegion", "sourceIPAddress",
	"recipientAccountId", "managementEvent", "requestParameters", "responseElements", "additionalEventData", "serviceEventDetails",
}

// aboutCloudTrail reports whether conditions name a field by which an event of
// CloudTrail is told from other logs.
func aboutCloudTrail(conditions []*Condition) bool {
	return slices.ContainsFunc(conditions, func(c *Condition) bool {
		first := c.Selector.Steps[0]
		return first.Kind == Property &&
			slices.Contains(trailMarks, first.Name)
	})
}

func (l *linter) alwaysThere(s Selector) bool {
	f, ok := fieldAt(s)
	return ok && f.always
}

// eventNames returns the only values that $.eventName has where n holds, or nil
// if it can have others. It recurses as deep as the parentheses of the pattern.
func eventNames(n Node) []string {
	switch n := n.(type) {
	case *And:
		var fewest []string
		for _, part := range n.Nodes {
			if names := eventNames(part); names != nil && (fewest == nil || len(names) < len(fewest)) {
				fewest = names
			}
		}
		return fewest
	case *Or:
		var all []string
		for _, part := range n.Nodes {
			names := eventNames(part)
			if names == nil {
				return nil
			}
			all = append(all, names...)
		}
		slices.Sort(all)
		return slices.Compact(all)
	case *Condition:
		if path, ok := fieldPath(n.Selector); ok && path == "eventName" && n.exact() {
			return []string{n.Literal.Text}
		}
	}
	return nil
}

// impossibleInCloudTrail reports whether no documented event satisfies the
// condition where it stands, and warns about it.
func (l *linter) impossibleInCloudTrail(c *Condition, in circumstances) bool {
	if !l.trail || c.Field != "" {
		return false
	}
	return l.absentField(c, in) || l.misspelledField(c) || l.wrongKind(c) || l.unknownValue(c)
}

// absentField finds a field that these events do not carry. It is silent when an
// alternative tests the field they do carry: who wrote that accepts both on purpose.
func (l *linter) absentField(c *Condition, in circumstances) bool {
	names := in.names
	path, ok := fieldPath(c.Selector)
	if !ok || len(names) == 0 || c.Op == NotExists {
		return false
	}
	for _, name := range names {
		if !lacks(name, path) {
			return false
		}
	}
	if testsOutcome(in.others, names) {
		return true
	}
	holder := outcomeHolders[names[0]]
	w := l.warn(c.Span, Dead, "field-absent", "%s events carry no %s", listed(names), visible(path))
	if len(names) == 1 {
		w.suggest("their outcome is %s.%s", holder, names[0])
		if strings.HasPrefix(path, "serviceEventDetails.") || strings.HasPrefix(path, "responseElements.") {
			l.replace(w, c.Selector.Span, "$."+holder+"."+names[0])
		}
	}
	return true
}

// testsOutcome reports whether a condition in these parts is about the field in
// which one of the events carries its outcome. It recurses as deep as the
// parentheses of the pattern.
func testsOutcome(parts []Node, names []string) bool {
	return slices.ContainsFunc(parts, func(n Node) bool {
		c, ok := n.(*Condition)
		if !ok {
			return testsOutcome(partsOf(n), names)
		}
		path, _ := fieldPath(c.Selector)
		return slices.ContainsFunc(names, func(name string) bool { return path == outcomeHolders[name]+"."+name })
	})
}

// lacks reports whether an event is documented to lack the field.
func lacks(eventName, path string) bool {
	holder, known := outcomeHolders[eventName]
	top, key, below := strings.Cut(path, ".")
	switch {
	case !known || !below:
		return false // null, and IS NULL may be meant
	case top == "requestParameters":
		return true
	case top != "responseElements" && top != "serviceEventDetails":
		return false
	}
	_, outcome := outcomeHolders[key]
	return top != holder || outcome && key != eventName
}

func listed(names []string) string {
	const enough = 5
	if len(names) > enough {
		return strings.Join(names[:enough], ", ") + ", ..."
	}
	return strings.Join(names, " and ")
}

// misspelledField finds a name that differs from a documented one in case only.
func (l *linter) misspelledField(c *Condition) bool {
	path := ""
	for _, step := range c.Selector.Steps {
		if step.Kind != Property {
			return false
		}
		names := childrenOf(path)
		parent := fieldsByPath()[path]
		if slices.Contains(names, step.Name) {
			path = strings.TrimPrefix(path+"."+step.Name, ".")
			continue
		}
		if path != "" && parent.kind != Object {
			return false
		}
		for _, name := range names {
			// Services choose the names in open objects: there another case may be right.
			if strings.EqualFold(name, step.Name) && !parent.open {
				w := l.warn(step.Span, Dead, "field-case", "names are case sensitive: CloudTrail writes %s", name)
				l.replace(w, step.Span, "."+name)
				w.suggest("write %s", name)
				return c.Op != NotExists
			}
		}
		return false
	}
	return false
}

// wrongKind finds an operator that cannot hold for the kind of value that a
// documented field has.
func (l *linter) wrongKind(c *Condition) bool {
	f, ok := fieldAt(c.Selector)
	comparison := c.Op.TakesLiteral()
	is := c.Op == IsTrue || c.Op == IsFalse
	switch {
	case !ok:
	case (f.kind == Object || f.kind == Array) && (comparison || is):
		w := l.warn(c.Span, Dead, "kind-object", "%s is an %s, and every comparison with a whole %[2]s is false, != included", f.path, f.kind)
		w.suggest("name what is inside, or test with IS NULL or NOT EXISTS")
		return true
	case f.kind == True && comparison:
		w := l.warn(c.Span, Dead, "kind-boolean", "%s is a boolean, which only IS TRUE and IS FALSE can test", f.path)
		if word, ok := constantWords[c.Literal.Text]; ok && word.is != IsNull && !c.Op.Ordering() {
			op := word.is
			if c.Op == NotEqual {
				op = word.not
			}
			w.suggest("write %s", op)
			l.replace(w, c.Span, l.text(c.Selector.Span)+" "+op.String())
		}
		return true
	case f.kind == Text && is:
		text := strings.ToLower(strings.TrimPrefix(c.Op.String(), "IS "))
		w := l.warn(c.Span, Dead, "kind-text", "%s is a text, and IS tests only booleans and null", f.path)
		if slices.Contains(f.values, text) {
			w.suggest("write = %q", text)
			l.replace(w, c.Span, fmt.Sprintf("%s = %q", l.text(c.Selector.Span), text))
		}
		return true
	case f.kind == Text && c.Op.Ordering():
		w := l.warn(c.Span, Dead, "kind-order", "%s is a text, and only numbers have an order", f.path)
		w.suggest("compare with = and *")
		return true
	}
	return false
}

// unknownValue finds a value that a documented field never has.
func (l *linter) unknownValue(c *Condition) bool {
	f, ok := fieldAt(c.Selector)
	if !ok || c.Op != Equal && c.Op != NotEqual || c.Literal.Kind == Regex {
		return false
	}
	values := f.values
	if f.path == "eventName" {
		return l.eventNameCase(c)
	}
	accepted := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !c.Literal.equalsText([]byte(v)) })
	if len(values) == 0 || len(accepted) > 0 {
		l.otherSpelling(c, values, accepted)
		return false
	}
	severity := Risk
	if f.only && c.Op == Equal {
		severity = Dead
	}
	effect := "so this does not match"
	if c.Op == NotEqual {
		effect = "so this excludes nothing"
	}
	w := l.warn(c.Literal.Span, severity, "value-unknown", "%s is documented with %s, not with %s, %s", f.path,
		listed(values), c.Literal.show(), effect)
	if near := nearest(c.Literal.Text, values); near != "" {
		w.Code = "value-spelling"
		if strings.EqualFold(near, c.Literal.Text) {
			w.Code = "value-case"
		}
		w.suggest("write %q", near)
		l.replace(w, c.Literal.Span, Literal{Kind: Quoted, Text: near}.String())
	}
	return severity == Dead
}

func (l *linter) eventNameCase(c *Condition) bool {
	for _, name := range knownEventNames() {
		if text := c.Literal.Text; text == name || !strings.EqualFold(text, name) {
			continue
		}
		w := l.warn(c.Literal.Span, Dead, "value-case", "values are case sensitive: the event is called %s", name)
		w.suggest("write %s", name)
		l.replace(w, c.Literal.Span, Literal{Kind: Quoted, Text: name}.String())
		if c.Op == NotEqual {
			l.warnings[len(l.warnings)-1].Severity = Risk
		}
		return c.Op == Equal
	}
	return false
}

// otherSpelling finds "Yes" where "YES" was seen too.
func (l *linter) otherSpelling(c *Condition, values, accepted []string) {
	for _, other := range values {
		for _, value := range accepted {
			if slices.Contains(accepted, other) || !strings.EqualFold(other, value) {
				continue
			}
			w := l.warn(c.Literal.Span, Risk, "value-spelling", "%s occurs written as %s too, and values are case sensitive",
				value, other)
			if common := commonPrefix(value, other); common != "" {
				w.suggest(`"%s*" accepts both`, common)
				l.replace(w, c.Literal.Span, `"`+common+`*"`)
			}
			return
		}
	}
}

func commonPrefix(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// knownField reports what is odd about a condition on a documented field, or on
// one that is spelled like it, without being impossible.
func (l *linter) knownField(c *Condition) {
	l.envelope(c)
	l.similarField(c)
	f, ok := fieldAt(c.Selector)
	if !ok || !l.trail {
		return
	}
	l.valueForm(c, f)
	if c.Literal.Kind == Number && f.kind == Text && !c.Op.Ordering() && c.Op.TakesLiteral() {
		w := l.warn(c.Literal.Span, Risk, "number-against-text", "%s is a text; AWS does not document how a text compares with a number", f.path)
		w.suggest("put the number in quotes")
		l.replace(w, c.Literal.Span, `"`+c.Literal.Text+`"`)
	}
	names := eventNames(l.pattern.Root)
	isCenter := len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(identityCenterNames, n) })
	switch {
	case isCenter && slices.Contains(hiddenIdentity, f.path) && c.Op != NotExists:
		w := l.warn(c.Span, Risk, "identity-center-name", "sign-in events of IAM Identity Center carry no %s since July 2025", f.path)
		w.suggest("userIdentity.onBehalfOf.userId names the user, additionalEventData.UserName the first event of a sign-in")
	case slices.Equal(names, []string{"UserAuthentication"}) && f.path == "additionalEventData.CredentialType" && c.exact() &&
		slices.Contains([]string{"TOTP", "WEBAUTHN", "RESYNC_TOTP", "SMARTCARD"}, c.Literal.Text):
		w := l.warn(c.Literal.Span, Risk, "combined-factors", "UserAuthentication lists all factors in one text, such as \"PASSWORD,TOTP\"")
		w.suggest("accept text around it")
		l.replace(w, c.Literal.Span, `"*`+c.Literal.Text+`*"`)
	}
}

func (l *linter) valueForm(c *Condition, f trailField) {
	rule, ok := valueForms[f.form]
	text := c.Literal.Text
	if !ok || !c.Op.TakesLiteral() || c.Literal.Kind == Regex || c.Literal.Stars() ||
		f.form == "address" && strings.HasSuffix(text, ".amazonaws.com") ||
		f.form == "address" && strings.HasPrefix(text, "AWS Internal") {
		return
	}
	if regexp.MustCompile(rule.form).MatchString(text) == rule.bad {
		l.warn(c.Literal.Span, Risk, "value-form", "%s is not a usual value of %s", c.Literal.show(), f.path).suggest("%s", rule.advice)
	}
}

// envelope finds a selector that begins in a wrapper around the event.
func (l *linter) envelope(c *Condition) {
	steps := c.Selector.Steps
	if len(steps) < 2 {
		return
	}
	for _, e := range envelopes {
		rest := steps[1:]
		if steps[0].Name != e.property {
			continue
		}
		if rest[0].Kind == Element || rest[0].Kind == AnyElement {
			rest = rest[1:]
		}
		if len(rest) == 0 || rest[0].Kind != Property || !slices.Contains(childrenOf(""), rest[0].Name) {
			continue
		}
		w := l.warn(c.Selector.Span, Risk, "envelope", "%s", e.why)
		w.suggest("begin with $.%s", rest[0].Name)
		l.replace(w, c.Selector.Span, Selector{Steps: rest}.String())
		return
	}
}

// similarField finds names that are nearly those of CloudTrail. In a pattern that
// is about something else they may be right.
func (l *linter) similarField(c *Condition) {
	first := c.Selector.Steps[0]
	top := childrenOf("")
	if first.Kind != Property || slices.Contains(top, first.Name) {
		return
	}
	near := nearest(first.Name, top)
	if near == "" || l.trail && strings.EqualFold(near, first.Name) || !l.trail && !strings.EqualFold(near, first.Name) {
		return // reported as impossible; or too far from it
	}
	w := l.warn(first.Span, Risk, "field-spelling", "CloudTrail events have no %q, but %s", first.Name, near)
	w.suggest("write %s", near)
	l.replace(w, first.Span, "."+near)
}
