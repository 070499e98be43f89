package signin

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trailbell/trailbell/event"
)

// anyStep draws a step of a small world, where workflows, users, addresses, seconds
// and even events meet all the time.
func anyStep(t *rapid.T, n int) Step {
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	minute := rapid.SampledFrom([]int{0, 1, 2, 5, 19, 20, 21, 22, 40, 41, 60, 61, 100}).Draw(t, "minute")
	s := Step{
		EventID:   guidOf(n),
		ID:        guid(guidOf(n)),
		Time:      start.Add(time.Duration(minute)*time.Minute + time.Duration(rapid.IntRange(0, 2).Draw(t, "second"))*time.Second),
		Account:   pick("account", account, account, account, "444455556666"),
		Region:    "eu-central-1",
		SourceIP:  pick("address", address, address, "198.51.100.9"),
		UserAgent: "Mozilla/5.0",
		Result:    Result(pick("result", "success", "success", "failure", "")),
		Origin:    pick("origin", "a", "b"),
	}
	s.Presumed = s.Result == Failure && rapid.IntRange(0, 5).Draw(t, "presumed") == 0
	s.OwnerAccount = s.Account
	if rapid.Bool().Draw(t, "console") {
		s.Kind = Kind(pick("kind", string(CheckMfa), string(CheckMfa), string(ConsoleLogin), string(ConsoleLogin), string(DirectoryLogin)))
		s.Identity = Identity(pick("identity", string(IAMUser), string(IAMUser), string(Root), string(AssumedRole), string(UnknownIdentity)))
		s.UserName = pick("user", "anaya", "anaya", "bob", "")
		s.MFAUsed = Answer(pick("mfa", "yes", "no"))
		s.Factor = Factor(pick("device", string(TOTP), string(WebAuthn), ""))
	} else {
		s.Kind = Kind(pick("kind", string(CredentialChallenge), string(CredentialVerification), string(CredentialVerification), string(UserAuthentication)))
		s.Identity = Identity(pick("identity", string(IdentityCenter), string(IdentityCenter), string(IdentityCenter), string(IdentityCenter), string(TransferFamily)))
		s.Workflow = pick("workflow", "one", "one", "two", "three", "")
		s.Factor = Factor(pick("factor", string(Password), string(Password), string(TOTP), string(EmailOTP), string(WebAuthn), ""))
		s.UserID = pick("person", "", "", "p1", "p2")
		s.TypedName = pick("typed", "", "", "ana", "ben")
		s.UserName = pick("user", "", "", "", "user1")
	}
	return s
}

// anyRecords draws records about up to twelve events: the events, copies of them
// for other accounts and in other files, and corrections, more than are kept.
func anyRecords(t *rapid.T) []Step {
	var records []Step
	for n := range rapid.IntRange(1, 12).Draw(t, "events") {
		s := anyStep(t, n)
		switch rapid.IntRange(0, 9).Draw(t, "variant") {
		case 0: // copies
			s.SharedID = guid(guidOf(n + 50))
			other := s
			other.EventID, other.ID = guidOf(n+20), guid(guidOf(n+20))
			other.Account = "777788889999"
			records = append(records, other)
		case 1, 2: // corrections
			for i := range rapid.IntRange(1, maxCorrections+2).Draw(t, "corrections") {
				records = append(records, anyCorrection(t, s, 100+20*i+n))
			}
		case 3: // from many trails
			for _, origin := range []string{"e", "c", "d", "f", "g"}[:rapid.IntRange(1, 5).Draw(t, "trails")] {
				other := s
				other.Origin = origin
				records = append(records, other)
			}
		case 4: // without a time
			s.Time = time.Time{}
		}
		records = append(records, s)
	}
	return records
}

// anyCorrection draws a correction of s, which need not repeat what it does not correct.
func anyCorrection(t *rapid.T, s Step, n int) Step {
	c := s
	c.EventID, c.ID, c.Addendum, c.OriginalEventID = guidOf(n), guid(guidOf(n)), "UPDATED_DATA", s.EventID
	choose := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	c.Result = Result(choose("corrected result", "success", "failure", ""))
	c.Presumed = c.Result == Failure && rapid.Bool().Draw(t, "presumed")
	c.MFAUsed = Answer(choose("corrected MFA", string(s.MFAUsed), "yes", "no", ""))
	c.SourceIP = choose("corrected address", s.SourceIP, "198.51.100.9", "")
	c.TypedName = choose("corrected typed name", s.TypedName, "", "ana", "ben", "cid")
	c.UserName = choose("corrected name", s.UserName, s.UserName, "", "bob", "user2")
	c.UserID = choose("corrected person", s.UserID, "", "p1", "p2")
	c.Workflow = choose("corrected workflow", s.Workflow, s.Workflow, "", "two")
	c.Origin = choose("corrected in", "a", "b", "c")
	if rapid.Bool().Draw(t, "no identity") {
		c.OwnerAccount, c.UserName, c.UserID = "", "", ""
		if c.Identity = UnknownIdentity; s.Workflow != "" {
			c.Identity = IdentityCenter
		}
	}
	if rapid.Bool().Draw(t, "corrected later") {
		c.Time = c.Time.Add(time.Second)
	}
	return c
}

const finalHours = 3

// settleAll returns what stands after all records, and the sign-ins.
func settleAll(tracker *Tracker, ledger *Ledger) ([]Finding, []SignIn) {
	ledger.Apply(tracker.Advance(start.Add(finalHours * time.Hour)))
	var signIns []SignIn
	var standing []Finding
	for s := range tracker.SignIns() {
		signIns = append(signIns, s)
		standing = append(standing, s.Findings...)
	}
	slices.SortFunc(standing, inOrder)
	return standing, signIns
}

func checkOrderDoesNotMatter(t *rapid.T) {
	records := anyRecords(t)

	var plain Ledger
	tracker := NewTracker(Limits{})
	for _, s := range records {
		plain.Apply(tracker.Add(s, time.Time{}))
	}
	want, wantSignIns := settleAll(tracker, &plain)

	var shuffled Ledger
	tracker = NewTracker(Limits{})
	arrivals := rapid.Permutation(records).Draw(t, "order")
	arrivals = append(arrivals, rapid.SliceOfN(rapid.SampledFrom(records), 0, 5).Draw(t, "again")...)
	for _, s := range arrivals {
		if rapid.IntRange(0, 3).Draw(t, "tick") == 0 {
			minutes := rapid.IntRange(0, finalHours*60).Draw(t, "minutes")
			shuffled.Apply(tracker.Advance(start.Add(time.Duration(minutes) * time.Minute)))
		}
		var received time.Time // not known, or late enough to matter
		if rapid.Bool().Draw(t, "live") {
			received = start.Add(time.Duration(rapid.IntRange(0, 150).Draw(t, "received")) * time.Minute)
		}
		shuffled.Apply(tracker.Add(s, received))
	}
	got, gotSignIns := settleAll(tracker, &shuffled)

	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("findings depend on order (-in order +shuffled):\n%s", diff)
	}
	if diff := cmp.Diff(wantSignIns, gotSignIns); diff != "" {
		t.Fatalf("sign-ins depend on order (-in order +shuffled):\n%s", diff)
	}
	if diff := cmp.Diff(got, shuffled.Findings(), emptyIsNil); diff != "" {
		t.Fatalf("the changes do not add up to what stands (-stands +added up):\n%s", diff)
	}
	if tracker.Lost() != (Lost{}) {
		t.Fatalf("lost %+v without a limit reached", tracker.Lost())
	}
	checkInvariants(t, tracker)
}

var emptyIsNil = cmp.Transformer("length", func(f []Finding) []Finding {
	if len(f) == 0 {
		return nil
	}
	return slices.Clone(f)
})

func checkInvariants(t interface{ Fatalf(string, ...any) }, tracker *Tracker) {
	steps, attempts := 0, 0
	for k, lane := range tracker.lanes {
		var previous *occurrence
		for _, a := range lane {
			attempts++
			if a.key != k || len(a.steps) == 0 || a.touched {
				t.Fatalf("lane %+v holds a broken sign-in %+v", k, a)
			}
			for _, o := range a.steps {
				steps++
				if o.home != a || tracker.events[o.id] != o {
					t.Fatalf("event %x is not at home", o.id)
				}
				if previous != nil && compareOccurrences(previous, o) >= 0 {
					t.Fatalf("lane %+v is out of order", k)
				}
				previous = o
			}
		}
	}
	if steps != len(tracker.events) || attempts != tracker.recent.Len() {
		t.Fatalf("%d steps of %d events, %d sign-ins of %d", steps, len(tracker.events), attempts, tracker.recent.Len())
	}
	for a := range tracker.waiting {
		if !slices.Contains(tracker.lanes[a.key], a) {
			t.Fatalf("a forgotten sign-in waits")
		}
	}
	for p, who := range tracker.names.people {
		if len(who.named)+len(who.unnamed) == 0 && who.place == nil {
			t.Fatalf("nothing is known of %+v", p)
		}
		signIns := make(map[*attempt]bool)
		maps.Copy(signIns, who.named)
		maps.Copy(signIns, who.unnamed)
		for a := range signIns {
			if !slices.Contains(tracker.lanes[a.key], a) || !slices.Contains(a.reading.people, p) {
				t.Fatalf("the directory holds a forgotten sign-in of %+v", p)
			}
		}
	}
}

func TestAnyOrderAnyDuplicatesAnyClockGiveTheSameFindings(t *testing.T) {
	rapid.Check(t, checkOrderDoesNotMatter)
}

func FuzzAnyOrderGivesTheSameFindings(f *testing.F) {
	f.Add([]byte("trailbell"))
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31})
	f.Fuzz(rapid.MakeFuzz(checkOrderDoesNotMatter))
}

func TestNoWrongSecondFactorIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tracker := NewTracker(Limits{})
		var ledger Ledger
		want, presumed := make(map[event.ID]bool), make(map[event.ID]bool)
		for n := range rapid.IntRange(1, 20).Draw(t, "events") {
			s := anyStep(t, n)
			if s.Identity == TransferFamily {
				s.Identity = IdentityCenter
			}
			code := s.Kind == CredentialVerification && (s.Factor == TOTP || s.Factor == WebAuthn)
			login := s.Kind == ConsoleLogin && s.MFAUsed == Yes && s.Identity != AssumedRole
			if s.Result == Failure && (code || login) {
				want[s.ID] = true
			}
			presumed[s.ID] = s.Presumed
			ledger.Apply(tracker.Add(s, time.Time{}))
		}
		ledger.Apply(tracker.Advance(start.Add(finalHours * time.Hour)))
		for _, f := range ledger.Findings() {
			if presumed[f.ID] == (f.Certainty == Proven) && f.Kind == MFAFailed && f.Factor != UnknownFactor {
				t.Fatalf("%+v is %s", f, f.Certainty)
			}
			sure := f.Certainty == Proven || f.Factor == TOTP || f.Factor == WebAuthn || f.Identity != IdentityCenter
			if f.Kind == MFAFailed && f.Factor != EmailOTP && sure {
				if !want[f.ID] {
					t.Fatalf("told of %+v, which is no failure", f)
				}
				delete(want, f.ID)
			}
		}
		if len(want) > 0 {
			t.Fatalf("%d failures were not told", len(want))
		}
	})
}

func TestLimitsHoldWhateverComesAndNoFailureGoesUntold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{SignIns: 4, Steps: 10, StepsPerSignIn: 5, Names: 2}
		tracker := NewTracker(limits)
		failures, told := make(map[event.ID]bool), make(map[event.ID]bool)
		for n := range rapid.IntRange(1, 60).Draw(t, "events") {
			s := anyStep(t, n)
			if s.Identity == TransferFamily {
				s.Identity = IdentityCenter
			}
			if s.Kind == CredentialVerification && s.Factor == TOTP && s.Result == Failure {
				failures[s.ID] = true
			}
			for _, c := range tracker.Add(s, time.Time{}) {
				if c.Kind == Withdrawn && c.Finding.Kind == MFAFailed && failures[c.Finding.ID] {
					t.Fatalf("a failure was withdrawn: %+v", c)
				}
				told[c.Finding.ID] = true
			}
			if tracker.recent.Len() > limits.SignIns || len(tracker.events) > limits.Steps ||
				tracker.names.taught.Len() > limits.Names || len(tracker.names.people) > limits.Names+limits.Steps {
				t.Fatalf("%d sign-ins, %d events, %d names", tracker.recent.Len(), len(tracker.events), len(tracker.names.people))
			}
			for s := range tracker.SignIns() {
				if len(s.Steps) > limits.StepsPerSignIn {
					t.Fatalf("%d steps in one sign-in", len(s.Steps))
				}
			}
		}
		for id := range failures {
			if !told[id] {
				t.Fatalf("failure %x was never told", id)
			}
		}
		checkInvariants(t, tracker)
	})
}
