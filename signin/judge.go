package signin

import (
	"slices"
	"time"
)

// reading goes through the steps of one sign-in, in order of time, and gathers what
// they mean: the state machine of this package.
type reading struct {
	attempt *attempt
	now     time.Time
	settled bool
	verdict verdict

	password   *occurrence            // the last right password
	prompts    map[Factor]*occurrence // the last prompt of each second factor
	prompt     *occurrence            // the last prompt for any second factor
	failures   int                    // wrong second factors
	passedMFA  bool                   // a right one
	wrongFirst bool                   // a wrong password, or another wrong first factor
	refused    bool                   // a failure that says no more
	done       *occurrence            // the step that says signed in
}

// workflowStep reads an event of Identity Center (IAM Identity Center User Guide,
// understanding sign-in events).
func (r *reading) workflowStep(o *occurrence) {
	s := o.step
	switch s.Kind {
	case CredentialChallenge:
		if r.isSecondFactor(s.Factor) {
			r.ask(o)
		}
	case CredentialVerification:
		r.verification(o)
	case UserAuthentication:
		if s.Result != Failure {
			r.done, r.verdict.answered = o, true
		}
	}
}

func (r *reading) verification(o *occurrence) {
	s := o.step
	switch {
	case r.isSecondFactor(s.Factor):
		r.verdict.answered = true
		if s.Result == Failure {
			r.fail(o, r.prompts[s.Factor], s.Factor, certaintyOf(s.Factor))
		}
		r.passedMFA = r.passedMFA || s.Result == Success
	case s.Factor == Password && s.Result == Success:
		r.password = o
	case s.Result == Failure:
		r.wrongFirst = true
	}
}

// consoleStep reads an event of an IAM user, root or a role session (CloudTrail
// User Guide, console sign-in events).
func (r *reading) consoleStep(o *occurrence) {
	s := o.step
	switch {
	case isPrompt(s):
		r.ask(o)
		r.verdict.answered = r.failures > 0
	case s.Kind == ConsoleLogin || s.Kind == DirectoryLogin:
		r.verdict.answered = true
		switch {
		case s.Result == Success:
			r.done = o
			r.passedMFA = s.MFAUsed == Yes
		case secondFactorWrong(s):
			var factor Factor // which device failed is not said; what was asked for may be
			if r.prompt != nil {
				factor = r.prompt.step.Factor
			}
			r.fail(o, r.prompt, factor, Proven)
		case s.Result == Failure && s.Kind == ConsoleLogin && s.MFAUsed == No:
			r.wrongFirst = true
		case s.Result == Failure:
			r.refused = true
		}
	}
}

// secondFactorWrong reports whether a ConsoleLogin failed at MFA. Only IAM users and
// root are asked for it by AWS; role sessions and federated users bring MFA, if any,
// from elsewhere. A record without userIdentity.type is believed.
func secondFactorWrong(s Step) bool {
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

// certaintyOf says how sure it is that a wrong factor was the second one: a
// verification that does not name its factor is one by position only.
func certaintyOf(factor Factor) Certainty {
	if factor == "" {
		return Probable
	}
	return Proven
}

func (r *reading) ask(o *occurrence) {
	if r.prompts == nil {
		r.prompts = make(map[Factor]*occurrence, 1)
	}
	r.prompts[o.step.Factor] = o
	r.prompt = o
	r.verdict.prompt = o.id
}

func (r *reading) fail(o, prompt *occurrence, factor Factor, certainty Certainty) {
	r.failures++
	r.add(r.finding(MFAFailed, o, factor, certainty, r.password, prompt))
}

// openPrompt reports the last prompt if nobody answered it. Identity Center proves
// the right password; CheckMfa only suggests it, for whether it also appears after a
// wrong one is not documented.
func (r *reading) openPrompt() {
	o := r.prompt
	if o == nil || r.verdict.answered || o.step.Time.IsZero() {
		return
	}
	certainty := Probable
	if o.step.Kind == CredentialChallenge {
		if r.password == nil {
			return
		}
		certainty = Proven
	}
	due := dueAt(o)
	if r.now.Before(due) {
		r.verdict.due = due
		if !r.settled {
			return
		}
		certainty = Probable
	}
	r.add(r.finding(MFAAbandoned, o, o.step.Factor, certainty, r.password))
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

// add keeps a finding, unless the sign-in was to a service that only writes the
// same events.
func (r *reading) add(f Finding) {
	if !elsewhere(r.verdict.identity) {
		r.verdict.findings = append(r.verdict.findings, f)
	}
}

func elsewhere(identity Identity) bool {
	return identity == WorkSpaces || identity == TransferFamily
}

// finding describes o, proven by itself and the given events; nil ones are unknown.
func (r *reading) finding(kind FindingKind, o *occurrence, factor Factor, certainty Certainty, proofs ...*occurrence) Finding {
	s := o.step
	if factor == "" {
		factor = UnknownFactor
	}
	return Finding{
		Kind:      kind,
		ID:        o.id,
		EventID:   s.EventID,
		Time:      s.Time,
		Account:   s.Account,
		Region:    s.Region,
		Identity:  r.verdict.identity,
		Subject:   r.verdict.subject,
		SubjectID: r.verdict.id,
		Factor:    factor,
		SourceIP:  s.SourceIP,
		UserAgent: s.UserAgent,
		Workflow:  s.Workflow,
		Certainty: certainty,
		Evidence:  evidence(append(proofs, o)),
		Origin:    s.Origin,
	}
}

// evidence lists the eventIDs of what proves a finding, oldest first, without those
// that have none.
func evidence(proofs []*occurrence) []string {
	proofs = slices.DeleteFunc(proofs, func(o *occurrence) bool { return o == nil || o.step.EventID == "" })
	slices.SortFunc(proofs, compareOccurrences)
	ids := make([]string, 0, len(proofs))
	for _, o := range proofs {
		ids = append(ids, o.step.EventID)
	}
	return slices.Compact(ids)
}

// outcome says how the sign-in stands.
func (r *reading) outcome() Outcome {
	switch {
	case r.done != nil && r.failures > 0:
		return FailedThenSucceeded
	case r.done != nil:
		return r.success()
	case r.failures > 0:
		return FailedAtMFA
	case !r.verdict.due.IsZero() && !r.settled:
		return WaitingAtMFA
	case slices.ContainsFunc(r.verdict.findings, func(f Finding) bool { return f.Kind == MFAAbandoned }):
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
	s := r.done.step
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
