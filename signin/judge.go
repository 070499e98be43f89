package signin

import (
	"slices"
	"strings"
	"time"

	"github.com/trailbell/trailbell/event"
)

// reading is what the steps of one sign-in mean so far: the state machine of this
// package. It reads one step after the other, in order of time, so a sign-in that
// goes on is not read again.
type reading struct {
	identity  Identity
	account   string
	principal string
	person    person   // by the last step that names one
	people    []person // by all steps; hardly ever more than one
	name      naming   // the best that the steps give

	password   *occurrence   // the last right password
	prompts    []*occurrence // the last prompt for each second factor
	prompt     *occurrence   // the last prompt for any second factor
	answered   bool          // that prompt was, or a second factor was before
	unreadable bool          // that prompt may have been: a record does not say how
	failed     []fact        // wrong second factors
	failures   int           // how many; those of dropped steps count on
	passedMFA  bool          // a right one
	wrongFirst bool          // a wrong password, or another wrong first factor
	refused    bool          // a failure that says no more
	done       *occurrence   // the step that says signed in
}

// fact is what makes a finding: the event that it is about and those that prove it.
type fact struct {
	kind      FindingKind
	event     *occurrence
	factor    Factor
	certainty Certainty
	password  *occurrence // nil if not known
	prompt    *occurrence // nil if not known
}

// read takes in the step that comes next.
func (r *reading) read(o *occurrence) {
	s := &o.step
	r.identify(s)
	switch s.Kind {
	case CredentialChallenge:
		if r.isSecondFactor(s.Factor) {
			r.ask(o)
		}
	case CredentialVerification:
		r.verification(o)
	case UserAuthentication:
		if s.Result != Failure {
			r.done, r.answered = o, true
		}
	case CheckMfa:
		if isPrompt(s) {
			r.ask(o)
			r.answered = false // nothing joins it to what was before
		}
	case ConsoleLogin, DirectoryLogin:
		r.login(o)
	}
}

// identify notes who it is: any step may be the one that names the service, the
// person or the id.
func (r *reading) identify(s *Step) {
	if r.identity == "" || elsewhere(s.Identity) {
		r.identity = s.Identity
	}
	r.account = firstOf(firstOf(s.OwnerAccount, s.Account), r.account)
	r.principal = firstOf(s.PrincipalID, r.principal)
	if s.UserID != "" {
		r.person = personOf(s)
		if !slices.Contains(r.people, r.person) {
			r.people = append(r.people, r.person)
		}
	}
	if n := namingOf(s); r.name.less(n) {
		r.name = n
	}
}

// verification reads how a factor was answered (IAM Identity Center User Guide,
// understanding sign-in events). Whoever answered a second factor with a result that
// is not said may have failed, so the prompt stays open.
func (r *reading) verification(o *occurrence) {
	s := &o.step
	second := r.isSecondFactor(s.Factor)
	switch {
	case second && s.Result == "":
		r.unreadable = true
	case second && s.Result == Failure:
		r.fail(o, r.promptFor(s.Factor), s.Factor)
	case second:
		r.answered, r.passedMFA = true, true
	case s.Factor == Password && s.Result == Success:
		r.password = o
	case s.Result == Failure:
		r.wrongFirst = true
	}
}

// login reads how a sign-in of an IAM user, root or a role session ended (CloudTrail
// User Guide, console sign-in events).
func (r *reading) login(o *occurrence) {
	s := &o.step
	if r.prompt != nil && answers(&r.prompt.step, s) {
		r.answered = true
	}
	switch {
	case s.Result == Success:
		r.done = o
		r.passedMFA = s.MFAUsed == Yes
	case secondFactorWrong(s):
		var factor Factor // which device failed is not said; what was asked for may be
		if r.prompt != nil {
			factor = r.prompt.step.Factor
		}
		r.fail(o, r.prompt, factor)
	case s.Result == Failure && s.Kind == ConsoleLogin && s.MFAUsed == No:
		r.wrongFirst = true
	case s.Result == Failure:
		r.refused = true
	}
}

// secondFactorWrong reports whether a ConsoleLogin failed at MFA. Only IAM users and
// root are asked for it by AWS; role sessions and federated users bring MFA, if any,
// from elsewhere. A record without userIdentity.type is believed.
func secondFactorWrong(s *Step) bool {
	asked := s.Identity == IAMUser || s.Identity == Root || s.Identity == UnknownIdentity
	return s.Kind == ConsoleLogin && s.Result == Failure && s.MFAUsed == Yes && asked
}

// isSecondFactor decides by position: what is asked after the right password is the
// second factor. So EMAIL_OTP is one there, and a first factor on its own (IAM
// Identity Center User Guide, one-time password for users created with the API).
// TOTP, WEBAUTHN and RESYNC_TOTP exist as second factors only, so the password may
// have gone unseen; a smart card is a first factor of WorkSpaces.
func (r *reading) isSecondFactor(factor Factor) bool {
	switch factor {
	case TOTP, WebAuthn, ResyncTOTP:
		return true
	case Password, SmartCard, ExternalIdP:
		return false
	default:
		return r.password != nil
	}
}

func (r *reading) ask(o *occurrence) {
	r.prompt, r.unreadable = o, false
	for i, p := range r.prompts {
		if p.step.Factor == o.step.Factor {
			r.prompts[i] = o
			return
		}
	}
	r.prompts = append(r.prompts, o)
}

// promptFor returns the last prompt for a factor; nil if there was none.
func (r *reading) promptFor(factor Factor) *occurrence {
	for _, p := range r.prompts {
		if p.step.Factor == factor {
			return p
		}
	}
	return nil
}

// fail notes a wrong second factor. It is proven unless its result is presumed, or a
// verification does not name its factor and so is of the second one by position only.
func (r *reading) fail(o, prompt *occurrence, factor Factor) {
	certainty := Proven
	if o.step.Presumed || factor == "" && o.step.Kind == CredentialVerification {
		certainty = Probable
	}
	r.failures++
	r.answered = true
	r.failed = append(r.failed, fact{MFAFailed, o, factor, certainty, r.password, prompt})
}

// verdict is what the steps of a sign-in mean at a given time.
type verdict struct {
	who
	failed   []fact // wrong second factors, in order of time
	open     fact   // the abandoned prompt; zero if there is none
	outcome  Outcome
	prompt   event.ID  // the last prompt for a second factor
	answered bool      // by whatever answer, or one was before
	due      time.Time // when the prompt will count as abandoned; zero if it cannot
}

// who is whose sign-in it is, as findings say it.
type who struct {
	identity Identity
	subject  string
	id       string // of the subject
}

// judge decides what the sign-in means at now. Of a sign-in that is settled no more
// is expected: a prompt that waits is decided at once, with less certainty. The
// learned name counts if the steps give none.
func (r *reading) judge(now time.Time, settled bool, learned string) verdict {
	// A sign-in with a wrong answer is not also abandoned.
	v := verdict{who: r.who(learned), answered: r.answered || r.failures > 0}
	if r.prompt != nil {
		v.prompt = r.prompt.id
		if !v.answered {
			v.open, v.due = r.openPrompt(now, settled)
		}
	}
	v.outcome = r.outcome(&v, settled)
	if elsewhere(v.identity) { // a service that only writes the same events
		v.open = fact{}
	} else {
		v.failed = r.failed
	}
	return v
}

func elsewhere(identity Identity) bool {
	return identity == WorkSpaces || identity == TransferFamily
}

// who says whose sign-in it is.
func (r *reading) who(learned string) who {
	w := who{identity: r.identity, id: r.person.userID}
	// In the layout of Identity Center before July 2025 principalId repeats the
	// account and names nobody.
	if w.id == "" && (r.principal != r.account || w.identity == Root) {
		w.id = r.principal
	}
	switch w.identity {
	case Root:
		w.subject = "root of " + r.account
	case AssumedRole:
		_, w.subject, _ = strings.Cut(r.principal, ":")
	default:
		w.subject = firstOf(r.name.name, learned)
	}
	return w
}

// openPrompt reports the last prompt, which nobody answered, or when that will be.
// Identity Center proves the right password; CheckMfa only suggests it, for whether
// it also appears after a wrong one is not documented.
func (r *reading) openPrompt(now time.Time, settled bool) (open fact, due time.Time) {
	o := r.prompt
	atCenter := o.step.Kind == CredentialChallenge
	if o.step.Time.IsZero() || atCenter && r.password == nil {
		return fact{}, time.Time{}
	}
	certainty := Probable
	if atCenter && !r.unreadable {
		certainty = Proven
	}
	if at := dueAt(o); now.Before(at) {
		due = at
		if !settled {
			return fact{}, due
		}
		certainty = Probable
	}
	return fact{MFAAbandoned, o, o.step.Factor, certainty, r.password, nil}, due
}

// dueAt is when an unanswered prompt counts as abandoned: see [PromptWindow] and
// [ReceiptSlack].
func dueAt(prompt *occurrence) time.Time {
	due := prompt.step.Time.Add(PromptWindow)
	if prompt.received.IsZero() {
		return due
	}
	if settled := prompt.received.Add(ReceiptSlack); settled.After(due) {
		return settled
	}
	return due
}

// finding tells the fact of the sign-in of w.
func (f fact) finding(w who) Finding {
	s := &f.event.step
	factor := f.factor
	if factor == "" {
		factor = UnknownFactor
	}
	return Finding{
		Kind:      f.kind,
		ID:        f.event.id,
		EventID:   s.EventID,
		Time:      s.Time,
		Account:   s.Account,
		Region:    s.Region,
		Identity:  w.identity,
		Subject:   w.subject,
		SubjectID: w.id,
		Factor:    factor,
		SourceIP:  s.SourceIP,
		UserAgent: s.UserAgent,
		Workflow:  s.Workflow,
		Certainty: f.certainty,
		Evidence:  f.evidence(),
		Origin:    s.Origin,
	}
}

// evidence lists the eventIDs of what proves a finding, oldest first, without those
// that have none. The order of reading is that of time.
func (f fact) evidence() []string {
	proofs := make([]*occurrence, 0, 3)
	for _, o := range []*occurrence{f.password, f.prompt, f.event} {
		if o != nil && o.step.EventID != "" {
			proofs = append(proofs, o)
		}
	}
	slices.SortFunc(proofs, compareOccurrences)
	ids := make([]string, 0, len(proofs))
	for _, o := range proofs {
		ids = append(ids, o.step.EventID)
	}
	return slices.Compact(ids)
}

// findings returns the findings of a verdict, in order of time.
func (v *verdict) findings() []Finding {
	var all []Finding
	for _, f := range v.failed {
		all = append(all, f.finding(v.who))
	}
	if v.open.event != nil {
		all = append(all, v.open.finding(v.who))
	}
	return all
}

// outcome says how the sign-in stands.
func (r *reading) outcome(v *verdict, settled bool) Outcome {
	switch {
	case r.done != nil && r.failures > 0:
		return FailedThenSucceeded
	case r.done != nil:
		return r.success()
	case r.failures > 0:
		return FailedAtMFA
	case !v.due.IsZero() && !settled:
		return WaitingAtMFA
	case v.open.event != nil && !elsewhere(v.identity):
		return AbandonedAtMFA
	case r.password != nil && r.prompt == nil:
		return StoppedAfterPassword
	case r.wrongFirst:
		return FailedBeforeMFA
	case r.refused:
		return FailedSignIn
	default:
		return Unfinished
	}
}

func (r *reading) success() Outcome {
	s := &r.done.step
	switch {
	case s.Enrolled:
		return SucceededEnrolling
	case s.Factor == ExternalIdP, s.Kind == DirectoryLogin:
		return SucceededFederated
	case r.passedMFA, s.Kind == UserAuthentication && len(s.Factors()) > 1:
		return SucceededWithMFA
	case s.Identity == AssumedRole:
		return SucceededAsRole
	default:
		return Succeeded
	}
}
