package signin

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// The tests write CloudTrail records, not Steps, so that what they pin is what a
// record means. The shapes follow the samples of the CloudTrail User Guide and the
// IAM Identity Center User Guide.

const (
	account  = "111122223333"
	workflow = "9de74b32-8362-4a01-a524-de21df59fd83"
	userID   = "e3644802-3061-7018-86c3-aaaaaaaaaaaa"
	address  = "203.0.113.7"
)

var start = time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)

// fields are merged into a record, objects key by key; nil removes a key.
type fields map[string]any

func (f fields) with(others ...fields) fields {
	merged := fields{}
	for k, v := range f {
		merged[k] = v
	}
	for _, other := range others {
		for k, v := range other {
			inner, isObject := v.(fields)
			outer, wasObject := merged[k].(fields)
			switch {
			case v == nil:
				delete(merged, k)
			case isObject && wasObject:
				merged[k] = outer.with(inner)
			default:
				merged[k] = v
			}
		}
	}
	return merged
}

// guidOf makes an eventID of a number.
func guidOf(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func at(n, second int) fields {
	return fields{
		"eventID":   guidOf(n),
		"eventTime": start.Add(time.Duration(second) * time.Second).Format(time.RFC3339),
	}
}

func signinEvent(name string, n, second int) fields {
	return fields{
		"eventVersion": "1.08", "eventSource": "signin.amazonaws.com", "eventName": name,
		"awsRegion": "eu-central-1", "sourceIPAddress": address, "userAgent": "Mozilla/5.0",
		"recipientAccountId": account, "requestParameters": nil,
	}.with(at(n, second))
}

// center is an event of Identity Center in the layout since July 2025, as failures
// have it: no name, no userId.
func center(name string, factor Factor, result string, n, second int) fields {
	return signinEvent(name, n, second).with(fields{
		"eventType":           "AwsServiceEvent",
		"userIdentity":        fields{"type": "Unknown", "accountId": account},
		"additionalEventData": fields{"AuthWorkflowID": workflow, "CredentialType": string(factor)},
		"serviceEventDetails": fields{name: result},
	})
}

func challenge(factor Factor, n, second int) fields {
	return center("CredentialChallenge", factor, "Success", n, second)
}

func verified(factor Factor, n, second int) fields {
	return center("CredentialVerification", factor, "Success", n, second)
}

func refused(factor Factor, n, second int) fields {
	return center("CredentialVerification", factor, "Failure", n, second)
}

func authenticated(factors Factor, n, second int) fields {
	return center("UserAuthentication", factors, "Success", n, second)
}

func iamUser(name string) fields {
	return fields{"userIdentity": fields{
		"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "accountId": account,
		"accessKeyId": "", "userName": name,
	}}
}

var rootUser = fields{"userIdentity": fields{
	"type": "Root", "principalId": account, "accountId": account,
	"arn": "arn:aws:iam::" + account + ":root", "accessKeyId": "",
}}

func consoleLogin(result, mfaUsed string, n, second int) fields {
	f := signinEvent("ConsoleLogin", n, second).with(iamUser("anaya"), fields{
		"eventType":           "AwsConsoleSignIn",
		"responseElements":    fields{"ConsoleLogin": result},
		"additionalEventData": fields{"MFAUsed": mfaUsed, "MobileVersion": "No"},
	})
	if result == "Failure" {
		f["errorMessage"] = "Failed authentication"
	}
	return f
}

func checkMfa(mfaType string, n, second int) fields {
	return signinEvent("CheckMfa", n, second).with(iamUser("anaya"), fields{
		"eventType":           "AwsConsoleSignIn",
		"responseElements":    fields{"CheckMfa": "Success"},
		"additionalEventData": fields{"MfaType": mfaType},
	})
}

func raw(t testing.TB, f fields) []byte {
	t.Helper()
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parse(t testing.TB, f fields) Step {
	t.Helper()
	s, err := Parse(raw(t, f))
	if err != nil {
		t.Fatalf("parse %s: %v", raw(t, f), err)
	}
	return s
}

// run gives the records to a Tracker and lets a day pass.
func run(t testing.TB, records ...fields) ([]Finding, []SignIn) {
	t.Helper()
	return runUntil(t, start.Add(24*time.Hour), records...)
}

func runUntil(t testing.TB, now time.Time, records ...fields) ([]Finding, []SignIn) {
	t.Helper()
	tracker := NewTracker(Limits{})
	var ledger Ledger
	for _, f := range records {
		ledger.Apply(tracker.Add(parse(t, f), time.Time{}))
	}
	ledger.Apply(tracker.Advance(now))
	var signIns []SignIn
	for s := range tracker.SignIns() {
		signIns = append(signIns, s)
	}
	return ledger.Findings(), signIns
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
