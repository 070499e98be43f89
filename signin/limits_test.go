package signin

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestASignInForgottenForRoomIsSettledFirst(t *testing.T) {
	tracker := NewTracker(Limits{SignIns: 2})
	left := []fields{challenge(Password, 1, 0), verified(Password, 2, 10), challenge(TOTP, 3, 10)}
	for _, f := range left {
		tracker.Add(parse(t, f), time.Time{})
	}
	var changes []Change
	for n, name := range []string{"ana", "ben"} {
		changes = append(changes, tracker.Add(parse(t, consoleLogin("Success", "No", 10+n, 20).with(iamUser(name))), time.Time{})...)
	}
	if len(changes) != 1 || changes[0].Kind != Reported || changes[0].Finding.Kind != MFAAbandoned || changes[0].Finding.Certainty != Probable {
		t.Errorf("changes %+v, want the open prompt reported as probable", changes)
	}
	if got := tracker.Lost(); got != (Lost{SignIns: 1}) {
		t.Errorf("lost %+v, want one sign-in", got)
	}
}

func TestALongWorkflowKeepsWhatMatters(t *testing.T) {
	tracker := NewTracker(Limits{StepsPerSignIn: 10})
	var ledger Ledger
	add := func(f fields) { ledger.Apply(tracker.Add(parse(t, f), time.Time{})) }
	add(challenge(Password, 1, 0))
	add(verified(Password, 2, 1))
	for n := range 40 {
		add(challenge(EmailOTP, 10+2*n, 10+n))
		add(refused(EmailOTP, 11+2*n, 10+n))
	}
	ledger.Apply(tracker.Advance(start.Add(time.Hour)))
	if got := len(ledger.Findings()); got != 40 {
		t.Errorf("%d findings, want all 40 failures and nothing abandoned", got)
	}
	for s := range tracker.SignIns() {
		if len(s.Steps) != 10 || s.Dropped != 72 || s.Outcome != FailedAtMFA {
			t.Errorf("%d steps, %d dropped, outcome %q", len(s.Steps), s.Dropped, s.Outcome)
		}
	}
}

func TestALongAttackIsOneFindingForEachWrongCode(t *testing.T) {
	check := func(name string, prompt, answer fields) {
		t.Helper()
		tracker, next := NewTracker(Limits{}), attack(t, prompt, answer)
		random := rand.New(rand.NewPCG(3, 4))
		const wrong, file = 2_000, 100
		told := make(map[FindingKey]int)
		for range 2 * wrong / file {
			var steps []Step
			for range file {
				steps = append(steps, next())
			}
			random.Shuffle(file, func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
			for _, s := range steps {
				for _, c := range tracker.Add(s, time.Time{}) {
					if c.Finding.Kind == MFAFailed {
						told[c.Finding.Key()] += map[ChangeKind]int{Reported: 1, Withdrawn: -1}[c.Kind]
					}
				}
			}
		}
		for key, n := range told {
			if n != 1 {
				t.Errorf("%s: %v stands %d times", name, key, n)
			}
		}
		if len(told) != wrong {
			t.Errorf("%s: %d findings, want %d", name, len(told), wrong)
		}
		checkInvariants(t, tracker)
	}
	check("console", checkMfa("Virtual MFA", 1, 0), consoleLogin("Failure", "Yes", 2, 0))
	check("Identity Center", challenge(TOTP, 1, 0), refused(TOTP, 2, 0))
}

func TestASignInIsForgottenADayAfterItsLastStepWasReceived(t *testing.T) {
	tracker := NewTracker(Limits{})
	tracker.Add(parse(t, consoleLogin("Failure", "Yes", 1, 0)), start)
	if changes := tracker.Advance(start.Add(Retention)); len(changes) != 0 || len(tracker.events) != 1 {
		t.Errorf("after a day: %d events, changes %+v", len(tracker.events), changes)
	}
	if changes := tracker.Advance(start.Add(Retention + 1)); len(changes) != 0 || len(tracker.events) != 0 {
		t.Errorf("after more: %d events, changes %+v", len(tracker.events), changes)
	}
	if tracker.Lost() != (Lost{}) {
		t.Errorf("lost %+v, though no limit was reached", tracker.Lost())
	}
}

// refusedFor is a wrong code of the person with userID, in workflow n, without a name.
func refusedFor(t testing.TB, n int) Step {
	step := parse(t, refused(TOTP, n, n).with(fields{"userIdentity": fields{"onBehalfOf": fields{"userId": userID}}}))
	step.Workflow = fmt.Sprint(n)
	return step
}

func TestAnotherNameIsEnteredByTheNextAdvanceUpToABound(t *testing.T) {
	const signIns = 50
	tracker := NewTracker(Limits{})
	var ledger Ledger
	for n := range signIns {
		ledger.Apply(tracker.Add(refusedFor(t, n), time.Time{}))
	}
	name := func(n int) (amended int) {
		step := refusedFor(t, signIns+n)
		step.Workflow, step.Result, step.TypedName = "named", Success, fmt.Sprintf("ana-%d", n)
		if changes := tracker.Add(step, time.Time{}); len(changes) != 0 {
			t.Fatalf("name %d: %d changes at once", n, len(changes))
		}
		changes := tracker.Advance(time.Time{})
		ledger.Apply(changes)
		return len(changes)
	}
	for n := range maxRenames {
		if got := name(n); got != signIns {
			t.Fatalf("name %d: %d findings amended, want %d", n, got, signIns)
		}
	}
	if got := name(maxRenames); got != 0 {
		t.Errorf("one name too many: %d findings amended", got)
	}
	for _, f := range ledger.Findings() {
		if want := fmt.Sprintf("ana-%d", maxRenames-1); f.Subject != want {
			t.Errorf("subject %q, want %q", f.Subject, want)
		}
	}
}

func TestAPromptDatedInTheFutureIsNotForgottenInSilence(t *testing.T) {
	tracker := NewTracker(Limits{})
	tracker.Add(parse(t, checkMfa("Virtual MFA", 1, 0).with(fields{"eventTime": "9999-12-31T23:59:59Z"})), start)
	changes := tracker.Advance(start.Add(Retention + 1))
	if len(changes) != 1 || changes[0].Kind != Reported || len(tracker.events) != 0 {
		t.Errorf("%d events, changes %+v, want one report", len(tracker.events), changes)
	}
}

// flood is a sign-in whose texts are as long as they may be.
func flood(n int) Step {
	long := func(size int) string { return fmt.Sprintf("%0*d", size, n) }
	return Step{
		EventID: guidOf(n), ID: guid(guidOf(n)), Time: start.Add(time.Duration(n) * time.Second), Kind: CredentialVerification,
		Identity: IdentityCenter, Factor: TOTP, Result: Failure, Account: long(maxText), OwnerAccount: long(maxText),
		Region: long(maxText), PrincipalID: long(maxText), UserName: long(maxText), UserID: long(maxText), TypedName: long(maxText),
		SourceIP: long(maxText), UserAgent: long(maxUserAgent), Workflow: long(maxText), RequestID: long(maxText),
	}
}

func TestMemoryIsBoundedUnderAFlood(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	limits := Limits{SignIns: 2_000, Steps: 4_000, Names: 2_000}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	tracker := NewTracker(limits)
	for n := range 40_000 {
		tracker.Add(flood(n), time.Time{})
	}
	perSignIn := (heap() - before) / uint64(limits.SignIns)
	t.Logf("%d bytes for each sign-in of one step with the longest texts", perSignIn)
	if perSignIn > 16<<10 {
		t.Errorf("%d bytes for each sign-in", perSignIn)
	}
	if got := tracker.Lost().SignIns; got != 38_000 {
		t.Errorf("%d sign-ins counted as lost, want 38000", got)
	}
	runtime.KeepAlive(tracker)
}

func BenchmarkAddInOrder(b *testing.B) {
	tracker := NewTracker(Limits{})
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		s := flood(n)
		s.UserAgent = strings.Repeat("a", 100)
		s.Workflow = fmt.Sprint(n / 5)
		tracker.Add(s, time.Time{})
	}
}

// BenchmarkMemoryPerStep fills a Tracker with ordinary sign-ins.
func BenchmarkMemoryPerStep(b *testing.B) {
	kinds := []Kind{CredentialChallenge, CredentialVerification, CredentialChallenge, CredentialVerification, UserAuthentication}
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		tracker := NewTracker(Limits{})
		const steps = 100_000
		for n := range steps {
			short := func(what string) string { return fmt.Sprintf("%s-%030d", what, n/5) }
			tracker.Add(Step{
				EventID: guidOf(n), ID: guid(guidOf(n)), Time: start.Add(time.Duration(n) * time.Second), Kind: kinds[n%5],
				Identity: IdentityCenter, Factor: Password, Result: Success, Account: account, OwnerAccount: account, Region: "eu-central-1",
				UserID: short("user"), SourceIP: address, UserAgent: strings.Repeat("a", 120), Workflow: short("workflow"), RequestID: guidOf(n),
			}, time.Time{})
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/steps, "bytes/step")
		runtime.KeepAlive(tracker)
	}
}

// One user who signs in all day from one address makes one long lane.
func BenchmarkAddToOneLane(b *testing.B) {
	tracker := NewTracker(Limits{})
	n := 0
	for b.Loop() {
		n++
		s := Step{
			ID: guid(guidOf(n)), EventID: guidOf(n), Time: start.Add(time.Duration(n) * time.Minute), Kind: ConsoleLogin,
			Identity: IAMUser, UserName: "anaya", Account: account, Result: Success, MFAUsed: Yes,
		}
		if n%2 == 0 {
			s.Kind = CheckMfa
		}
		tracker.Add(s, time.Time{})
	}
}

// attack returns wrong codes for ever: prompts and answers five seconds apart, of one IAM
// user from one address, or within one workflow of Identity Center.
func attack(t testing.TB, prompt, answer fields) func() Step {
	steps := [...]Step{parse(t, prompt), parse(t, answer)}
	n := 0
	return func() Step {
		s := steps[n%2]
		n++
		s.EventID = guidOf(n)
		s.ID, s.Time = guid(s.EventID), start.Add(time.Duration(n)*5*time.Second)
		return s
	}
}

// measureAttack adds the steps in order, and shuffled as within the files of CloudTrail.
func measureAttack(b *testing.B, prompt, answer fields) {
	const file = 200
	for _, order := range []string{"in order", "shuffled by file"} {
		b.Run(order, func(b *testing.B) {
			tracker, next := NewTracker(Limits{}), attack(b, prompt, answer)
			steps := make([]Step, 0, file)
			random := rand.New(rand.NewPCG(1, 2))
			b.ReportAllocs()
			findings := 0
			for b.Loop() {
				if len(steps) == 0 {
					for range file {
						steps = append(steps, next())
					}
					if order != "in order" {
						random.Shuffle(file, func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
					}
				}
				for _, c := range tracker.Add(steps[0], time.Time{}) {
					if c.Kind == Reported {
						findings++
					}
				}
				steps = steps[1:]
				if len(steps) == 0 {
					steps = make([]Step, 0, file)
				}
			}
			if findings < b.N/2-file {
				b.Fatalf("%d findings of %d steps", findings, b.N)
			}
		})
	}
}

func BenchmarkAttackOnOneLane(b *testing.B) {
	measureAttack(b, checkMfa("Virtual MFA", 1, 0), consoleLogin("Failure", "Yes", 2, 0))
}

func BenchmarkAttackOnOneWorkflow(b *testing.B) {
	measureAttack(b, challenge(TOTP, 1, 0), refused(TOTP, 2, 0))
}

func BenchmarkWrongPasswordsOnOneLane(b *testing.B) {
	tracker, next := NewTracker(Limits{}), attack(b, consoleLogin("Failure", "No", 1, 0), consoleLogin("Failure", "No", 2, 0))
	b.ReportAllocs()
	for b.Loop() {
		tracker.Add(next(), time.Time{})
	}
}

// Somebody types another name each time, while many sign-ins of the person wait for one.
func BenchmarkRenames(b *testing.B) {
	tracker := NewTracker(Limits{})
	for n := range 1_100 {
		tracker.Add(refusedFor(b, n), time.Time{})
	}
	named := refusedFor(b, 5_000)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		s := named
		s.EventID, s.Workflow, s.TypedName = guidOf(10_000+n), fmt.Sprint("named", n), fmt.Sprint("ana", n)
		s.ID, s.Time = guid(s.EventID), start.Add(time.Duration(n)*time.Second)
		tracker.Add(s, time.Time{})
		if n%100 == 0 {
			tracker.Advance(time.Time{})
		}
	}
}
