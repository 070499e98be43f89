package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var nine = time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)

func play(t testing.TB, name string) ([]Record, []logged) {
	t.Helper()
	records, err := Play(name, 1, nine)
	if err != nil {
		t.Fatal(err)
	}
	var events []logged
	for _, r := range records {
		events = append(events, read(t, r.JSON))
	}
	return records, events
}

func TestEveryScenarioHoldsTheFindingsItDeclares(t *testing.T) {
	for _, s := range Scenarios() {
		_, events := play(t, s.Name)
		if diff := cmp.Diff(s.Expect, oracle(events)); diff != "" {
			t.Errorf("%s (-declared +found):\n%s", s.Name, diff)
		}
	}
}

func TestScenariosMixedTogetherKeepTheirFindings(t *testing.T) {
	var events []logged
	var want Expect
	for seed := range uint64(3) {
		for _, s := range Scenarios() {
			records, err := Play(s.Name, seed, nine)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range records {
				events = append(events, read(t, r.JSON))
			}
			want.add(s.Expect)
		}
	}
	if diff := cmp.Diff(want, oracle(events)); diff != "" {
		t.Errorf("all scenarios, three seeds (-declared +found):\n%s", diff)
	}
}

// The order of keys is that of published log files.
var keyOrder = []string{
	"eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
	"errorCode", "errorMessage", "requestParameters", "responseElements", "additionalEventData", "requestID", "eventID",
	"readOnly", "resources", "eventType", "managementEvent", "recipientAccountId", "sharedEventID", "serviceEventDetails",
	"eventCategory", "addendum", "sessionCredentialFromConsole", "tlsDetails",
}

// checkRecord holds what every record must satisfy (CloudTrail User Guide,
// "CloudTrail record contents").
func checkRecord(t testing.TB, raw []byte) logged {
	t.Helper()
	e := read(t, raw)
	keys := topKeys(t, raw)
	at := -1
	for _, key := range keys {
		i := slices.Index(keyOrder, key)
		if i <= at {
			t.Errorf("key %s is unknown or out of order in %v", key, keys)
		}
		at = i
	}
	for _, key := range []string{
		"eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
		"requestParameters", "responseElements", "eventID", "readOnly", "eventType", "managementEvent", "recipientAccountId", "eventCategory",
	} {
		if !slices.Contains(keys, key) {
			t.Errorf("no %s in %s", key, raw)
		}
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil || !bytes.Equal(compact.Bytes(), raw) {
		t.Errorf("not compact JSON: %s", raw)
	}
	if bytes.ContainsAny(raw, "<>") {
		t.Errorf("a placeholder was left in %s", raw)
	}
	if !synthetic(e.SourceIPAddress) {
		t.Errorf("address %q is not from a documentation range", e.SourceIPAddress)
	}
	if !slices.Contains(ExampleAccounts, e.RecipientAccountID) {
		t.Errorf("account %q is no example account", e.RecipientAccountID)
	}
	return e
}

func topKeys(t testing.TB, raw []byte) []string {
	t.Helper()
	var keys []string
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.Token()
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var skipped json.RawMessage
		if err := decoder.Decode(&skipped); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// synthetic says whether an address is a service or in a range of RFC 5737, RFC
// 3849 or RFC 1918.
func synthetic(address string) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address == "AWS Internal" || strings.HasSuffix(address, ".amazonaws.com")
	}
	for _, r := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "10.0.0.0/8"} {
		if netip.MustParsePrefix(r).Contains(ip) {
			return true
		}
	}
	return false
}

func TestEveryScenarioIsMadeOfWellFormedRecords(t *testing.T) {
	names := map[string]bool{}
	for _, s := range Scenarios() {
		if names[s.Name] || s.About == "" || strings.Contains(s.About, "\n") {
			t.Errorf("scenario %q: name used twice or no one-line description", s.Name)
		}
		names[s.Name] = true
		records, _ := play(t, s.Name)
		ids := map[string][]byte{}
		for i, r := range records {
			e := checkRecord(t, r.JSON)
			if earlier := ids[e.EventID]; earlier != nil && !bytes.Equal(earlier, r.JSON) {
				t.Errorf("%s: two different records with eventID %s", s.Name, e.EventID)
			}
			ids[e.EventID] = r.JSON
			if !e.EventTime.Equal(r.EventTime) || e.AWSRegion != r.Region || e.RecipientAccountID != r.Account {
				t.Errorf("%s: record %d says otherwise than its JSON", s.Name, i)
			}
			if !r.Delivered.After(r.EventTime) || r.Delivered.Truncate(deliveryMark) != r.Delivered {
				t.Errorf("%s: event of %s delivered %s", s.Name, r.EventTime, r.Delivered)
			}
			if i > 0 && r.Delivered.Before(records[i-1].Delivered) {
				t.Errorf("%s: not in the order of delivery", s.Name)
			}
		}
	}
}

// CloudTrail User Guide, "AWS Management Console sign-in events": a failure has no
// arn and an empty accessKeyId, a success an arn and no accessKeyId; a name that
// does not exist is hidden.
func TestIAMIdentitiesAreAsAWSWritesThem(t *testing.T) {
	check := func(name string, want map[string]any) {
		t.Helper()
		_, events := play(t, name)
		got := maps.Clone(events[len(events)-1].UserIdentity)
		for _, varying := range []string{"principalId", "arn", "userName"} {
			if s, ok := got[varying].(string); ok && s != hiddenName && s != "111122223333" {
				got[varying] = "..."
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	const account = "111122223333"
	check("iam-mfa-wrong", map[string]any{"type": "IAMUser", "principalId": "...", "accountId": account, "accessKeyId": "", "userName": "..."})
	check("iam-success-mfa-u2f", map[string]any{"type": "IAMUser", "principalId": "...", "arn": "...", "accountId": account, "userName": "..."})
	check("iam-unknown-name", map[string]any{"type": "IAMUser", "accountId": account, "accessKeyId": "", "userName": hiddenName})
	check("root-wrong-password", map[string]any{"type": "Root", "principalId": account, "arn": "...", "accountId": account, "accessKeyId": ""})
}

// CloudTrail User Guide, "AWS Management Console sign-in events".
func TestConsoleLoginSaysWhatTheTableOfSituationsSays(t *testing.T) {
	check := func(name, outcome, mfaUsed, message string, identifier bool) {
		t.Helper()
		_, events := play(t, name)
		e := events[len(events)-1]
		if e.EventName != "ConsoleLogin" || e.EventType != "AwsConsoleSignIn" || e.RequestID != "" {
			t.Errorf("%s ends with %s, type %s, request %q", name, e.EventName, e.EventType, e.RequestID)
		}
		if e.ResponseElements["ConsoleLogin"] != outcome || e.text("MFAUsed") != mfaUsed || e.ErrorMessage != message || (e.text("MFAIdentifier") != "") != identifier {
			t.Errorf("%s: %v, MFAUsed %q, %q, MFAIdentifier %q", name, e.ResponseElements, e.text("MFAUsed"), e.ErrorMessage, e.text("MFAIdentifier"))
		}
	}
	check("iam-unknown-name", "Failure", "No", "No username found in supplied account", false)
	check("iam-wrong-password", "Failure", "No", "Failed authentication", false)
	check("iam-mfa-wrong", "Failure", "Yes", "Failed authentication", false)
	check("iam-success-no-mfa", "Success", "No", "", false)
	check("iam-success-mfa-virtual", "Success", "Yes", "", true)
	check("root-wrong-password", "Failure", "No", "Failed authentication", false)
	check("root-mfa-wrong", "Failure", "Yes", "Failed authentication", false)
	check("root-success-mfa", "Success", "YES", "", true)
	check("root-success-no-mfa", "Success", "No", "", false)
	check("role-saml", "Success", "No", "", false)
	check("role-identity-center", "Success", "No", "", false)
	check("role-federation-url", "Success", "No", "", false)
}

// IAM Identity Center User Guide, "Understanding IAM Identity Center sign-in
// events": three events without a second factor, five with one; one workflow id;
// verification and what it leads to share request and second.
func TestIdentityCenterSequencesAreAsDocumented(t *testing.T) {
	check := func(name string, want ...string) {
		t.Helper()
		_, events := play(t, name)
		var got []string
		for _, e := range events {
			got = append(got, strings.TrimPrefix(e.EventName, "Credential")+" "+e.text("CredentialType")+" "+e.detail())
			if e.text("AuthWorkflowID") != events[0].text("AuthWorkflowID") || e.EventType != "AwsServiceEvent" || e.ResponseElements != nil {
				t.Errorf("%s: %s has another workflow or type, or responseElements", name, e.EventName)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	check("idc-success-no-mfa", "Challenge PASSWORD Success", "Verification PASSWORD Success", "UserAuthentication PASSWORD Success")
	check("idc-success-mfa-totp", "Challenge PASSWORD Success", "Verification PASSWORD Success", "Challenge TOTP Success", "Verification TOTP Success", "UserAuthentication PASSWORD,TOTP Success")
	check("idc-totp-wrong", "Challenge PASSWORD Success", "Verification PASSWORD Success", "Challenge TOTP Success", "Verification TOTP Failure", "Challenge TOTP Success")
	check("idc-external-idp", "UserAuthentication EXTERNAL_IDP Success")

	_, events := play(t, "idc-success-mfa-totp")
	for _, pair := range [][2]int{{1, 2}, {3, 4}} {
		a, b := events[pair[0]], events[pair[1]]
		if a.RequestID != b.RequestID || !a.EventTime.Equal(b.EventTime) {
			t.Errorf("%s and %s do not share request and second", a.EventName, b.EventName)
		}
	}
	if events[0].RequestID == events[1].RequestID {
		t.Error("the prompt and the answer share a request")
	}
}

// AWS Security Blog, "Important changes to CloudTrail events for AWS IAM Identity
// Center"; IAM Identity Center User Guide, "Username in sign-in events".
func TestNamesStandWhereEachLayoutPutsThem(t *testing.T) {
	check := func(name string, index int, kind string, userName, onBehalfOf, inExtra bool) {
		t.Helper()
		_, events := play(t, name)
		e := events[index]
		_, hasName := e.UserIdentity["userName"]
		_, hasPrincipal := e.UserIdentity["principalId"]
		_, hasBehalf := e.UserIdentity["onBehalfOf"]
		_, hasExtra := e.AdditionalEventData["UserName"]
		if e.UserIdentity["type"] != kind || hasName != userName || hasPrincipal != userName || hasBehalf != onBehalfOf || hasExtra != inExtra {
			t.Errorf("%s, event %d: identity %v, additionalEventData %v", name, index, e.UserIdentity, e.AdditionalEventData)
		}
	}
	const prompt, wrong = 0, 3
	check("idc-totp-wrong", prompt, "IdentityCenterUser", false, true, true)
	check("idc-totp-wrong", wrong, "Unknown", false, false, false)
	check("idc-totp-wrong-2024", prompt, "Unknown", true, true, true)
	check("idc-totp-wrong-2024", wrong, "Unknown", true, true, false)
	check("idc-totp-wrong-2020", prompt, "Unknown", true, false, false)
	check("idc-totp-wrong-2020", wrong, "Unknown", true, false, false)
	check("idc-unknown-name", prompt, "Unknown", false, false, true)
	_, events := play(t, "idc-unknown-name")
	if events[0].text("UserName") != hiddenName {
		t.Errorf("unknown name is written %q", events[0].text("UserName"))
	}
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	for i, s := range Scenarios() {
		if i%3 != 0 {
			continue // filling the pools three times for each takes a while
		}
		one, _ := Play(s.Name, 7, nine)
		two, _ := Play(s.Name, 7, nine)
		if diff := cmp.Diff(one, two); diff != "" {
			t.Fatalf("%s differs from itself:\n%s", s.Name, diff)
		}
		other, _ := Play(s.Name, 8, nine)
		if bytes.Equal(one[0].JSON, other[0].JSON) {
			t.Errorf("%s does not depend on the seed", s.Name)
		}
	}
}

func TestAnUnknownScenarioIsRefusedWithTheNearestName(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		_, err := Play(in, 1, nine)
		var unknown *UnknownScenarioError
		if !errors.As(err, &unknown) || unknown.Nearest != want {
			t.Errorf("Play(%q): %v, want a suggestion of %q", in, err, want)
		}
	}
	check("idc-totp-wrog", "idc-totp-wrong")
	check("root-mfa-wron", "root-mfa-wrong")
	check("iam_mfa_abandoned", "iam-mfa-abandoned")
}

func TestScenariosAreWrittenInTheFilesTheyAreDeliveredIn(t *testing.T) {
	var b bucket
	o := ScenarioOptions{Names: []string{"all", "delivery-twice"}, Organization: "o-exampleorgid", At: nine, Seed: 3, Region: "eu-west-1"}
	sum, err := WriteScenarios(context.Background(), o, b.create)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Duplicates != 2 || sum.Files != len(b.files) || sum.SignIns+sum.Duplicates != sum.Records {
		t.Errorf("counts do not balance: %+v", sum)
	}
	events := b.events(t)
	if int64(len(events)) != sum.Records {
		t.Errorf("%d records read, %d written", len(events), sum.Records)
	}
	if diff := cmp.Diff(sum.Expect, oracle(events)); diff != "" {
		t.Errorf("findings (-declared +found):\n%s", diff)
	}
	for _, e := range events {
		if root := e.UserIdentity["type"] == "Root" && e.EventName == "ConsoleLogin"; root && e.AWSRegion != "us-east-1" {
			t.Errorf("root ConsoleLogin in %s", e.AWSRegion)
		}
		if e.EventTime.After(nine.Add(-settleTime)) {
			t.Errorf("%s at %s leaves no time to settle", e.EventName, e.EventTime)
		}
	}
	for key := range b.files {
		if stamp := keyForm.FindStringSubmatch(key); stamp == nil || stamp[1] != "o-exampleorgid/" {
			t.Errorf("key %s is not that of an organization trail", key)
		}
	}
}

func FuzzAnyNameIsSafe(f *testing.F) {
	f.Add("idc-totp-wrong")
	f.Add("")
	f.Add("<guid>\"\\\x00é")
	f.Fuzz(func(t *testing.T, name string) {
		if _, err := Play(name, 1, nine); err != nil && err.Error() == "" {
			t.Error("an error that says nothing")
		}
		// What a caller puts into a record comes out as it went in.
		var back string
		if err := json.Unmarshal(append(append([]byte{'"'}, quoted(name)...), '"'), &back); err != nil {
			t.Fatalf("quoted(%q): %v", name, err)
		}
		if back != strings.ToValidUTF8(name, "\uFFFD") && strings.ToValidUTF8(name, "") == name {
			t.Errorf("quoted(%q) reads back as %q", name, back)
		}
	})
}
