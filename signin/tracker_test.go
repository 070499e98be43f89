package signin

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trailbell/trailbell/event"
)

// told is what a test wants of one finding.
type told struct {
	kind      FindingKind
	event     int
	factor    Factor
	certainty Certainty
	evidence  []int
}

// signInCheck checks the outcome and the findings of records that are one sign-in.
func signInCheck(t *testing.T) func(name string, outcome Outcome, want []told, records ...fields) {
	return func(name string, outcome Outcome, want []told, records ...fields) {
		t.Helper()
		findings, signIns := run(t, records...)
		var got []told
		for _, f := range findings {
			got = append(got, summary(t, f))
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(told{})); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", name, diff)
		}
		if len(signIns) != 1 {
			t.Errorf("%s: %d sign-ins, want 1", name, len(signIns))
		} else if signIns[0].Outcome != outcome {
			t.Errorf("%s: outcome %q, want %q", name, signIns[0].Outcome, outcome)
		}
	}
}

func TestWhatASignInMeansByItsSteps(t *testing.T) {
	check := signInCheck(t)

	// Identity Center: the state machine, row by row (IAM Identity Center User
	// Guide, CloudTrail events in the sign-in flows).
	password := []fields{challenge(Password, 1, 0), verified(Password, 2, 10)}
	after := func(more ...fields) []fields { return append(password[:2:2], more...) }

	check("password asked", Unfinished, nil, challenge(Password, 1, 0))
	check("password wrong", FailedBeforeMFA, nil, challenge(Password, 1, 0), refused(Password, 2, 9))
	check("password wrong, asked again", FailedBeforeMFA, nil,
		challenge(Password, 1, 0), refused(Password, 2, 9), challenge(Password, 3, 9))
	check("no MFA", Succeeded, nil, after(authenticated(Password, 3, 10))...)
	check("a device enrolled", SucceededEnrolling, nil, after(authenticated(Password, 3, 60).with(fields{
		"additionalEventData": fields{"DeviceEnrollmentRequired": "true"},
	}))...)
	check("left at the enrolment page", StoppedAfterPassword, nil, password...)
	check("with MFA", SucceededWithMFA, nil,
		after(challenge(TOTP, 3, 10), verified(TOTP, 4, 20), authenticated("PASSWORD,TOTP", 5, 20))...)
	check("an external provider", SucceededFederated, nil, authenticated(ExternalIdP, 1, 0))
	check("a mailed code alone", Succeeded, nil,
		challenge(EmailOTP, 1, 0), verified(EmailOTP, 2, 30), authenticated(EmailOTP, 3, 30))
	check("a mailed code alone is wrong: a first factor", FailedBeforeMFA, nil,
		challenge(EmailOTP, 1, 0), refused(EmailOTP, 2, 30))
	check("a mailed code alone is left unanswered", Unfinished, nil, challenge(EmailOTP, 1, 0))

	for _, factor := range []Factor{TOTP, WebAuthn, ResyncTOTP, EmailOTP, "PUSH"} {
		check("wrong "+string(factor), FailedAtMFA,
			[]told{{MFAFailed, 4, factor, Proven, []int{2, 3, 4}}},
			after(challenge(factor, 3, 10), refused(factor, 4, 20))...)
		check("abandoned "+string(factor), AbandonedAtMFA,
			[]told{{MFAAbandoned, 3, factor, Proven, []int{2, 3}}},
			after(challenge(factor, 3, 10))...)
	}
	check("three wrong codes are three failures", FailedAtMFA,
		[]told{
			{MFAFailed, 4, TOTP, Proven, []int{2, 3, 4}},
			{MFAFailed, 6, TOTP, Proven, []int{2, 5, 6}},
			{MFAFailed, 8, ResyncTOTP, Proven, []int{2, 7, 8}},
		},
		after(challenge(TOTP, 3, 10), refused(TOTP, 4, 20), challenge(TOTP, 5, 20), refused(TOTP, 6, 30),
			challenge(ResyncTOTP, 7, 40), refused(ResyncTOTP, 8, 90))...)
	check("a wrong answer is not abandoned as well", FailedAtMFA,
		[]told{{MFAFailed, 4, TOTP, Proven, []int{2, 3, 4}}},
		after(challenge(TOTP, 3, 10), refused(TOTP, 4, 20), challenge(TOTP, 5, 20))...)
	check("failed, then succeeded", FailedThenSucceeded,
		[]told{{MFAFailed, 4, TOTP, Proven, []int{2, 3, 4}}},
		after(challenge(TOTP, 3, 10), refused(TOTP, 4, 20), challenge(TOTP, 5, 20), verified(TOTP, 6, 30),
			authenticated("PASSWORD,TOTP", 7, 30))...)
	check("the page reloaded: the last prompt is the abandoned one", AbandonedAtMFA,
		[]told{{MFAAbandoned, 5, WebAuthn, Proven, []int{2, 5}}},
		after(challenge(TOTP, 3, 10), challenge(TOTP, 4, 40), challenge(WebAuthn, 5, 60))...)
	check("a right second factor without an end", Unfinished, nil, after(challenge(TOTP, 3, 10), verified(TOTP, 4, 20))...)
	check("the password was not seen", FailedAtMFA,
		[]told{{MFAFailed, 2, TOTP, Proven, []int{1, 2}}}, challenge(TOTP, 1, 0), refused(TOTP, 2, 9))
	check("an unanswered prompt proves nothing without the password", Unfinished, nil, challenge(TOTP, 1, 0))
	check("a factor that is not named is a second one by position", FailedAtMFA,
		[]told{{MFAFailed, 3, UnknownFactor, Probable, []int{2, 3}}}, after(refused("", 3, 20))...)

	// IAM users and root (CloudTrail User Guide, console sign-in events).
	check("right at once", Succeeded, nil, consoleLogin("Success", "No", 1, 0))
	check("wrong password", FailedBeforeMFA, nil, consoleLogin("Failure", "No", 1, 0))
	check("wrong code", FailedAtMFA, []told{{MFAFailed, 2, TOTP, Proven, []int{1, 2}}},
		checkMfa("Virtual MFA", 1, 0), consoleLogin("Failure", "Yes", 2, 14))
	check("wrong key", FailedAtMFA, []told{{MFAFailed, 2, WebAuthn, Proven, []int{1, 2}}},
		checkMfa("U2F MFA", 1, 0), consoleLogin("Failure", "Yes", 2, 14))
	check("one of several devices", FailedAtMFA, []told{{MFAFailed, 2, UnknownFactor, Proven, []int{1, 2}}},
		checkMfa("Multiple MFA Devices", 1, 0), consoleLogin("Failure", "Yes", 2, 14))
	check("the prompt was not seen", FailedAtMFA, []told{{MFAFailed, 1, UnknownFactor, Proven, []int{1}}},
		consoleLogin("Failure", " YES ", 1, 0))
	check("root", FailedAtMFA, []told{{MFAFailed, 1, UnknownFactor, Proven, []int{1}}},
		consoleLogin("FAILURE", "YES", 1, 0).with(fields{"userIdentity": nil}, rootUser))
	check("with MFA", SucceededWithMFA, nil, checkMfa("Virtual MFA", 1, 0), consoleLogin("Success", "Yes", 2, 14))
	check("prompt left", AbandonedAtMFA, []told{{MFAAbandoned, 1, TOTP, Probable, []int{1}}}, checkMfa("Virtual MFA", 1, 0))
	check("prompts reloaded", AbandonedAtMFA, []told{{MFAAbandoned, 2, TOTP, Probable, []int{2}}},
		checkMfa("Virtual MFA", 1, 0), checkMfa("Virtual MFA", 2, 600))
	check("failed, then left", FailedAtMFA, []told{{MFAFailed, 2, TOTP, Proven, []int{1, 2}}},
		checkMfa("Virtual MFA", 1, 0), consoleLogin("Failure", "Yes", 2, 14), checkMfa("Virtual MFA", 3, 20))
	check("wrong password, then left at the prompt", AbandonedAtMFA, []told{{MFAAbandoned, 2, TOTP, Probable, []int{2}}},
		consoleLogin("Failure", "No", 1, 0), checkMfa("Virtual MFA", 2, 14))
	check("failed, then succeeded", FailedThenSucceeded, []told{{MFAFailed, 2, TOTP, Proven, []int{1, 2}}},
		checkMfa("Virtual MFA", 1, 0), consoleLogin("Failure", "Yes", 2, 14), consoleLogin("Success", "Yes", 3, 40))
	check("answered after the window", SucceededWithMFA, nil,
		checkMfa("Virtual MFA", 1, 0), consoleLogin("Success", "Yes", 2, 3000))
	check("a role session never failed at MFA of AWS", FailedSignIn, nil,
		consoleLogin("Failure", "Yes", 1, 0).with(fields{"userIdentity": fields{"type": "AssumedRole"}}))
	check("a role session", SucceededAsRole, nil,
		consoleLogin("Success", "No", 1, 0).with(fields{"userIdentity": fields{"type": "AssumedRole"}}))
	check("the legacy directory", FailedSignIn, nil, signinEvent("ExternalIdPDirectoryLogin", 1, 0).with(rootUser,
		fields{"responseElements": fields{"ExternalIdPDirectoryLogin": "Failure"}}))
}

func TestAResultThatCannotBeReadIsNoAnswerAndAnErrorIsAFailure(t *testing.T) {
	check := signInCheck(t)
	password := []fields{challenge(Password, 1, 0), verified(Password, 2, 10)}
	after := func(more ...fields) []fields { return append(password[:2:2], more...) }

	unsaid := func(n, second int) fields { return refused(TOTP, n, second).with(fields{"serviceEventDetails": nil}) }
	odd := refused(TOTP, 4, 20).with(fields{"serviceEventDetails": fields{"CredentialVerification": "Failed"}})
	check("a result in other words is presumed to be a failure", FailedAtMFA,
		[]told{{MFAFailed, 4, TOTP, Probable, []int{2, 3, 4}}}, after(challenge(TOTP, 3, 10), odd)...)
	check("an error in place of the result, too", FailedAtMFA,
		[]told{{MFAFailed, 4, TOTP, Probable, []int{2, 3, 4}}},
		after(challenge(TOTP, 3, 10), unsaid(4, 20).with(fields{"errorCode": "InternalFailure"}))...)
	check("a result that is not said is no answer", AbandonedAtMFA,
		[]told{{MFAAbandoned, 3, TOTP, Probable, []int{2, 3}}}, after(challenge(TOTP, 3, 10), unsaid(4, 20))...)
	check("nor to a prompt after it", AbandonedAtMFA,
		[]told{{MFAAbandoned, 5, TOTP, Proven, []int{2, 5}}},
		after(challenge(TOTP, 3, 10), unsaid(4, 20), challenge(TOTP, 5, 20))...)
	check("the end answers all the same", SucceededWithMFA, nil,
		after(challenge(TOTP, 3, 10), unsaid(4, 20), authenticated("PASSWORD,TOTP", 5, 20))...)
	check("an end that did not succeed is none", AbandonedAtMFA,
		[]told{{MFAAbandoned, 3, TOTP, Proven, []int{2, 3}}},
		after(challenge(TOTP, 3, 10), authenticated("PASSWORD,TOTP", 4, 20).with(fields{
			"serviceEventDetails": fields{"UserAuthentication": "Error"},
		}))...)

	unsaidLogin := consoleLogin("Failure", "Yes", 2, 14).with(fields{"responseElements": nil})
	check("the message alone says that the code was wrong", FailedAtMFA,
		[]told{{MFAFailed, 2, TOTP, Proven, []int{1, 2}}}, checkMfa("Virtual MFA", 1, 0), unsaidLogin)
	check("another message alone lets it be presumed", FailedAtMFA,
		[]told{{MFAFailed, 2, TOTP, Probable, []int{1, 2}}},
		checkMfa("Virtual MFA", 1, 0), unsaidLogin.with(fields{"errorMessage": "something new"}))
	check("so does a result in other words", FailedAtMFA, []told{{MFAFailed, 2, TOTP, Probable, []int{1, 2}}},
		checkMfa("Virtual MFA", 1, 0), consoleLogin("Failed", "Yes", 2, 14))
	check("no result and no message", AbandonedAtMFA, []told{{MFAAbandoned, 1, TOTP, Probable, []int{1}}},
		checkMfa("Virtual MFA", 1, 0), unsaidLogin.with(fields{"errorMessage": nil}))
}

func summary(t testing.TB, f Finding) told {
	t.Helper()
	number := func(id string) int {
		for n := range 100 {
			if guidOf(n) == id {
				return n
			}
		}
		t.Fatalf("eventID %q is none of the test's", id)
		return 0
	}
	got := told{f.Kind, number(f.EventID), f.Factor, f.Certainty, nil}
	for _, id := range f.Evidence {
		got.evidence = append(got.evidence, number(id))
	}
	return got
}

func TestPromptsAreAnsweredByTheNextConsoleLoginOnly(t *testing.T) {
	check := func(name string, want []int, records ...fields) {
		t.Helper()
		for _, order := range [][]fields{records, reversed(records)} {
			findings, _ := run(t, order...)
			var got []int
			for _, f := range findings {
				if f.Kind == MFAAbandoned {
					got = append(got, summary(t, f).event)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: abandoned (-want +got):\n%s", name, diff)
			}
		}
	}
	const window = int(PromptWindow / time.Second)
	login := func(n, second int) fields { return consoleLogin("Success", "Yes", n, second) }
	prompt := func(n, second int) fields { return checkMfa("Virtual MFA", n, second) }
	elsewhere := fields{"sourceIPAddress": "198.51.100.9"}

	check("a prompt a window before the next belongs to it", nil, prompt(1, 0), prompt(2, window), login(3, window+5))
	check("an older one stays abandoned", []int{1}, prompt(1, 0), prompt(2, window+1), login(3, window+5))
	check("both", []int{1, 2}, prompt(1, 0), prompt(2, window+1))
	wrongPassword := func(n, second int) fields { return consoleLogin("Failure", "No", n, second) }
	const day = int(AnswerWindow / time.Second)
	check("within the window any login answers", nil, prompt(1, 0), wrongPassword(2, window))
	check("later a wrong password does not", []int{1}, prompt(1, 0), wrongPassword(2, window+1))
	check("nor does a success without MFA", []int{1}, prompt(1, 0), consoleLogin("Success", "No", 2, window+1))
	check("nor one that does not say", []int{1}, prompt(1, 0),
		login(2, window+1).with(fields{"additionalEventData": fields{"MFAUsed": nil}}))
	check("a late wrong code does", nil, prompt(1, 0), consoleLogin("Failure", "Yes", 2, window+1))
	check("a day later", nil, prompt(1, 0), login(2, day))
	check("more than a day later", []int{1}, prompt(1, 0), login(2, day+1))
	check("days later a wrong code", []int{1}, prompt(1, 0), consoleLogin("Failure", "Yes", 2, 200_000))
	unclear := login(2, 900).with(fields{"responseElements": nil})
	check("MFA with a result that is not said", []int{1}, prompt(1, 0), unclear)
	check("and then a wrong password, late", []int{1}, prompt(1, 0), unclear, wrongPassword(3, window+1))
	check("and then an answer, late", nil, prompt(1, 0), unclear, login(3, 900+window))
	check("a prompt after the success is another sign-in", []int{3}, prompt(1, 0), login(2, 9), prompt(3, 60))
	check("after a failure and a success too", []int{4}, prompt(1, 0), consoleLogin("Failure", "Yes", 2, 9), login(3, 20), prompt(4, 60))
	check("a second login answers nothing", []int{1}, prompt(1, 0), prompt(2, 3000), login(3, 3009), login(4, 3020))
	check("another address", []int{1}, prompt(1, 0), login(2, 9).with(elsewhere))
	check("another user", []int{1}, prompt(1, 0), login(2, 9).with(fields{"userIdentity": fields{"userName": "bob"}}))
	check("names do not depend on case", nil, prompt(1, 0), login(2, 9).with(fields{"userIdentity": fields{"userName": "Anaya"}}))
	check("another account", []int{1}, prompt(1, 0),
		login(2, 9).with(fields{"recipientAccountId": "444455556666", "userIdentity": fields{"accountId": "444455556666"}}))
	check("in the same second the prompt came first", nil, login(1, 0), prompt(2, 0))
	check("a login before it does not count", []int{2}, login(1, 0), prompt(2, 1))

	// A correction says that the wrong password came from elsewhere: what was two
	// sign-ins is one.
	wrong := consoleLogin("Failure", "No", 2, 60)
	check("answered by the login after the next", nil, prompt(1, 0), wrong, login(3, 3000),
		wrong.with(elsewhere, fields{"eventID": guidOf(4), "addendum": fields{"reason": "UPDATED_DATA", "originalEventID": guidOf(2)}}))
}

func reversed(records []fields) []fields {
	var out []fields
	for i := range records {
		out = append(out, records[len(records)-1-i])
	}
	return out
}

func TestAPromptIsAbandonedAfterTwentyMinutesAndNotBefore(t *testing.T) {
	records := []fields{challenge(Password, 1, 0), verified(Password, 2, 10), challenge(TOTP, 3, 10)}
	asked := start.Add(10 * time.Second)
	if got, signIns := runUntil(t, asked.Add(PromptWindow-time.Nanosecond), records...); len(got) != 0 || signIns[0].Outcome != WaitingAtMFA {
		t.Errorf("a moment early: %d findings, outcome %q", len(got), signIns[0].Outcome)
	}
	if got, _ := runUntil(t, asked.Add(PromptWindow), records...); len(got) != 1 {
		t.Errorf("in time: %d findings, want 1", len(got))
	}
}

func TestALatePromptIsReportedOnlyAfterItsAnswerHadTimeToArrive(t *testing.T) {
	received := start.Add(3 * time.Hour)
	tracker := NewTracker(Limits{})
	if got := tracker.Add(parse(t, checkMfa("Virtual MFA", 1, 0)), received); len(got) != 0 {
		t.Fatalf("told at receipt: %v", got)
	}
	if got := tracker.Advance(received.Add(ReceiptSlack - 1)); len(got) != 0 {
		t.Fatalf("told within the slack: %v", got)
	}
	if got := tracker.Advance(received.Add(ReceiptSlack)); len(got) != 1 || got[0].Kind != Reported {
		t.Fatalf("after the slack: %v, want one report", got)
	}
}

func TestAFindingIsWithdrawnWithItsReason(t *testing.T) {
	check := func(want Reason, records []fields, late fields) {
		t.Helper()
		tracker := NewTracker(Limits{})
		for _, f := range records {
			tracker.Add(parse(t, f), time.Time{})
		}
		tracker.Advance(start.Add(time.Hour))
		changes := tracker.Add(parse(t, late), time.Time{})
		if len(changes) == 0 || changes[0].Kind != Withdrawn || changes[0].Reason != want {
			t.Errorf("got %+v, want one withdrawn because %q", changes, want)
		}
	}
	left := []fields{challenge(Password, 1, 0), verified(Password, 2, 10), challenge(TOTP, 3, 10)}
	check(Answered, left, verified(TOTP, 4, 30))
	check(Answered, left, refused(TOTP, 4, 30))
	check(Answered, left, authenticated("PASSWORD,TOTP", 4, 30))
	check(Answered, []fields{checkMfa("U2F MFA", 1, 0)}, consoleLogin("Success", "Yes", 2, 9))
	check(AskedAgain, left, challenge(TOTP, 4, 50))
	check(AskedAgain, []fields{checkMfa("U2F MFA", 1, 0)}, checkMfa("U2F MFA", 2, 9))
	check(NotAWS, append(left, refused(TOTP, 4, 20)), authenticated(Password, 5, 30).with(fields{
		"additionalEventData": fields{"LoginTo": "https://webapp-0a1b.transfer-webapp.us-east-1.on.aws/"},
	}))
	check(Corrected, []fields{consoleLogin("Failure", "Yes", 1, 0)}, consoleLogin("Failure", "No", 2, 0).with(fields{
		"addendum": fields{"reason": "UPDATED_DATA", "originalEventID": guidOf(1)},
	}))
}

func TestTheNameIsFoundWhereverItIsAndWheneverItArrives(t *testing.T) {
	onBehalfOf := fields{"userIdentity": fields{"onBehalfOf": fields{"userId": userID}}}
	typed := func(name string) fields { return fields{"additionalEventData": fields{"UserName": name}} }
	otherWorkflow := fields{"additionalEventData": fields{"AuthWorkflowID": "other"}}
	oldLayout := fields{"userIdentity": fields{"userName": "user1", "principalId": account, "arn": ""}}
	failure := refused(TOTP, 4, 20)

	check := func(name, subject, subjectID string, records ...fields) {
		t.Helper()
		for _, order := range [][]fields{records, reversed(records)} {
			findings, _ := run(t, order...)
			if len(findings) != 1 {
				t.Errorf("%s: %d findings, want 1", name, len(findings))
				continue
			}
			if f := findings[0]; f.Subject != subject || f.SubjectID != subjectID {
				t.Errorf("%s: subject %q, id %q; want %q, %q", name, f.Subject, f.SubjectID, subject, subjectID)
			}
		}
	}
	check("nobody", "", "", failure)
	check("typed in the same workflow", "ana", "", challenge(Password, 1, 0).with(typed("ana")), failure)
	check("hidden", "", "", challenge(Password, 1, 0).with(typed(hidden)), failure)
	check("a user called null", "null", "", challenge(Password, 1, 0).with(typed("null")), failure)
	check("typed twice: the last", "ana", "", challenge(Password, 1, 0).with(typed("anna")),
		challenge(Password, 2, 5).with(typed("ana")), failure)
	check("the layout before July 2025", "user1", "", failure.with(oldLayout))
	check("typed counts more than userName", "ana", "", challenge(Password, 1, 0).with(typed("ana")), failure.with(oldLayout))
	check("the new layout", "ana", userID, challenge(Password, 1, 0).with(typed("ana"), onBehalfOf,
		fields{"userIdentity": fields{"type": "IdentityCenterUser"}}), failure)
	check("learned from another workflow", "ana", userID,
		challenge(Password, 1, 0).with(typed("ana"), onBehalfOf, otherWorkflow), failure.with(onBehalfOf))
	check("learned from another step of another workflow", "ana", userID,
		challenge(Password, 1, 0).with(typed("ana"), otherWorkflow),
		authenticated(Password, 2, 9).with(onBehalfOf, otherWorkflow), failure.with(onBehalfOf))
	check("learned from another kind of event", "ana", userID,
		fields{
			"eventSource": "sso.amazonaws.com", "eventName": "Authenticate", "recipientAccountId": account,
			"userIdentity": fields{"type": "IdentityCenterUser", "userName": "ana", "onBehalfOf": fields{"userId": userID}},
		}.with(at(9, 0)), failure.with(onBehalfOf))
	check("the latest name", "ana-maria", userID,
		challenge(Password, 1, 0).with(typed("ana"), onBehalfOf, otherWorkflow),
		challenge(Password, 2, 900).with(typed("ana-maria"), onBehalfOf, otherWorkflow), failure.with(onBehalfOf))
	check("another person's name", "", userID, challenge(Password, 1, 0).with(typed("ben"), otherWorkflow,
		fields{"userIdentity": fields{"onBehalfOf": fields{"userId": "someone else"}}}), failure.with(onBehalfOf))

	console := consoleLogin("Failure", "Yes", 1, 0)
	check("an IAM user", "anaya", "AIDACKCEVSQ6C2EXAMPLE", console)
	check("root", "root of "+account, account, console.with(fields{"userIdentity": nil}, rootUser))
	check("root with an alias", "root of "+account, account,
		console.with(fields{"userIdentity": nil}, rootUser, fields{"userIdentity": fields{"userName": "my-alias"}}))
	check("a hidden IAM user", "", "", console.with(fields{"userIdentity": nil}, fields{"userIdentity": fields{
		"type": "IAMUser", "accountId": account, "userName": hidden,
	}}))
	check("no type, but an ARN", "zoe", "", console.with(fields{"userIdentity": nil}, fields{"userIdentity": fields{
		"arn": "arn:aws-us-gov:iam::" + account + ":user/staff/zoe",
	}}))
}

func TestANameThatArrivesLaterAmendsTheFinding(t *testing.T) {
	tracker := NewTracker(Limits{})
	reported := tracker.Add(parse(t, refused(TOTP, 4, 20)), time.Time{})
	amended := tracker.Add(parse(t, challenge(Password, 1, 0).with(
		fields{"additionalEventData": fields{"UserName": "ana"}})), time.Time{})
	if len(reported) != 1 || reported[0].Kind != Reported || reported[0].Finding.Subject != "" {
		t.Errorf("first: %+v, want one report without a name", reported)
	}
	if len(amended) != 1 || amended[0].Kind != Amended || amended[0].Finding.Subject != "ana" {
		t.Errorf("then: %+v, want the name", amended)
	}
	for s := range tracker.SignIns() {
		if len(s.Findings) != 1 || s.Findings[0].Subject != "ana" {
			t.Errorf("a later read shows %+v", s.Findings)
		}
	}
}

func TestOneEventIsOneFindingHoweverOftenItIsTold(t *testing.T) {
	check := func(name string, records ...fields) {
		t.Helper()
		for _, order := range [][]fields{records, reversed(records)} {
			findings, signIns := run(t, order...)
			if len(findings) != 1 || len(signIns) != 1 || findings[0].EventID != guidOf(1) {
				t.Errorf("%s: %d sign-ins, findings %+v", name, len(signIns), findings)
			}
		}
	}
	failure := consoleLogin("Failure", "Yes", 1, 0)
	shared := fields{"sharedEventID": guidOf(77)}
	check("once", failure)
	check("twice", failure, failure)
	check("a copy for another account", failure.with(shared),
		failure.with(shared, fields{"eventID": guidOf(2), "recipientAccountId": "999999999999"}))
	check("a correction", failure,
		failure.with(fields{"eventID": guidOf(2), "addendum": fields{"reason": "UPDATED_DATA", "originalEventID": guidOf(1)}}))
	check("a correction of its address", failure,
		failure.with(fields{
			"eventID": guidOf(2), "sourceIPAddress": "198.51.100.9",
			"addendum": fields{"reason": "UPDATED_DATA", "originalEventID": guidOf(1)},
		}))
	check("a correction that tells little", failure, signinEvent("ConsoleLogin", 2, 0).with(fields{
		"addendum": fields{"reason": "UPDATED_DATA", "updatedFields": "userAgent", "originalEventID": guidOf(1)},
	}))
	check("a correction alone", failure.with(fields{
		"eventID":  guidOf(2),
		"addendum": fields{"reason": "UPDATED_DATA", "originalEventID": guidOf(1)},
	}))
	check("a late event is just late", failure.with(fields{"addendum": fields{"reason": "DELIVERY_DELAY"}}))

	check("no other record hides it", failure, consoleLogin("Success", "Yes", 1, 0).with(fields{"eventTime": "2020-01-01T00:00:00Z"}))

	// Two records with the eventID "1" are two events if they differ.
	one := failure.with(fields{"eventID": "1"})
	if findings, _ := run(t, one, one, one.with(at(0, 99), fields{"eventID": "1"})); len(findings) != 2 {
		t.Errorf("%d findings of two records called 1, want 2", len(findings))
	}
}

// correctionOf is an addendum (CloudTrail User Guide, record contents) that repeats
// nothing but what it corrects.
func correctionOf(original fields, n int, facts fields) fields {
	return fields{
		"eventVersion": "1.08", "eventSource": original["eventSource"], "eventName": original["eventName"],
		"eventTime": original["eventTime"], "eventID": guidOf(n), "recipientAccountId": account,
		"addendum": fields{"reason": "UPDATED_DATA", "updatedFields": "some", "originalEventID": original["eventID"]},
	}.with(facts)
}

func TestACorrectionCountsHoweverOftenTheOriginalIsRead(t *testing.T) {
	original := consoleLogin("Failure", "No", 1, 0)
	usedMFA := func(n int, answer string) fields {
		return correctionOf(original, n, fields{"additionalEventData": fields{"MFAUsed": answer}})
	}
	check := func(name string, want int, corrections ...fields) {
		t.Helper()
		for _, later := range []bool{true, false} {
			tracker := NewTracker(Limits{})
			var ledger Ledger
			correct := func() {
				for _, c := range corrections {
					ledger.Apply(tracker.Add(parse(t, c), time.Time{}))
				}
			}
			if !later {
				correct()
			}
			for _, origin := range []string{"f", "b", "e", "c", "d", "g"} {
				s := parse(t, original)
				s.Origin = origin
				ledger.Apply(tracker.Add(s, time.Time{}))
			}
			if later {
				correct()
			}
			ledger.Apply(tracker.Advance(start.Add(time.Hour)))
			findings := ledger.Findings()
			if len(findings) != want {
				t.Errorf("%s, later %v: %d findings, want %d", name, later, len(findings), want)
			}
			for _, f := range findings {
				if f.Origin != "b" {
					t.Errorf("%s, later %v: origin %q, want the least", name, later, f.Origin)
				}
			}
		}
	}
	check("none", 0)
	check("one", 1, usedMFA(2, "Yes"))
	var many []fields
	for n := range 2 * maxCorrections {
		many = append(many, usedMFA(10+n, "No").with(fields{"eventTime": at(0, n)["eventTime"]}))
	}
	check("the last of many", 1, append(many, usedMFA(2, "Yes").with(fields{"eventTime": at(0, 100)["eventTime"]}))...)
	check("not the first of many", 0, append(many, usedMFA(2, "Yes").with(fields{"eventTime": at(0, -1)["eventTime"]}))...)
}

func TestACorrectionSaysNothingOfWhatItLeavesOut(t *testing.T) {
	check := func(name string, identity Identity, situation Situation, original fields, facts fields) {
		t.Helper()
		correction := correctionOf(original, 9, facts)
		for _, order := range [][]fields{{original, correction}, {correction, original}} {
			_, signIns := run(t, order...)
			if len(signIns) != 1 || len(signIns[0].Steps) != 1 {
				t.Errorf("%s: %+v, want one sign-in of one step", name, signIns)
				continue
			}
			if s := signIns[0].Steps[0]; s.Identity != identity || s.Situation != situation || s.EventID != guidOf(1) {
				t.Errorf("%s: %q, %q, event %q; want %q, %q", name, s.Identity, s.Situation, s.EventID, identity, situation)
			}
		}
	}
	login := consoleLogin("Failure", "No", 1, 0)
	check("the agent", IAMUser, PasswordWrong, login, fields{"userAgent": "curl"})
	check("MFA was used", IAMUser, SecondFactorWrong, login, fields{"additionalEventData": fields{"MFAUsed": "Yes"}})
	check("MFA was not used", IAMUser, PasswordWrong, login.with(fields{"additionalEventData": fields{"MFAUsed": "Yes"}}),
		fields{"additionalEventData": fields{"MFAUsed": "No"}})
	check("the message", IAMUser, UnknownName, login, fields{"errorMessage": "No username found in supplied account"})
	check("the result", IAMUser, SignedIn, login, fields{"responseElements": fields{"ConsoleLogin": "Success"}})
	check("the type", Root, PasswordWrong, login, fields{"userIdentity": fields{"type": "Root"}})
	check("a type where there was none", IAMUser, PasswordWrong,
		login.with(fields{"userIdentity": nil}), fields{"userIdentity": fields{"type": "IAMUser", "userName": "ana"}})
	check("an id does not make it another type", AssumedRole, SignInFailed,
		login.with(fields{"userIdentity": fields{"type": "AssumedRole"}, "errorMessage": nil}),
		fields{"userIdentity": fields{"onBehalfOf": fields{"userId": userID}}})
	check("a look-alike stays one", WorkSpaces, SignedIn, authenticated(Password, 1, 0).with(fields{
		"additionalEventData": fields{"LoginTo": "https://clients.amazonaws.com/workspaces"},
	}), fields{
		"additionalEventData": fields{"AuthWorkflowID": workflow},
	})
	check("the factor", IdentityCenter, FactorWrong, refused(Password, 1, 0),
		fields{"additionalEventData": fields{"CredentialType": "TOTP"}})
}

func TestACorrectedNameLeavesNoTrace(t *testing.T) {
	onBehalfOf := fields{"userIdentity": fields{"onBehalfOf": fields{"userId": userID}}}
	other := fields{"additionalEventData": fields{"AuthWorkflowID": "other"}}
	named := challenge(Password, 1, 0).with(other, onBehalfOf, fields{"additionalEventData": fields{"UserName": "zed"}})
	corrected := correctionOf(named, 2, fields{"additionalEventData": fields{"UserName": "ana"}})
	failure := refused(TOTP, 3, 20).with(onBehalfOf)
	for _, order := range [][]fields{{named, failure, corrected}, {corrected, failure, named}, {failure, named, corrected}} {
		if findings, _ := run(t, order...); len(findings) != 1 || findings[0].Subject != "ana" {
			t.Errorf("%+v, want one of ana", findings)
		}
	}
}

func TestLookAlikesAreToldApartAndNotReported(t *testing.T) {
	check := func(name string, identity Identity, last fields) {
		t.Helper()
		findings, signIns := run(t, challenge(Password, 1, 0), verified(Password, 2, 9), challenge(TOTP, 3, 9),
			refused(TOTP, 4, 20), last)
		if len(findings) != 0 || signIns[0].Identity != identity {
			t.Errorf("%s: identity %q, findings %+v", name, signIns[0].Identity, findings)
		}
	}
	to := func(url string) fields {
		return authenticated(Password, 5, 30).with(fields{"additionalEventData": fields{"LoginTo": url}})
	}
	check("WorkSpaces", WorkSpaces, to("https://clients.amazonaws.com/workspaces?x=1"))
	check("WorkSpaces 2021", WorkSpaces, to("https://skylight.local"))
	check("a smart card", WorkSpaces, refused(SmartCard, 5, 30))
	check("Transfer Family", TransferFamily, to("https://webapp-c7bf.transfer-webapp.us-east-2.on.aws"))

	// A host that only mentions the names is no reason to keep quiet.
	for _, url := range []string{
		"https://d-1234567890.awsapps.com/start/?to=https://skylight.local",
		"https://x.transfer-webapp.us-east-2.on.aws.example.com/",
		"https://clients.amazonaws.com/", "https://example.com/workspaces", "::",
	} {
		findings, _ := run(t, challenge(Password, 1, 0), verified(Password, 2, 9), challenge(TOTP, 3, 9), refused(TOTP, 4, 20), to(url))
		if len(findings) != 1 || findings[0].Identity != IdentityCenter {
			t.Errorf("to %q: %+v, want the failure", url, findings)
		}
	}
}

func TestTheSeedsKeyForAFailedVerificationIsAccepted(t *testing.T) {
	f := refused(TOTP, 1, 0).with(fields{"serviceEventDetails": nil},
		fields{"serviceEventDetails": fields{"CredentialChallenge": "Failure"}})
	if findings, _ := run(t, f); len(findings) != 1 {
		t.Errorf("%d findings, want 1", len(findings))
	}
}

func TestTheJSONOfAFindingIsTheContract(t *testing.T) {
	findings, _ := run(t, checkMfa("Virtual MFA", 1, 0), consoleLogin("Failure", "Yes", 2, 14))
	const want = `{"kind":"mfa_failed","event_id":"00000000-0000-4000-8000-000000000002","time":"2026-03-03T09:00:14Z",` +
		`"account":"111122223333","region":"eu-central-1","identity":"iam_user","subject":"anaya",` +
		`"subject_id":"AIDACKCEVSQ6C2EXAMPLE","factor":"TOTP","source_ip":"203.0.113.7","user_agent":"Mozilla/5.0",` +
		`"workflow":"","certainty":"proven","evidence":["00000000-0000-4000-8000-000000000001",` +
		`"00000000-0000-4000-8000-000000000002"],"origin":""}`
	if diff := cmp.Diff(want, string(mustJSON(t, findings[0]))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	bare, _ := run(t, consoleLogin("Failure", "Yes", 1, 0).with(fields{"eventID": nil, "eventTime": nil}))
	if len(bare) != 1 || bare[0].Evidence == nil || len(bare[0].Evidence) != 0 {
		t.Errorf("without eventID: %+v, want an empty list of evidence", bare)
	}
}

func TestALedgerDoesNotTakeUpWhatItDoesNotHold(t *testing.T) {
	var ledger Ledger
	ledger.Apply([]Change{{Kind: Amended, Finding: Finding{Kind: MFAFailed}}, {Kind: Withdrawn, Finding: Finding{Kind: MFAAbandoned}}})
	if got := ledger.Findings(); len(got) != 0 {
		t.Errorf("holds %+v", got)
	}
}

func TestAForgottenSignInIsHandedOnWithItsVerdict(t *testing.T) {
	start := time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	prompt := func(n byte, at time.Time) Step {
		return Step{
			ID: event.ID{n}, EventID: string(rune('a' + n)), Time: at, Kind: CheckMfa, Result: Success, Identity: IAMUser,
			Account: "111122223333", OwnerAccount: "111122223333", UserName: string(rune('a' + n)), PrincipalID: string(rune('a' + n)), SourceIP: "192.0.2.1",
		}
	}
	var forgotten []SignIn
	var ledger Ledger
	tracker := NewTracker(Limits{SignIns: 1})
	tracker.Verdict = start.Add(time.Hour)
	tracker.Forgotten = func(s SignIn) { forgotten = append(forgotten, s) }
	ledger.Apply(tracker.Add(prompt(1, start), time.Time{}))
	ledger.Apply(tracker.Add(prompt(2, tracker.Verdict), time.Time{})) // forgets the first
	ledger.Apply(tracker.Add(prompt(3, start), time.Time{}))           // and this the second
	if len(forgotten) != 2 || len(forgotten[0].Findings) != 1 || len(forgotten[0].Steps) != 1 {
		t.Fatalf("forgotten %+v, want two sign-ins, the first with its finding and its step", forgotten)
	}
	if len(forgotten[1].Findings) != 0 || ledger.Len() != 1 {
		t.Errorf("a prompt that has 20 minutes left at the verdict was reported: %+v", ledger.Findings())
	}
}
