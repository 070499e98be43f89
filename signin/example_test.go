package signin_test

import (
	"fmt"
	"time"

	"github.com/trailbell/trailbell/signin"
)

// Somebody knows a password, is asked for a code, and leaves.
func Example() {
	records := []string{
		`{"eventID":"27ea7725-c1fd-4355-bdba-d0e628e0e601","eventTime":"2026-03-03T09:00:09Z","awsRegion":"eu-central-1",
		  "eventSource":"signin.amazonaws.com","eventName":"CredentialVerification","recipientAccountId":"111122223333",
		  "additionalEventData":{"AuthWorkflowID":"9de74b32-8362-4a01-a524-de21df59fd83","CredentialType":"PASSWORD"},
		  "serviceEventDetails":{"CredentialVerification":"Success"}}`,
		`{"eventID":"27ea7725-c1fd-4355-bdba-d0e628e0e602","eventTime":"2026-03-03T09:00:09Z","awsRegion":"eu-central-1",
		  "eventSource":"signin.amazonaws.com","eventName":"CredentialChallenge","recipientAccountId":"111122223333",
		  "additionalEventData":{"AuthWorkflowID":"9de74b32-8362-4a01-a524-de21df59fd83","CredentialType":"TOTP"},
		  "serviceEventDetails":{"CredentialChallenge":"Success"}}`,
		`{"eventID":"27ea7725-c1fd-4355-bdba-d0e628e0e600","eventTime":"2026-03-03T09:00:00Z","awsRegion":"eu-central-1",
		  "eventSource":"signin.amazonaws.com","eventName":"CredentialChallenge","recipientAccountId":"111122223333",
		  "additionalEventData":{"AuthWorkflowID":"9de74b32-8362-4a01-a524-de21df59fd83","CredentialType":"PASSWORD","UserName":"ana"},
		  "serviceEventDetails":{"CredentialChallenge":"Success"}}`,
	}
	tracker := signin.NewTracker(signin.Limits{})
	var ledger signin.Ledger
	for _, record := range records {
		step, err := signin.Parse([]byte(record))
		if err != nil {
			fmt.Println(err)
			continue
		}
		ledger.Apply(tracker.Add(step, time.Time{}))
	}
	ledger.Apply(tracker.Advance(time.Date(2026, 3, 3, 9, 30, 0, 0, time.UTC)))

	for _, f := range ledger.Findings() {
		fmt.Printf("%s %s: %s did not answer %s (%s)\n", f.Time.Format(time.TimeOnly), f.Kind, f.Subject, f.Factor, f.Certainty)
	}
	for s := range tracker.SignIns() {
		fmt.Println(s.Outcome)
	}
	// Output:
	// 09:00:09 mfa_abandoned: ana did not answer TOTP (proven)
	// abandoned at MFA
}
