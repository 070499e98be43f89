package signin

import (
	"cmp"
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

func keyOf(s Step) key {
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
func principalOf(s Step) string {
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
// lies between a prompt and its answer. Hence the rule for prompts: a ConsoleLogin,
// whatever its result, answers the prompts directly before it, each at most
// PromptWindow after the one before; an older prompt, followed by another one more
// than PromptWindow later, stays abandoned. The rule looks at two neighbours in time
// and at nothing else, so it does not matter in which order events arrive.
func apart(previous, next Step) bool {
	if !atConsole(previous) {
		return false
	}
	if previous.Kind == ConsoleLogin && previous.Result == Success {
		return true
	}
	answer := isPrompt(previous) && next.Kind == ConsoleLogin
	return next.Time.Sub(previous.Time) > PromptWindow && !answer
}

// atConsole reports whether a step is one of IAM users, root and role sessions,
// which come without a workflow.
func atConsole(s Step) bool { return s.Kind == CheckMfa || s.Kind == ConsoleLogin }

func isPrompt(s Step) bool {
	return s.Kind == CheckMfa && s.Result != Failure
}

// attempt is a sign-in as the Tracker keeps it.
type attempt struct {
	key      key
	steps    []*occurrence // by compareOccurrences; never empty
	dropped  int           // steps that were not kept
	received time.Time     // when the last step was; zero if not known
	verdict  verdict
	findings []Finding     // reported and not withdrawn
	place    *list.Element // in Tracker.recent
	unnamed  person        // where it is in Tracker.unnamed; zero if nowhere
	touched  bool          // in the revision under way
}

// newAttempt returns the sign-in of the given steps and makes it their home.
func newAttempt(k key, steps []*occurrence) *attempt {
	a := &attempt{key: k, steps: steps}
	for _, o := range steps {
		o.home = a
		if o.received.After(a.received) {
			a.received = o.received
		}
	}
	return a
}

func (a *attempt) consistsOf(steps []*occurrence) bool { return slices.Equal(a.steps, steps) }

// expired reports whether nothing more is expected; never if it is not known when
// the steps were received.
func (a *attempt) expired(now time.Time) bool {
	return !a.received.IsZero() && now.Sub(a.received) > Retention
}

// view returns the sign-in for others to read.
func (a *attempt) view() SignIn {
	first, last := a.steps[0].step, a.steps[len(a.steps)-1].step
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
		Findings:  slices.Clone(a.findings),
		Dropped:   a.dropped,
	}
	for _, o := range a.steps {
		s.Steps = append(s.Steps, o.step)
	}
	return s
}

// verdict is what the steps of a sign-in mean at a given time.
type verdict struct {
	findings []Finding
	outcome  Outcome
	identity Identity
	subject  string
	id       string    // of the subject
	prompt   event.ID  // the last prompt for a second factor
	answered bool      // by whatever answer
	due      time.Time // when the prompt will count as abandoned; zero if it cannot
}

// judge decides what the sign-in means at now. Of a sign-in that is settled no more
// is expected: a prompt that waits is decided at once, with less certainty. The
// learned name counts if the steps give none.
func (a *attempt) judge(now time.Time, settled bool, learned string) verdict {
	r := reading{attempt: a, now: now, settled: settled}
	r.identify(learned)
	for _, o := range a.steps {
		if atConsole(o.step) || o.step.Kind == DirectoryLogin {
			r.consoleStep(o)
		} else {
			r.workflowStep(o)
		}
	}
	r.openPrompt()
	r.verdict.outcome = r.outcome()
	return r.verdict
}

// identify says who it is, from all steps: any of them may be the one that names
// the service, the person or the id.
func (r *reading) identify(learned string) {
	v := &r.verdict
	var principal, account string
	for _, o := range r.attempt.steps {
		s := o.step
		if v.identity == "" || elsewhere(s.Identity) {
			v.identity = s.Identity
		}
		account = firstOf(firstOf(s.OwnerAccount, s.Account), account)
		principal = firstOf(s.PrincipalID, principal)
		v.id = firstOf(s.UserID, v.id)
	}
	// In the layout of Identity Center before July 2025 principalId repeats the
	// account and names nobody.
	if v.id == "" && (principal != account || v.identity == Root) {
		v.id = principal
	}
	_, session, _ := strings.Cut(principal, ":")
	switch {
	case v.identity == Root:
		v.subject = "root of " + account
	case v.identity == AssumedRole:
		v.subject = session
	default:
		v.subject = firstOf(r.attempt.naming().name, learned)
	}
}

// person is whom a name can be learned for.
type person struct{ account, userID string }

// naming is a name and how much it is worth: one typed into the page more than a
// userName, a later one more than an earlier one. The order is total, so what is
// learned does not depend on the order of arrival.
type naming struct {
	name  string
	typed bool
	when  time.Time
}

func (n naming) less(other naming) bool {
	return cmp.Or(
		compareBool(n.name != "", other.name != ""),
		compareBool(n.typed, other.typed),
		n.when.Compare(other.when),
		strings.Compare(n.name, other.name),
	) < 0
}

func namingOf(s Step) naming {
	return naming{firstOf(s.TypedName, s.UserName), s.TypedName != "", s.Time}
}

// naming returns the best name that the steps give.
func (a *attempt) naming() naming {
	var best naming
	for _, o := range a.steps {
		if n := namingOf(o.step); best.less(n) {
			best = n
		}
	}
	return best
}

// person returns whom the sign-in is by; the zero person if it does not say.
func (a *attempt) person() person {
	for _, o := range slices.Backward(a.steps) {
		if o.step.UserID != "" {
			return personOf(o.step)
		}
	}
	return person{}
}

func personOf(s Step) person { return person{s.Account, s.UserID} }
