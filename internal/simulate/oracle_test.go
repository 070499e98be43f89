package simulate

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// logged is what the tests read back from a record.
type logged struct {
	EventVersion        string
	EventTime           time.Time
	EventSource         string
	EventName           string
	AWSRegion           string
	SourceIPAddress     string
	UserAgent           string
	ErrorCode           string
	ErrorMessage        string
	RequestID           string
	EventID             string
	EventType           string
	EventCategory       string
	RecipientAccountID  string
	UserIdentity        map[string]any
	ResponseElements    map[string]any
	AdditionalEventData map[string]any
	ServiceEventDetails map[string]string
	Addendum            map[string]string
}

func read(t testing.TB, raw []byte) logged {
	t.Helper()
	var e logged
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatalf("record does not decode: %v\n%s", err, raw)
	}
	return e
}

func (e logged) text(key string) string {
	s, _ := e.AdditionalEventData[key].(string)
	return s
}

// detail is the one value of serviceEventDetails, whatever its key.
func (e logged) detail() string {
	for _, v := range e.ServiceEventDetails {
		return v
	}
	return ""
}

// oracle counts findings in the plainest way: it has all records before it and
// sorts them by time, which a reader of a live trail cannot.
func oracle(events []logged) Expect {
	var found Expect
	seen := map[string]bool{}
	consoles := map[string][]logged{} // by who and from where
	workflows := map[string][]logged{}
	for _, e := range events {
		if seen[e.EventID] || e.Addendum["originalEventID"] != "" || e.EventSource != "signin.amazonaws.com" {
			continue
		}
		seen[e.EventID] = true
		switch e.EventName {
		case "CheckMfa", "ConsoleLogin":
			who, _ := e.UserIdentity["userName"].(string)
			key := strings.Join([]string{e.RecipientAccountID, who, e.SourceIPAddress}, " ")
			consoles[key] = append(consoles[key], e)
		case "CredentialChallenge", "CredentialVerification", "UserAuthentication":
			workflows[e.text("AuthWorkflowID")] = append(workflows[e.text("AuthWorkflowID")], e)
		}
	}
	for _, events := range consoles {
		found.add(ofConsole(events))
	}
	for _, events := range workflows {
		found.add(ofWorkflow(events))
	}
	return found
}

func ofConsole(events []logged) Expect {
	sortByTime(events)
	var found Expect
	waiting := false
	for _, e := range events {
		switch {
		case e.EventName == "CheckMfa":
			waiting = true
		case e.ResponseElements["ConsoleLogin"] == "Failure" && strings.EqualFold(e.text("MFAUsed"), "Yes"):
			found.MFAFailed++
			waiting = false
		default:
			waiting = false
		}
	}
	if waiting {
		found.MFAAbandoned++
	}
	return found
}

func ofWorkflow(events []logged) Expect {
	sortByTime(events)
	var found Expect
	var passwordRight, asked, answered bool
	for _, e := range events {
		second := passwordRight && e.text("CredentialType") != "PASSWORD"
		switch {
		case strings.HasPrefix(e.text("LoginTo"), "https://webapp-"), strings.Contains(e.text("LoginTo"), "workspaces"):
			return Expect{}
		case e.EventName == "CredentialChallenge":
			asked = asked || second
		case e.EventName == "UserAuthentication":
			answered = true
		case second:
			answered = true
			if e.detail() == "Failure" {
				found.MFAFailed++
			}
		case e.text("CredentialType") == "PASSWORD" && e.detail() == "Success":
			passwordRight = true
		}
	}
	if asked && !answered {
		found.MFAAbandoned++
	}
	return found
}

// sortByTime puts events of one second in the order in which the page works:
// answer, next prompt, end.
func sortByTime(events []logged) {
	rank := map[string]int{"CredentialVerification": 0, "CredentialChallenge": 1, "UserAuthentication": 2}
	slices.SortFunc(events, func(a, b logged) int {
		if c := a.EventTime.Compare(b.EventTime); c != 0 {
			return c
		}
		return rank[a.EventName] - rank[b.EventName]
	})
}
