package signin

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/trailbell/trailbell/event"
)

// Finding is a fact worth telling. Its JSON form, keys and order included, is the
// line that scan --json prints; it is a contract.
//
// Kind and ID together are its identity, see [Finding.Key]: they never change, and a
// second finding with the same two is the same finding.
type Finding struct {
	Kind      FindingKind `json:"kind"`
	ID        event.ID    `json:"-"`
	EventID   string      `json:"event_id"` // eventID as written; empty if the record has none
	Time      time.Time   `json:"time"`     // eventTime in UTC; zero if the record has none
	Account   string      `json:"account"`
	Region    string      `json:"region"`
	Identity  Identity    `json:"identity"`
	Subject   string      `json:"subject"`    // a name for people; empty if unknown
	SubjectID string      `json:"subject_id"` // an id that survives renames; empty if unknown
	Factor    Factor      `json:"factor"`
	SourceIP  string      `json:"source_ip"`
	UserAgent string      `json:"user_agent"`
	Workflow  string      `json:"workflow"` // AuthWorkflowID; empty for IAM users and root
	Certainty Certainty   `json:"certainty"`
	// Evidence is the eventIDs that prove it, oldest first: the right password,
	// the prompt, the wrong answer, as far as they are known. Never nil.
	Evidence []string `json:"evidence"`
	Origin   string   `json:"origin"` // where the event was read
}

// FindingKind says what was found.
type FindingKind string

// The kinds of finding.
const (
	// MFAFailed is the event that says the second factor was wrong.
	MFAFailed FindingKind = "mfa_failed"
	// MFAAbandoned is the prompt for a second factor that stayed unanswered.
	MFAAbandoned FindingKind = "mfa_abandoned"
)

// Certainty says how sure a finding is.
type Certainty string

// The certainties.
const (
	Proven   Certainty = "proven"   // the events say so
	Probable Certainty = "probable" // the events say so, if AWS behaves as it is thought to
)

// Change says what became of a finding.
type Change struct {
	Kind    ChangeKind
	Finding Finding
	Reason  Reason // why it was withdrawn; empty otherwise
}

// ChangeKind says what became of a finding.
type ChangeKind string

// The changes.
const (
	Reported  ChangeKind = "reported"  // the finding is new
	Amended   ChangeKind = "amended"   // the finding stands and now says more, such as a name
	Withdrawn ChangeKind = "withdrawn" // the finding stands no longer
)

// Reason says why a finding was withdrawn.
type Reason string

// The reasons.
const (
	Answered   Reason = "the prompt was answered"
	AskedAgain Reason = "the same sign-in was asked again later"
	NotAWS     Reason = "the sign-in was to another service than AWS"
	Corrected  Reason = "a later record corrected the event"
)

// FindingKey is the identity of a finding, for maps and stores.
type FindingKey struct {
	Kind FindingKind
	ID   event.ID
}

// Key returns what makes f the finding that it is.
func (f Finding) Key() FindingKey { return FindingKey{f.Kind, f.ID} }

// inOrder orders findings by time; those of one second by ID and kind.
func inOrder(a, b Finding) int {
	return cmp.Or(
		a.Time.Compare(b.Time),
		slices.Compare(a.ID[:], b.ID[:]),
		strings.Compare(string(a.Kind), string(b.Kind)),
	)
}

// Ledger holds the findings that stand, for those who want them all at the end. It
// keeps what a [Tracker] has long forgotten, so it grows with the findings. The zero
// Ledger is empty and ready.
type Ledger struct {
	findings map[FindingKey]Finding
}

// Apply takes in the changes that a Tracker returned, in the order in which it did.
// A change to a finding that the Ledger does not hold has no effect.
func (l *Ledger) Apply(changes []Change) {
	if l.findings == nil {
		l.findings = make(map[FindingKey]Finding)
	}
	for _, c := range changes {
		id := c.Finding.Key()
		_, held := l.findings[id]
		switch {
		case c.Kind == Withdrawn:
			delete(l.findings, id)
		case c.Kind == Reported || held:
			l.findings[id] = c.Finding
		}
	}
}

// Findings returns the findings that stand, in order of time.
func (l *Ledger) Findings() []Finding {
	findings := make([]Finding, 0, len(l.findings))
	for _, f := range l.findings {
		findings = append(findings, f)
	}
	slices.SortFunc(findings, inOrder)
	return findings
}

// Len returns the number of findings that stand.
func (l *Ledger) Len() int { return len(l.findings) }

// Drain returns the findings that stand, in order of time, and forgets them: what is
// said of them afterwards is not applied.
func (l *Ledger) Drain() []Finding {
	findings := l.Findings()
	clear(l.findings)
	return findings
}
