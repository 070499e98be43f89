package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbell/trailbell/app/scan"
	"github.com/trailbell/trailbell/event"
	"github.com/trailbell/trailbell/signin"
)

// This file says in plain words what the values of package signin mean.

// factorWords name a factor, and what it is if it is not accepted.
var factorWords = map[signin.Factor]struct{ name, wrong string }{
	signin.Password:    {"password", "wrong password"},
	signin.TOTP:        {"TOTP code", "wrong TOTP code"},
	signin.WebAuthn:    {"security key", "security key refused"},
	signin.ResyncTOTP:  {"two TOTP codes", "wrong TOTP codes"},
	signin.EmailOTP:    {"e-mailed code", "wrong e-mailed code"},
	signin.ExternalIdP: {"external provider", "refused by the external provider"},
	signin.SmartCard:   {"smart card", "smart card refused"},
}

func nameOf(f signin.Factor) string {
	if words, ok := factorWords[f]; ok {
		return words.name
	}
	if f == "" || f == signin.UnknownFactor {
		return "second factor"
	}
	return printable(string(f))
}

func wrongOf(f signin.Factor) string {
	if words, ok := factorWords[f]; ok {
		return words.wrong
	}
	return "wrong " + nameOf(f)
}

// identityWords name those who sign in; where there is none the value itself says it.
var identityWords = map[signin.Identity]string{
	signin.IAMUser:         "IAM user",
	signin.Root:            "root user",
	signin.IdentityCenter:  "Identity Center user",
	signin.SAMLUser:        "SAML user",
	signin.WebIdentityUser: "web identity user",
	signin.UnknownIdentity: "identity unknown",
}

func identityOf(i signin.Identity) string {
	if words, ok := identityWords[i]; ok {
		return words
	}
	return printable(strings.ReplaceAll(string(i), "_", " "))
}

// situationWords say what happened in a step; %s is the factor.
var situationWords = map[signin.Situation]string{
	signin.Asked:             "asked for %s",
	signin.AskedPassword:     "asked for password",
	signin.SecondFactorAsked: "asked for %s",
	signin.FactorRight:       "%s accepted",
	signin.PasswordRight:     "password accepted",
}

// stepRow is a step as it is printed.
type stepRow struct {
	mark string // empty if it is no finding
	what string
}

// The marks of findings.
const (
	wrongAnswer = "✗"
	unanswered  = "?"
)

// row says what happened in s, a step of the sign-in of i.
func (i incident) row(s signin.Step) stepRow {
	factor := s.Factor
	var row stepRow
	for _, f := range i.findings {
		if isAbout(f, s) {
			factor = f.Factor // of a ConsoleLogin only the prompt before names it
			row.mark = map[signin.FindingKind]string{signin.MFAFailed: wrongAnswer, signin.MFAAbandoned: unanswered}[f.Kind]
		}
	}
	switch words, ok := situationWords[s.Situation]; {
	case s.Situation == signin.FactorWrong, s.Situation == signin.SecondFactorWrong:
		row.what = wrongOf(factor)
	case ok && strings.Contains(words, "%s"):
		row.what = fmt.Sprintf(words, nameOf(factor))
	case ok:
		row.what = words
	case s.Situation != "":
		row.what = string(s.Situation)
	default:
		row.what = strings.TrimSpace(printable(s.Name) + " " + string(s.Result))
	}
	if first := i.signIn.Steps[0].SourceIP; s.SourceIP != first {
		row.what += " (from " + printable(s.SourceIP) + ")"
	}
	return row
}

// isAbout reports whether the step is the event that f is about. The ID of a finding is
// that of the original where the record is a correction of it, or a copy for an account.
func isAbout(f signin.Finding, s signin.Step) bool {
	original, _ := event.ParseGUID([]byte(s.OriginalEventID))
	return f.ID == s.ID || f.ID == s.SharedID || f.ID == original
}

// essence says in one sentence who did what.
func (i incident) essence() string {
	f := i.findings[0]
	who := printable(f.Subject)
	switch {
	case f.Identity == signin.Root:
		who = strings.Replace(who, "root", "ROOT", 1)
	case who == "" && f.SubjectID != "":
		who = "somebody (id " + printable(f.SubjectID) + ")"
	case who == "":
		who = "somebody without a name"
	}
	return who + " " + i.what()
}

// what says what went wrong, and whether a success followed.
func (i incident) what() string {
	if i.later {
		return i.wentWrong() + "; then signed in"
	}
	return i.wentWrong()
}

func (i incident) wentWrong() string {
	failures := slices.DeleteFunc(slices.Clone(i.findings), func(f signin.Finding) bool { return f.Kind != signin.MFAFailed })
	if len(failures) == 0 {
		return fmt.Sprintf("left at the MFA prompt (%s)", nameOf(i.findings[0].Factor))
	}
	var wrong []string
	for _, f := range failures {
		if words := wrongOf(f.Factor); !slices.Contains(wrong, words) {
			wrong = append(wrong, words)
		}
	}
	said := "failed at MFA: " + strings.Join(wrong, ", ")
	switch {
	case len(failures) == 2:
		said += ", twice"
	case len(failures) > 2:
		said += fmt.Sprintf(", %s times", thousands(int64(len(failures))))
	}
	return said
}

// circumstances say where, from where, and how certain it is.
func (i incident) circumstances() string {
	f := i.findings[0]
	var parts []string
	if f.Identity == signin.Root {
		parts = append(parts, "root user") // whose name says the account
	} else {
		who := identityOf(f.Identity)
		if f.Account != "" {
			who += " of " + printable(f.Account)
		}
		parts = append(parts, who)
	}
	if f.Region != "" {
		parts = append(parts, printable(f.Region))
	}
	if addresses := i.addresses(); len(addresses) > 0 {
		parts = append(parts, "from "+strings.Join(addresses, " and "))
	}
	return strings.Join(append(parts, string(i.certainty())), ", ")
}

// addresses returns from where the findings came, each once.
func (i incident) addresses() []string {
	var all []string
	for _, f := range i.findings {
		if address := printable(f.SourceIP); address != "" && !slices.Contains(all, address) {
			all = append(all, address)
		}
	}
	return all
}

// certainty is that of the least certain finding.
func (i incident) certainty() signin.Certainty {
	for _, f := range i.findings {
		if f.Certainty != signin.Proven {
			return f.Certainty
		}
	}
	return signin.Proven
}

// guessedFrom is from how many wrong codes on a success looks like a lucky guess: nobody
// mistypes that often.
const guessedFrom = 5

// meaning says what the incident means for the owner, and in which colour. That the
// password was right is certain only where Identity Center says so: whether the console
// asks an IAM user for MFA after a wrong password is not documented.
func (i incident) meaning() (string, tint) {
	if !i.later {
		return i.noSequel(), warning
	}
	next := i.sequel
	here := next.SourceIP != "" && slices.ContainsFunc(i.findings, func(f signin.Finding) bool { return f.SourceIP == next.SourceIP })
	from := "ANOTHER ADDRESS, " + printable(next.SourceIP) + ","
	switch {
	case here:
		from = "the same address"
	case next.SourceIP == "":
		from = "an address that is not known,"
	}
	from += " " + i.when(next.Time)
	const stranger = "Were both the same person? If not, a stranger has the password"
	switch {
	case next.WrongCodes >= guessedFrom:
		return counted(int64(next.WrongCodes), "wrong code") + " and then a success, from " + from + ": the code may have been guessed. " +
			"Unless it was the owner, the password must be changed, and all that was done since be looked at.", alarming
	case !here && next.WithoutMFA:
		return "Signed in from " + from + ", and the second factor was not needed any more. " + stranger + ": it must be changed.", alarming
	case !here:
		return "Signed in from " + from + ". " + stranger + ", or even a code: it must be changed.", alarming
	case next.WithoutMFA:
		return "Warning: the second factor was not needed any more for the sign-in that followed from " + from + ". " +
			"Did the owner take it off, or have the device remembered?", warning
	}
	return "Signed in from " + from + ": most likely the owner.", calming
}

// noSequel says what an incident means that no success followed, as far as that is known.
func (i incident) noSequel() string {
	knows := "probably knows"
	if slices.ContainsFunc(i.signIn.Steps, func(s signin.Step) bool { return s.Situation == signin.PasswordRight }) {
		knows = "knows"
	}
	change := " Whoever this was " + knows + " the password: it must be changed, unless it was the owner."
	within := fmt.Sprintf("within %d hours in these logs", int(scan.SequelWindow.Hours()))
	switch {
	case len(i.signIn.Steps) == 0:
		return "How it ended was not kept." + change
	case i.lost:
		return "No sign-in is known to have followed " + within + ", but not all could be kept in memory." + change
	}
	return "No sign-in followed " + within + "." + change
}

// when says at what time t is, and how long after the last finding before it.
func (i incident) when(t time.Time) string {
	last := i.findings[0].Time
	for _, f := range i.findings {
		if f.Time.After(last) && !f.Time.After(t) {
			last = f.Time
		}
	}
	at := "at " + clock(t) + " UTC"
	if day := t.UTC().Format(time.DateOnly); day != last.UTC().Format(time.DateOnly) {
		at = "on " + day + " " + at
	}
	return at + ", " + later(t.Sub(last))
}

func later(d time.Duration) string {
	switch {
	case d < time.Second:
		return "in the same second"
	case d < 2*time.Minute:
		return counted(int64(d.Seconds()), "second") + " later"
	case d < 2*time.Hour:
		return counted(int64(d.Minutes()), "minute") + " later"
	}
	return counted(int64(d.Hours()), "hour") + " later"
}
