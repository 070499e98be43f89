package main

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/trailbell/trailbell/event"
	"github.com/trailbell/trailbell/signin"
)

// matched is what is said of an event that a pattern matches, in the words of findings.
// Its texts are hostile.
type matched struct {
	id, account, region, source, name, address, agent string

	identity  signin.Identity // empty if the record has none
	subject   string          // a name for people; empty if there is none
	subjectID string
	time      time.Time
}

// readMatched reads what it can; fields that are missing or have another form are empty.
func readMatched(raw []byte) matched {
	record := jsonObject(raw)
	identity := jsonObject(record["userIdentity"])
	e := matched{
		id:       jsonText(record["eventID"]),
		account:  firstJSONText(record["recipientAccountId"], identity["accountId"]),
		region:   jsonText(record["awsRegion"]),
		source:   jsonText(record["eventSource"]),
		name:     jsonText(record["eventName"]),
		address:  jsonText(record["sourceIPAddress"]),
		agent:    jsonText(record["userAgent"]),
		identity: identityTypes[jsonText(identity["type"])],
	}
	e.time, _ = event.ParseTime(jsonText(record["eventTime"]))
	e.readSubject(identity)
	if step, err := signin.Parse(raw); err == nil {
		e.identity = step.Identity
		e.subject = cmp.Or(step.TypedName, e.subject)
	}
	return e
}

// identityTypes are the values of userIdentity.type (CloudTrail User Guide, userIdentity
// element) as findings have them.
var identityTypes = map[string]signin.Identity{
	"IAMUser":            signin.IAMUser,
	"Root":               signin.Root,
	"IdentityCenterUser": signin.IdentityCenter,
	"AssumedRole":        signin.AssumedRole,
	"Role":               signin.Role,
	"FederatedUser":      signin.FederatedUser,
	"SAMLUser":           signin.SAMLUser,
	"WebIdentityUser":    signin.WebIdentityUser,
	"Directory":          signin.Directory,
	"AWSAccount":         signin.AWSAccount,
	"AWSService":         signin.AWSService,
	"Unknown":            signin.UnknownIdentity,
}

// readSubject reads who it was: the user, root, the role and its session, or the service
// on whose behalf it was (CloudTrail User Guide, userIdentity element).
func (e *matched) readSubject(identity map[string]json.RawMessage) {
	owner, principal := jsonText(identity["accountId"]), jsonText(identity["principalId"])
	e.subject = jsonText(identity["userName"])
	e.subjectID = jsonText(jsonObject(identity["onBehalfOf"])["userId"])
	// In the layout of Identity Center before July 2025 principalId repeats the account
	// and names nobody.
	if e.subjectID == "" && (principal != owner || e.identity == signin.Root) {
		e.subjectID = principal
	}
	_, session, isSession := strings.Cut(principal, ":")
	switch {
	case e.identity == signin.Root:
		e.subject = "root of " + owner
	case e.subject != "":
	case isSession:
		issuer := jsonObject(jsonObject(identity["sessionContext"])["sessionIssuer"])
		e.subject = strings.TrimPrefix(jsonText(issuer["userName"])+"/"+session, "/")
	default:
		e.subject = jsonText(identity["invokedBy"])
	}
}

// who names the subject where the account is told as well.
func (e *matched) who() string {
	if e.identity == signin.Root {
		return "root"
	}
	return cmp.Or(e.subject, e.subjectID, string(e.identity))
}

func jsonObject(raw []byte) map[string]json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	return fields
}

func jsonText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func firstJSONText(all ...json.RawMessage) string {
	for _, raw := range all {
		if s := jsonText(raw); s != "" {
			return s
		}
	}
	return ""
}
