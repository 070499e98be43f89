package signin

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEveryEventIsClassified(t *testing.T) {
	check := func(source, name string, kind Kind) {
		t.Helper()
		f := fields{"eventSource": source, "eventName": name, "recipientAccountId": account}.with(at(1, 0))
		if kind == MFACode {
			f["errorCode"] = "AccessDenied"
			f["errorMessage"] = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
		}
		if got := parse(t, f); got.Kind != kind || got.Source != source || got.Name != name {
			t.Errorf("%s %s: %q, want %q", source, name, got.Kind, kind)
		}
		if got := Relevant([]byte(source), []byte(name)); got != (kind != MFACode) {
			t.Errorf("%s %s: relevant is %v", source, name, got)
		}
	}
	for kind, names := range map[Kind]string{ // CloudTrail User Guide, console sign-in events
		ConsoleLogin: "ConsoleLogin", CheckMfa: "CheckMfa", DirectoryLogin: "ExternalIdPDirectoryLogin",
		PasswordRecovery: "PasswordRecoveryRequested PasswordRecoveryCompleted",
		PasswordChange:   "PasswordUpdated", EmailChange: "EmailUpdated", FederationToken: "GetSigninToken",
		RoleSwitch:          "SwitchRole ExitRole RenewRole",
		OAuthToken:          "AuthorizeOAuth2Access CreateOAuth2Token IntrospectOAuth2Token RevokeOAuth2Token",
		CredentialChallenge: "CredentialChallenge", CredentialVerification: "CredentialVerification",
		UserAuthentication: "UserAuthentication",
	} {
		for name := range strings.FieldsSeq(names) {
			check("signin.amazonaws.com", name, kind)
		}
	}
	for kind, names := range map[Kind]string{ // IAM Identity Center User Guide, CloudTrail use cases
		Portal:    "Authenticate Federate ListAccounts ListAccountRoles ListApplications ListProfilesForApplication GetRoleCredentials Logout",
		OIDC:      "RegisterClient StartDeviceAuthorization CreateToken CreateTokenWithIAM",
		MFAPolicy: "PutMfaDeviceManagementForDirectory",
	} {
		for name := range strings.FieldsSeq(names) {
			check("sso.amazonaws.com", name, kind)
		}
	}
	for kind, names := range map[Kind]string{
		MFADevice: "StartVirtualMfaDeviceRegistration CompleteVirtualMfaDeviceRegistration StartWebAuthnDeviceRegistration " +
			"CompleteWebAuthnDeviceRegistration DeleteMfaDeviceForUser UpdateMfaDeviceForUser ListMfaDevicesForUser",
		MFAPolicy:      "PutMfaDeviceManagementForDirectory",
		PasswordChange: "UpdatePassword", EmailChange: "VerifyEmail", UserState: "DisableUser EnableUser",
		IdentityProvider: "CreateExternalIdPConfigurationForDirectory UpdateExternalIdPConfigurationForDirectory " +
			"DeleteExternalIdPConfigurationForDirectory EnableExternalIdPConfigurationForDirectory DisableExternalIdPConfigurationForDirectory",
	} {
		for name := range strings.FieldsSeq(names) {
			check("sso-directory.amazonaws.com", name, kind)
			check("identitystore.amazonaws.com", name, kind)
		}
	}
	for kind, names := range map[Kind]string{ // IAM User Guide, Logging IAM and STS API calls
		MFADevice:      "CreateVirtualMFADevice EnableMFADevice DeactivateMFADevice DeleteVirtualMFADevice ResyncMFADevice ListMFADevices",
		PasswordChange: "CreateLoginProfile UpdateLoginProfile",
	} {
		for name := range strings.FieldsSeq(names) {
			check("iam.amazonaws.com", name, kind)
		}
	}
	check("sts.amazonaws.com", "GetSessionToken", MFACode)
	check("sts.amazonaws.com", "AssumeRole", MFACode)
}

func TestOtherEventsAreNoSignIns(t *testing.T) {
	for _, f := range []fields{
		{"eventSource": "s3.amazonaws.com", "eventName": "GetObject"},
		{"eventSource": "signin.amazonaws.com", "eventName": "AssumeRole"},
		{"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole"},
		{"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "errorCode": "AccessDenied", "errorMessage": "not authorized"},
		{"eventSource": "iam.amazonaws.com", "eventName": "ConsoleLogin"},
		{"eventSource": "sso.amazonaws.com", "eventName": "https://portal.sso.us-east-1.amazonaws.com/instance/appinstances"},
		{},
	} {
		if _, err := Parse(raw(t, f)); !errors.Is(err, ErrNotSignIn) {
			t.Errorf("%v: error %v, want ErrNotSignIn", f, err)
		}
	}
	for _, text := range []string{"", "null", "1", `"x"`, "[]", "{", `{"eventName":"ConsoleLogin"`, "{}{}"} {
		if _, err := Parse([]byte(text)); err == nil || errors.Is(err, ErrNotSignIn) {
			t.Errorf("%q: error %v, want one about its form", text, err)
		}
	}
	if _, err := Parse([]byte(`{"a":"` + strings.Repeat("x", MaxRecord) + `"}`)); err == nil {
		t.Error("a record longer than MaxRecord was read")
	}
}

// The rows are those of the CloudTrail User Guide, console sign-in events.
func TestSituationsOfAConsoleLogin(t *testing.T) {
	check := func(want Situation, f fields) {
		t.Helper()
		if got := parse(t, f).Situation; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	role := fields{"userIdentity": fields{"type": "AssumedRole"}}
	check(UnknownName, consoleLogin("Failure", "No", 1, 0).with(fields{"errorMessage": "No username found in supplied account"}))
	check(PasswordWrong, consoleLogin("Failure", "No", 1, 0))
	check(SecondFactorWrong, consoleLogin("Failure", "Yes", 1, 0))
	check(SignedIn, consoleLogin("Success", "No", 1, 0))
	check(SignedInWithMFA, consoleLogin("Success", "Yes", 1, 0))
	check(PasswordWrong, consoleLogin("Failure", "No", 1, 0).with(rootUser))
	check(SecondFactorWrong, consoleLogin("Failure", "Yes", 1, 0).with(rootUser))
	check(SignedInAsRole, consoleLogin("Success", "No", 1, 0).with(role))
	check(SignInFailed, consoleLogin("Failure", "No", 1, 0).with(fields{"errorMessage": "something new"}))
	check("", consoleLogin("", "No", 1, 0))
	check(SecondFactorAsked, checkMfa("Virtual MFA", 1, 0))
	check(AskedPassword, challenge(Password, 1, 0))
	check(PasswordRight, verified(Password, 1, 0))
	check(FactorWrong, refused(TOTP, 1, 0))
	check(SignedInWithMFA, authenticated("PASSWORD,TOTP", 1, 0))
	check(SignedInFederated, authenticated(ExternalIdP, 1, 0))
	check(DeviceFlow, fields{
		"eventSource": "sso.amazonaws.com", "eventName": "CreateToken",
		"requestParameters": fields{"grantType": "urn:ietf:params:oauth:grant-type:device_code"},
	})
}

func TestOddRecordsAreReadAllTheSame(t *testing.T) {
	plain := parse(t, consoleLogin("Failure", "Yes", 1, 0))
	same := func(name string, f fields) {
		t.Helper()
		if diff := cmp.Diff(plain, parse(t, f)); diff != "" {
			t.Errorf("%s (-plain +odd):\n%s", name, diff)
		}
	}
	f := consoleLogin("Failure", "Yes", 1, 0)
	data := func(mfaUsed any) fields { return f.with(fields{"additionalEventData": fields{"MFAUsed": mfaUsed}}) }
	same("capitals", data("YES"))
	same("blanks", data(" yes "))
	same("a boolean", data(true))
	same("capitals in the result", f.with(fields{"responseElements": fields{"ConsoleLogin": "FAILURE"}}))
	same("no eventVersion", f.with(fields{"eventVersion": nil}))
	same("an exporter's time", f.with(fields{"eventTime": "2026-03-03 09:00:00.000000000"}))
	same("null as text", f.with(fields{"requestParameters": "null", "sharedEventID": "null", "addendum": "null"}))
	same("objects as text", f.with(fields{"additionalEventData": nil}, fields{"additionalEventData": `{"MFAUsed":"Yes"}`}))
	same("empty texts", f.with(fields{"userIdentity": fields{"arn": "", "accessKeyId": ""}}))
	same("odd types elsewhere", f.with(fields{"addendum": []int{1}, "serviceEventDetails": 7, "sharedEventID": fields{"a": 1}}))
	same("keys in other letters", f.with(fields{
		"EventName": "CheckMfa", "eventname": "x", "USERIDENTITY": fields{"type": "Root"},
		"userIdentity": fields{"UserName": "eve", "username": "eve"}, "responseElements": fields{"consolelogin": "Success"},
		"additionalEventData": fields{"mfaused": "No", "MFAUSED": "No"},
	}))

	for _, odd := range []any{"null", "", 3, true, []any{}, nil} {
		bare := f.with(fields{"userIdentity": nil, "additionalEventData": nil, "responseElements": nil, "eventTime": nil, "errorMessage": nil},
			fields{"userIdentity": odd, "additionalEventData": odd, "responseElements": odd, "eventTime": odd})
		if s := parse(t, bare); s.Result != "" || s.MFAUsed != "" || s.UserName != "" || s.Identity != UnknownIdentity || !s.Time.IsZero() {
			t.Errorf("with %#v for its objects: %+v", odd, s)
		}
	}
}

func TestATimeThatCannotBeWrittenAgainIsNoTime(t *testing.T) {
	for _, text := range []string{"9999-12-31T23:59:59-23:00", "0000-01-01T00:00:00+23:00", "redacted", "..."} {
		s := parse(t, consoleLogin("Failure", "Yes", 1, 0).with(fields{"eventTime": text}))
		if !s.Time.IsZero() {
			t.Errorf("%q: %v", text, s.Time)
		}
		findings, _ := run(t, consoleLogin("Failure", "Yes", 1, 0).with(fields{"eventTime": text}))
		mustJSON(t, findings)
	}
}

func TestFactorsAreNormalised(t *testing.T) {
	check := func(in string, want ...Factor) {
		t.Helper()
		got := parse(t, center("UserAuthentication", Factor(in), "Success", 1, 0)).Factors()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
	check("PASSWORD,TOTP", Password, TOTP)
	check(" password , webauthn ", Password, WebAuthn)
	check("")
	check(",,")
	check("PASSWORD,\x1b[31mX", Password)
	check(strings.Repeat("A,", 100), "A", "A", "A", "A", "A", "A", "A", "A")
}

func TestIdentities(t *testing.T) {
	check := func(want Identity, f fields) {
		t.Helper()
		if got := parse(t, f).Identity; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	of := func(userIdentity fields) fields {
		return consoleLogin("Success", "No", 1, 0).with(fields{"userIdentity": nil}, fields{"userIdentity": userIdentity})
	}
	for typ, want := range map[string]Identity{
		"IAMUser": IAMUser, "Root": Root, "AssumedRole": AssumedRole, "Role": Role, "FederatedUser": FederatedUser,
		"SAMLUser": SAMLUser, "WebIdentityUser": WebIdentityUser, "IdentityCenterUser": IdentityCenter, "Directory": Directory,
		"AWSAccount": AWSAccount, "AWSService": AWSService, "Unknown": UnknownIdentity, "": UnknownIdentity, "iamuser ": IAMUser,
	} {
		check(want, of(fields{"type": typ}))
	}
	check(Root, of(fields{"arn": "arn:aws:iam::111122223333:root"}))
	check(IAMUser, of(fields{"arn": "arn:aws-cn:iam::111122223333:user/ana"}))
	check(AssumedRole, of(fields{"arn": "arn:aws:sts::111122223333:assumed-role/r/s"}))
	check(IdentityCenter, challenge(Password, 1, 0))
	check(IdentityCenter, challenge(Password, 1, 0).with(fields{"userIdentity": fields{"type": "IdentityCenterUser"}}))
	check(WorkSpaces, challenge(SmartCard, 1, 0).with(fields{"sourceIPAddress": "AWS Internal"}))
}

func TestTextsAreCutToTheirBounds(t *testing.T) {
	long := strings.Repeat("ü", MaxRecord/40)
	s := parse(t, refused(TOTP, 1, 0).with(fields{
		"userAgent": long, "sourceIPAddress": long, "awsRegion": long, "recipientAccountId": long, "requestID": long, "eventID": long,
		"userIdentity":        fields{"userName": long, "principalId": long, "accountId": long, "onBehalfOf": fields{"userId": long}},
		"additionalEventData": fields{"UserName": long, "AuthWorkflowID": long},
	}))
	checkBounded(t, s)
	if len(s.UserAgent) != maxUserAgent || len(s.UserName) != maxText {
		t.Errorf("agent of %d bytes, name of %d", len(s.UserAgent), len(s.UserName))
	}
}

func checkBounded(t testing.TB, s Step) {
	t.Helper()
	total, v := 0, reflect.ValueOf(s)
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.String {
			total += v.Field(i).Len()
			if v.Field(i).Len() > maxUserAgent {
				t.Errorf("%s has %d bytes", v.Type().Field(i).Name, v.Field(i).Len())
			}
		}
	}
	if total > 5<<10 {
		t.Errorf("a step of %d bytes", total)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []fields{
		challenge(Password, 1, 0), refused(TOTP, 2, 0), authenticated("PASSWORD,TOTP", 3, 0), checkMfa("U2F MFA", 4, 0),
		consoleLogin("Failure", "Yes", 5, 0), consoleLogin("Success", "Yes", 6, 0).with(rootUser),
		consoleLogin("Failure", "Yes", 7, 0).with(fields{"addendum": fields{"reason": "UPDATED_DATA", "originalEventID": guidOf(5)}}),
	} {
		f.Add(raw(f, seed))
	}
	f.Add([]byte(`{"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","userIdentity":"null","eventID":"1"}`))
	f.Add([]byte(strings.Repeat("[", 20_000)))
	f.Add([]byte(`{"userIdentity":` + strings.Repeat(`{"a":`, 20_000)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := Parse(raw)
		if err != nil {
			return
		}
		checkBounded(t, s)
		tracker := NewTracker(Limits{})
		var ledger Ledger
		ledger.Apply(tracker.Add(s, time.Time{}))
		ledger.Apply(tracker.Add(s, start))
		ledger.Apply(tracker.Advance(start.Add(time.Hour)))
		mustJSON(t, ledger.Findings())
		checkInvariants(t, tracker)
	})
}

func TestWhatCannotBeToldByItsNameMayBeRelevant(t *testing.T) {
	check := func(want bool, source, name []byte) {
		t.Helper()
		if got := Relevant(source, name); got != want {
			t.Errorf("%q %q: %v, want %v", source, name, got, want)
		}
	}
	signin, login := []byte("signin.amazonaws.com"), []byte("ConsoleLogin")
	check(true, signin, login)
	check(true, signin, []byte(`Console\u004cogin`))
	check(true, []byte(`signin\u002eamazonaws.com`), login)
	check(false, []byte(`s3.amazonaws.com`), []byte(`Get\/Object`)) // whatever its name is
	check(true, nil, login)
	check(true, signin, nil)
	check(true, nil, nil)
	check(true, []byte{}, []byte("GetObject"))
	check(false, signin, []byte("GetObject"))
	check(false, []byte("s3.amazonaws.com"), []byte("GetObject"))
	check(false, []byte("sts.amazonaws.com"), []byte("AssumeRole"))

	escaped := []byte(`{"eventSource":"signin\u002eamazonaws.com","eventName":"Console\u004cogin","eventID":"` + guidOf(1) + `"}`)
	if s, err := Parse(escaped); err != nil || s.Kind != ConsoleLogin {
		t.Errorf("kind %q, error %v", s.Kind, err)
	}
	if _, err := Parse([]byte(`{"eventSource":"s3.amazonaws.com","eventName":"Get\/Object"}`)); !errors.Is(err, ErrNotSignIn) {
		t.Errorf("error %v, want ErrNotSignIn", err)
	}
}

func TestOnlySomeKindsMakeUpASignIn(t *testing.T) {
	in := map[Kind]bool{
		CredentialChallenge: true, CredentialVerification: true, UserAuthentication: true,
		CheckMfa: true, ConsoleLogin: true, DirectoryLogin: true,
	}
	for _, source := range classes {
		for name, class := range source {
			if got := class.kind.InSignIn(); got != in[class.kind] {
				t.Errorf("%s: %v", name, got)
			}
		}
	}
}

func TestRelevantAllocatesNothing(t *testing.T) {
	source, name := []byte("signin.amazonaws.com"), []byte("ConsoleLogin")
	if n := testing.AllocsPerRun(100, func() { Relevant(source, name) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRelevant(b *testing.B) {
	source, name := []byte("ec2.amazonaws.com"), []byte("DescribeInstances")
	for b.Loop() {
		Relevant(source, name)
	}
}

func BenchmarkParse(b *testing.B) {
	record := raw(b, consoleLogin("Failure", "Yes", 1, 0))
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(record); err != nil {
			b.Fatal(err)
		}
	}
}

func TestEverySourceOfTheTableIsKnownWithoutHashing(t *testing.T) {
	for source, names := range classes {
		if len(names) == 0 || len(classesOf([]byte(source))) != len(names) {
			t.Errorf("classesOf does not know %s", source)
		}
	}
	if classesOf([]byte("s3.amazonaws.com")) != nil {
		t.Error("classesOf knows a source that is not in the table")
	}
}
