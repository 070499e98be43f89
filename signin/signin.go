package signin

import (
	"container/list"
	"slices"
	"strings"
	"time"

	"github.com/trailbell/trailbell/event"
)

const (
	// PromptWindow is how long a prompt for a second factor may stay unanswered
	// before it is reported as abandoned, and how long a console sign-in may pause
	// and still be one. AWS documents no lifetime of its sign-in pages; 20 minutes
	// is also longer than CloudTrail took to deliver an answer in a real account
	// (30,477 records: 99% within 542 s, at most 608 s).
	PromptWindow = 20 * time.Minute

	// AnswerWindow is how long after a CheckMfa a ConsoleLogin with MFAUsed Yes still
	// answers it. How long the page takes a code is not documented. A longer bound
	// would hide abandoned prompts: each ConsoleLogin of a user who has a device has
	// a CheckMfa of its own, so one that comes days later belongs to a prompt that
	// was not delivered.
	AnswerWindow = 24 * time.Hour

	// ReceiptSlack is how long a prompt must have been here, besides, before it is
	// reported: when a trail delivers late, the answer is late as well.
	ReceiptSlack = 10 * time.Minute
)

// SignIn is one attempt to sign in, from the first prompt to its end.
type SignIn struct {
	Account   string
	Region    string
	Identity  Identity
	Subject   string // a name for people; empty if unknown
	SubjectID string // an id that survives renames; empty if unknown
	SourceIP  string // of the first step
	UserAgent string // of the first step
	Workflow  string // AuthWorkflowID; empty for IAM users and root
	Start     time.Time
	End       time.Time // of the last step
	Outcome   Outcome
	Steps     []Step    // in order of time
	Findings  []Finding // in order of time, as they are now
	Dropped   int       // steps that were not kept, see [Limits]
}

// Outcome says in a few words how a sign-in ended, for a timeline.
type Outcome string

// The outcomes.
const (
	Succeeded            Outcome = "succeeded without MFA"
	SucceededWithMFA     Outcome = "succeeded with MFA"
	SucceededEnrolling   Outcome = "succeeded, a device was registered on the way"
	SucceededFederated   Outcome = "succeeded through an external provider"
	SucceededAsRole      Outcome = "succeeded as a role session"
	FailedAtMFA          Outcome = "failed at MFA"
	FailedThenSucceeded  Outcome = "failed at MFA, then succeeded"
	AbandonedAtMFA       Outcome = "abandoned at MFA"
	WaitingAtMFA         Outcome = "waiting at MFA"
	FailedBeforeMFA      Outcome = "failed before MFA"
	StoppedAfterPassword Outcome = "stopped after the right password"
	FailedSignIn         Outcome = "failed"
	Unfinished           Outcome = "unfinished"
)

// key is what the steps of one sign-in have in common: the workflow of Identity
// Center; the account, principal and address of the console; nothing but the event
// itself where the record tells no more.
type key struct {
	account   string
	workflow  string
	principal string
	address   string
	alone     event.ID
}

func keyOf(s *Step) key {
	switch {
	case atConsole(s):
		principal := principalOf(s)
		if principal == "" || s.Time.IsZero() {
			return key{alone: s.ID}
		}
		return key{account: firstOf(s.OwnerAccount, s.Account), principal: principal, address: s.SourceIP}
	case s.Workflow != "" && s.Kind != DirectoryLogin:
		return key{account: s.Account, workflow: strings.ToLower(s.Workflow)}
	default:
		return key{alone: s.ID}
	}
}

// principalOf names the principal of a console event within its account. The user
// name comes first because every such record has it unless it was hidden; names
// are unique whatever their case (IAM User Guide, IAM and STS quotas).
func principalOf(s *Step) string {
	switch {
	case s.Identity == Root:
		return "root"
	case s.Identity == IAMUser && s.UserName != "":
		return "user/" + strings.ToLower(s.UserName)
	case s.PrincipalID != "":
		return "id/" + s.PrincipalID
	default:
		return s.UserName
	}
}

// apart reports whether next begins another sign-in than previous, which is the
// step of the same key before it.
//
// The steps of one workflow are one sign-in. The console gives no such id. There a
// success ends the sign-in, and so does a pause of more than PromptWindow, unless it
// lies between a prompt and its late answer. So a prompt followed by another one more
// than PromptWindow later stays abandoned. The rule looks at two neighbours in time
// and at nothing else, so it does not matter in which order events arrive.
func apart(previous, next *Step) bool {
	switch {
	case !atConsole(previous):
		return false
	case previous.Kind == ConsoleLogin && previous.Result == Success:
		return true
	case next.Time.Sub(previous.Time) <= PromptWindow:
		return false
	default:
		return !isPrompt(previous) || !answers(previous, next)
	}
}

// answers reports whether s, a later step of the console by the same user from the same
// address, answers a prompt. Within PromptWindow every ConsoleLogin does; later only
// one that says it used a second factor, see [AnswerWindow]. One that used it and does
// not say how it ended is no answer: it may have failed.
func answers(prompt, s *Step) bool {
	if s.Kind != ConsoleLogin || s.MFAUsed == Yes && s.Result == "" {
		return false
	}
	pause := s.Time.Sub(prompt.Time)
	return pause <= PromptWindow || s.MFAUsed == Yes && pause <= AnswerWindow
}

// atConsole reports whether a step is one of IAM users, root and role sessions,
// which come without a workflow.
func atConsole(s *Step) bool { return s.Kind == CheckMfa || s.Kind == ConsoleLogin }

func isPrompt(s *Step) bool { return s.Kind == CheckMfa && s.Result != Failure }

// attempt is a sign-in as the Tracker keeps it.
type attempt struct {
	key      key
	steps    []*occurrence // by compareOccurrences; empty once it is no more
	dropped  int           // steps that were not kept
	received time.Time     // when the last step was; zero if not known
	reading  reading       // of steps, and of those dropped since it began
	unread   bool          // reading has to begin anew
	verdict  verdict       // its findings are reported and not withdrawn
	learned  string        // the name entered last that the steps do not give
	renamed  int           // how often that changed
	place    *list.Element // in Tracker.recent
	entered  entered       // where it is in the directory
	touched  bool          // in the revision under way
}

// become makes a the sign-in of the given steps.
func (a *attempt) become(steps []*occurrence) {
	a.steps, a.unread, a.received = steps, true, time.Time{}
	for _, o := range steps {
		a.adopt(o)
	}
}

// insert adds a step; one behind all others needs no new reading.
func (a *attempt) insert(i int, o *occurrence) {
	a.steps = slices.Insert(a.steps, i, o)
	a.adopt(o)
	if i < len(a.steps)-1 {
		a.unread = true
	}
	if !a.unread {
		a.reading.read(o)
	}
}

func (a *attempt) adopt(o *occurrence) {
	o.home = a
	if o.received.After(a.received) {
		a.received = o.received
	}
}

// readAgain reads all steps, unless that was done.
func (a *attempt) readAgain() {
	if !a.unread {
		return
	}
	a.unread = false
	// Findings that stand share their facts with the old reading.
	a.reading = reading{failed: make([]fact, 0, len(a.reading.failed)+1)}
	for _, o := range a.steps {
		a.reading.read(o)
	}
}

func (a *attempt) first() *occurrence { return a.steps[0] }
func (a *attempt) last() *occurrence  { return a.steps[len(a.steps)-1] }

func (a *attempt) consistsOf(steps []*occurrence) bool { return slices.Equal(a.steps, steps) }

// expired reports whether nothing more is expected; never if it is not known when
// the steps were received.
func (a *attempt) expired(now time.Time) bool {
	return !a.received.IsZero() && now.Sub(a.received) > Retention
}

// view returns the sign-in for others to read.
func (a *attempt) view() SignIn {
	first, last := &a.first().step, &a.last().step
	s := SignIn{
		Account:   first.Account,
		Region:    first.Region,
		Identity:  a.verdict.identity,
		Subject:   a.verdict.subject,
		SubjectID: a.verdict.id,
		SourceIP:  first.SourceIP,
		UserAgent: first.UserAgent,
		Workflow:  first.Workflow,
		Start:     first.Time,
		End:       last.Time,
		Outcome:   a.verdict.outcome,
		Findings:  a.verdict.findings(),
		Dropped:   a.dropped,
	}
	for _, o := range a.steps {
		s.Steps = append(s.Steps, o.step)
	}
	return s
}
