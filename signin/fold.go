package signin

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/trailbell/trailbell/event"
)

// maxVersions bounds the different records kept about one event. Real ones are the
// event, its copy for another account, and an addendum.
const maxVersions = 4

// occurrence is one event, folded from all records about it: the same record from
// two trails, the copies that share a sharedEventID, and addenda that correct it.
type occurrence struct {
	id       event.ID
	step     Step   // what all records say together, see fold
	versions []Step // the records, least first by compareVersions; nil if step is the only one
	received time.Time
	home     *attempt // the sign-in it belongs to; nil if none
}

// occurrenceOf returns the ID of the event that s is about: the original of a
// correction, what copies share, else its own.
func occurrenceOf(s Step) event.ID {
	if id := guid(s.OriginalEventID); corrects(s) && id != (event.ID{}) {
		return id
	}
	if s.SharedID != (event.ID{}) {
		return s.SharedID
	}
	return s.ID
}

func corrects(s Step) bool { return s.Addendum == "UPDATED_DATA" }

// newOccurrence returns the event that s is the first record of.
func newOccurrence(s Step, received time.Time) *occurrence {
	o := &occurrence{id: occurrenceOf(s), step: fold([]Step{s}), received: received}
	if o.step != s {
		o.versions = []Step{s}
	}
	return o
}

// with returns the records about the event with one more among them, and what they
// say together then.
func (o *occurrence) with(s Step) (versions []Step, folded Step) {
	versions = slices.Clone(o.versions)
	if versions == nil {
		versions = []Step{o.step}
	}
	if i, known := slices.BinarySearchFunc(versions, s, compareVersions); !known {
		versions = slices.Insert(versions, i, s)
	}
	versions = versions[:min(len(versions), maxVersions)]
	return versions, fold(versions)
}

// share lets the texts that an event has in common with another be in memory once.
func (o *occurrence) share(other Step) {
	s := &o.step
	for _, text := range []struct {
		own    *string
		others string
	}{
		{&s.Account, other.Account}, {&s.OwnerAccount, other.OwnerAccount}, {&s.Region, other.Region},
		{&s.PrincipalID, other.PrincipalID}, {&s.UserName, other.UserName}, {&s.UserID, other.UserID},
		{&s.SourceIP, other.SourceIP}, {&s.UserAgent, other.UserAgent},
		{&s.Workflow, other.Workflow}, {&s.Origin, other.Origin},
	} {
		if *text.own == text.others {
			*text.own = text.others
		}
	}
}

// fold returns the first version with what later corrections say over it. The name
// of the event stays the original's.
func fold(versions []Step) Step {
	s := versions[0]
	for _, version := range versions[1:] {
		if corrects(version) {
			overlay(&s, version)
		}
	}
	if original := versions[0].OriginalEventID; corrects(versions[0]) && original != "" {
		s.EventID = original
	}
	s.ID = occurrenceOf(versions[0])
	return s
}

// overlay copies to s what the correction says, field by field; a correction need
// not repeat the whole record.
func overlay(s *Step, correction Step) {
	eventID, origin, addendum := s.EventID, s.Origin, s.Addendum
	to, from := reflect.ValueOf(s).Elem(), reflect.ValueOf(correction)
	for i := range from.NumField() {
		if !from.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	s.EventID, s.Origin, s.Addendum = eventID, origin, addendum
}

// compareVersions orders the records about one event: the original before its
// corrections; a failure before anything else, so that no record hides one by using
// its eventID; the copy of the principal's own account before others; the rest in some
// order that does not depend on arrival.
func compareVersions(a, b Step) int {
	if a == b {
		return 0
	}
	return cmp.Or(
		compareBool(corrects(a), corrects(b)),
		compareBool(a.Result != Failure, b.Result != Failure),
		compareBool(a.Account != a.OwnerAccount, b.Account != b.OwnerAccount),
		a.Time.Compare(b.Time),
		strings.Compare(a.EventID, b.EventID),
		strings.Compare(fmt.Sprintf("%#v", a), fmt.Sprintf("%#v", b)),
	)
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
	return cmp.Or(
		a.step.Time.Compare(b.step.Time),
		cmp.Compare(rank(a.step), rank(b.step)),
		slices.Compare(a.id[:], b.id[:]),
	)
}

// rank breaks ties within one second. A verification comes with the next challenge,
// the last one with UserAuthentication, and the password is verified first (IAM
// Identity Center User Guide, example events: each pair has one requestID and
// time). CheckMfa precedes its ConsoleLogin, and a success ends a console sign-in.
func rank(s Step) int {
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
