package signin

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/trailbell/trailbell/event"
)

// maxCorrections bounds the corrections kept about one event: the last ones, as they
// say what holds. Real events have one at most.
const maxCorrections = 3

// occurrence is one event, folded from all records about it: the same record from
// two trails, the copies that share a sharedEventID, and addenda that correct it.
// What the records say does not change: another occurrence takes its place instead,
// so equal pointers mean equal events.
type occurrence struct {
	id       event.ID
	step     Step   // what all records say together, see fold
	records  []Step // those that count, see keep; nil if step is the only one
	received time.Time
	home     *attempt // the sign-in it belongs to; nil if none
}

// occurrenceOf returns the ID of the event that s is about: the original of a
// correction, what copies share, else its own.
func occurrenceOf(s *Step) event.ID {
	if id := guid(s.OriginalEventID); corrects(s) && id != (event.ID{}) {
		return id
	}
	if s.SharedID != (event.ID{}) {
		return s.SharedID
	}
	return s.ID
}

func corrects(s *Step) bool { return s.Addendum == "UPDATED_DATA" }

// newOccurrence returns the event that the records are about, least record first.
func newOccurrence(records []Step, received time.Time) *occurrence {
	o := &occurrence{id: occurrenceOf(&records[0]), step: fold(records), received: received}
	if len(records) > 1 || o.step != records[0] {
		o.records = records
	}
	return o
}

// with returns the records that count about the event when s is one more.
func (o *occurrence) with(s Step) []Step {
	records := slices.Clone(o.records)
	if records == nil {
		records = []Step{o.step}
	}
	i, known := slices.BinarySearchFunc(records, s, compareRecords)
	switch {
	case !known:
		records = keep(slices.Insert(records, i, s))
	case s.Origin < records[i].Origin:
		records[i].Origin = s.Origin
	}
	return records
}

// keep drops the records that have no say: all originals but the least, and all but
// the last corrections. What remains depends on the records alone, not on when they
// came.
func keep(records []Step) []Step {
	originals := 0
	for originals < len(records) && !corrects(&records[originals]) {
		originals++
	}
	first := min(originals, 1)
	records = slices.Delete(records, first, originals)
	return slices.Delete(records, first, max(first, len(records)-maxCorrections))
}

// share lets the texts that an event has in common with another be in memory once.
func (o *occurrence) share(other *Step) {
	s := &o.step
	for _, text := range [...]struct{ own, others *string }{
		{&s.Account, &other.Account},
		{&s.OwnerAccount, &other.OwnerAccount},
		{&s.Region, &other.Region},
		{&s.PrincipalID, &other.PrincipalID},
		{&s.UserName, &other.UserName},
		{&s.UserID, &other.UserID},
		{&s.SourceIP, &other.SourceIP},
		{&s.UserAgent, &other.UserAgent},
		{&s.Workflow, &other.Workflow},
		{&s.Origin, &other.Origin},
	} {
		if *text.own == *text.others {
			*text.own = *text.others
		}
	}
}

// fold returns the first record with what later corrections of it say over it. The
// name of the event stays the original's.
func fold(records []Step) Step {
	s := records[0]
	for i := range records[1:] {
		if c := &records[1+i]; corrects(c) && c.Kind == s.Kind {
			overlay(&s, c)
		}
	}
	if original := records[0].OriginalEventID; corrects(&records[0]) && original != "" {
		s.EventID = original
	}
	s.ID = occurrenceOf(&records[0])
	return s
}

// overlay copies to s the facts that the correction states, field by field, as a
// correction need not repeat the whole record, and draws again what is concluded
// from them.
func overlay(s, correction *Step) {
	was := *s
	to, from := reflect.ValueOf(s).Elem(), reflect.ValueOf(correction).Elem()
	for i := range from.NumField() {
		if !from.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	// These are facts about the record, not about the event.
	s.EventID, s.ID, s.SharedID, s.Origin = was.EventID, was.ID, was.SharedID, was.Origin
	s.Addendum, s.OriginalEventID = was.Addendum, was.OriginalEventID

	s.Presumed = correction.Presumed
	if correction.Result == "" {
		s.Presumed = was.Presumed
	}
	if saysLess(correction.Identity, was.Identity) {
		s.Identity = was.Identity
	}
	s.Situation = situationOf(s)
}

// saysLess reports whether an identity is what a record is taken for that says less
// than the other did: see identityOf, which cannot tell everything from part of a
// record.
func saysLess(identity, other Identity) bool {
	weight := func(i Identity) int {
		switch i {
		case "", UnknownIdentity:
			return 0
		case IdentityCenter:
			return 1
		default:
			return 2
		}
	}
	return weight(identity) < weight(other)
}

// compareRecords orders the records about one event, wherever they were read: the
// original before its corrections, which follow in order of time.
//
// Of two originals, a failure comes first, so that no record hides one by using its
// eventID; then the copy of the principal's own account. Of two corrections of one
// time, a failure comes last, for the same reason. The rest is in some order that
// does not depend on arrival.
func compareRecords(a, b Step) int {
	a.Origin, b.Origin = "", ""
	if a == b {
		return 0
	}
	criteria := []int{
		compareBool(a.Result != Failure, b.Result != Failure),
		compareBool(a.Account != a.OwnerAccount, b.Account != b.OwnerAccount),
		a.Time.Compare(b.Time),
		strings.Compare(a.EventID, b.EventID),
	}
	if corrects(&a) && corrects(&b) {
		criteria = []int{a.Time.Compare(b.Time), compareBool(a.Result == Failure, b.Result == Failure)}
	} else if order := compareBool(corrects(&a), corrects(&b)); order != 0 {
		return order
	}
	for _, order := range criteria {
		if order != 0 {
			return order
		}
	}
	return strings.Compare(fmt.Sprintf("%#v", a), fmt.Sprintf("%#v", b))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// compareOccurrences orders the events of a sign-in by time. CloudTrail's times
// are whole seconds and some events of a sign-in share one, so ties follow the
// order in which they can have happened.
func compareOccurrences(a, b *occurrence) int {
	if order := a.step.Time.Compare(b.step.Time); order != 0 {
		return order
	}
	if order := rank(&a.step) - rank(&b.step); order != 0 {
		return order
	}
	return slices.Compare(a.id[:], b.id[:])
}

// rank breaks ties within one second. A verification comes with the next challenge,
// the last one with UserAuthentication, and the password is verified first (IAM
// Identity Center User Guide, example events: each pair has one requestID and
// time). CheckMfa precedes its ConsoleLogin, and a success ends a console sign-in.
func rank(s *Step) int {
	switch {
	case s.Kind == CredentialVerification && s.Factor == Password:
		return 0
	case s.Kind == CredentialVerification, s.Kind == CheckMfa:
		return 1
	case s.Kind == CredentialChallenge:
		return 2
	case s.Kind == UserAuthentication, s.Result != Success:
		return 3
	default:
		return 4
	}
}
