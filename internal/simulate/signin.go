package simulate

import (
	"slices"
	"strings"
	"time"
)

// The parts of sign-in events. Sources: CloudTrail User Guide, "AWS Management
// Console sign-in events" and "userIdentity element"; IAM Identity Center User
// Guide, "Understanding IAM Identity Center sign-in events" and "Username in
// sign-in events"; AWS Security Blog, "Important changes to CloudTrail events for
// AWS IAM Identity Center".

// Who is signing in at the AWS sign-in endpoint. Until a sign-in has succeeded an
// IAM user has no arn; a name that does not exist is not repeated.
const (
	iamTrying  = `{"type":"IAMUser","principalId":"<principal>","accountId":"<account>","accessKeyId":"","userName":"<name>"}`
	iamIn      = `{"type":"IAMUser","principalId":"<principal>","arn":"arn:aws:iam::<account>:user/<name>","accountId":"<account>","userName":"<name>"}`
	iamNobody  = `{"type":"IAMUser","accountId":"<account>","accessKeyId":"","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"}`
	iamWithKey = `{"type":"IAMUser","principalId":"<principal>","arn":"arn:aws:iam::<account>:user/<name>","accountId":"<account>","accessKeyId":"AKIA<upper:16>","userName":"<name>"}`
	rootUser   = `{"type":"Root","principalId":"<account>","arn":"arn:aws:iam::<account>:root","accountId":"<account>","accessKeyId":""}`
	rootInside = `{"type":"Root","principalId":"<account>","arn":"arn:aws:iam::<account>:root","accountId":"<account>","accessKeyId":"ASIA<upper:16>","sessionContext":{"attributes":{"creationDate":"<date:2006-01-02T15:04:05Z>","mfaAuthenticated":"false"}}}`
	iamInside  = `{"type":"IAMUser","principalId":"<principal>","arn":"arn:aws:iam::<account>:user/<name>","accountId":"<account>","accessKeyId":"ASIA<upper:16>","userName":"<name>","sessionContext":{"attributes":{"creationDate":"<date:2006-01-02T15:04:05Z>","mfaAuthenticated":"true"}}}`
	roleInside = `{"type":"AssumedRole","principalId":"<ssoPrincipal>:<name>@example.com","arn":"arn:aws:sts::<account>:assumed-role/<ssoRole>/<name>@example.com","accountId":"<account>",` +
		`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"<ssoPrincipal>","arn":"arn:aws:iam::<account>:role/aws-reserved/sso.amazonaws.com/<ssoRole>","accountId":"<account>","userName":"<ssoRole>"},"attributes":{"creationDate":"<date:2006-01-02T15:04:05Z>","mfaAuthenticated":"false"}}}`
	helpdesk   = `{"type":"IAMUser","principalId":"<userPrincipal>","arn":"arn:aws:iam::<account>:user/<user>","accountId":"<account>","accessKeyId":"<userKey>","userName":"<user>"}`
	samlCaller = `{"type":"SAMLUser","principalId":"<base64:27>=:<name>@example.com","userName":"<name>@example.com","identityProvider":"<base64:27>="}`
	portalUser = `{"type":"IdentityCenterUser","accountId":"<account>","onBehalfOf":` + directoryUser + `,"credentialId":"<guid>"}`
)

const directoryUser = `{"userId":"<userId>","identityStoreArn":"arn:aws:identitystore::<account>:identitystore/<store>"}`

// AdditionalEventData of ConsoleLogin. AWS writes MFAUsed as "Yes", but "YES" in its
// sample of a root sign-in.
const (
	loginTo     = `"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_<region>_<hex:16>","MobileVersion":"No"`
	withoutMFA  = `{` + loginTo + `,"MFAUsed":"No"}`
	withMFA     = `{` + loginTo + `,"MFAUsed":"Yes"}`
	virtualMFA  = `{` + loginTo + `,"MFAIdentifier":"arn:aws:iam::<account>:mfa/<name>-phone","MFAUsed":"Yes"}`
	u2fMFA      = `{` + loginTo + `,"MFAIdentifier":"arn:aws:iam::<account>:u2f/user/<name>/default-<upper:26>","MFAUsed":"Yes"}`
	rootMFA     = `{` + loginTo + `,"MFAIdentifier":"arn:aws:iam::<account>:mfa/root-account-mfa-device","MFAUsed":"YES"}`
	fromSAML    = `{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"No","SamlProviderArn":"arn:aws:iam::<account>:saml-provider/example-idp"}`
	signinTLS   = `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"<region>.signin.aws.amazon.com"}`
	unknownName = "No username found in supplied account"
	wrongAnswer = "Failed authentication"
)

// consoleEvent is an event of the sign-in page. These have no requestID.
func consoleEvent(name, identity, result, extra string) record {
	return record{
		identity: identity, source: "signin", name: name, ip: "<ip>", agent: "<agent>",
		response: `{"` + name + `":"` + result + `"}`, extra: extra,
		eventType: "AwsConsoleSignIn", tail: signinTLS,
	}
}

func login(identity, extra string) maker {
	return just(consoleEvent("ConsoleLogin", identity, "Success", extra))
}

func loginFails(identity, extra, message string) maker {
	r := consoleEvent("ConsoleLogin", identity, "Failure", extra)
	r.errorMessage = message
	return just(r)
}

func checkMFA(identity, device string) maker {
	return just(consoleEvent("CheckMfa", identity, "Success", `{"MfaType":"`+device+`"}`))
}

// api is a call that belongs to the story of a sign-in.
func api(source, name, identity, params, response string) record {
	return record{
		identity: identity, source: source, name: name, ip: "<ip>", agent: "<agent>",
		params: params, response: response, requestID: "<request>", eventType: "AwsApiCall",
		readOnly: strings.HasPrefix(name, "List") || source == "sts",
		tail:     `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"` + source + `.amazonaws.com"}`,
	}
}

func call(source, name, identity, params, response string) maker {
	return just(api(source, name, identity, params, response))
}

func callFails(source, name, identity, params, code, message string) maker {
	r := api(source, name, identity, params, "")
	r.errorCode, r.errorMessage = code, message
	return just(r)
}

// amended is an event that corrects an earlier one (CloudTrail User Guide,
// "CloudTrail record contents", addendum).
func amended(m maker) maker {
	return func(l layout) record {
		r := m(l)
		r.addendum = `{"reason":"UPDATED_DATA","updatedFields":"additionalEventData,responseElements","originalEventID":"<original>"}`
		return r
	}
}

func delayed(m maker) maker {
	return func(l layout) record {
		r := m(l)
		r.addendum = `{"reason":"DELIVERY_DELAY"}`
		return r
	}
}

// layout is one of the three forms that userIdentity of Identity Center's sign-in
// events has had.
type layout uint8

const (
	sinceJuly2025    layout = iota // IdentityCenterUser, no name
	sinceOctober2024               // userName and onBehalfOf
	before2024                     // userName only
)

// layouts are the variants of each Identity Center scenario.
var layouts = []struct {
	layout  layout
	suffix  string // of the name
	about   string
	version string // eventVersion of the time
}{
	{layout: sinceJuly2025},
	{sinceOctober2024, "-2024", " (layout of October 2024 to July 2025)", "1.09"},
	{before2024, "-2020", " (layout until October 2024)", "1.08"},
}

// centerFailure is userIdentity of a failed verification since July 2025. AWS's
// samples of failed passwords show type Unknown and nobody; that a failed second
// factor looks the same is an assumption.
const centerFailure = `{"type":"Unknown","accountId":"<account>"}`

// who is userIdentity of an Identity Center event. name is a template; known says
// whether the directory has such a user.
func (l layout) who(name string, known, failed bool) string {
	old := `{"type":"Unknown","principalId":"<account>","arn":"","accountId":"<account>","accessKeyId":"","userName":"` + name + `"`
	onBehalfOf := `,"onBehalfOf":` + directoryUser + `,"credentialId":"<guid>"`
	switch {
	case l == before2024 || l == sinceOctober2024 && !known:
		return old + `}`
	case l == sinceOctober2024:
		return old + onBehalfOf + `}`
	case failed || !known:
		return centerFailure
	default:
		return `{"type":"IdentityCenterUser","accountId":"<account>"` + onBehalfOf + `}`
	}
}

// maker makes an event in a layout; most events know only one.
type maker func(layout) record

func just(r record) maker { return func(layout) record { return r } }

// center is an Identity Center sign-in event.
type center struct {
	factor string
	failed bool
	name   string // typed; empty: <name>
	nobody bool   // no such user
	first  bool   // the event that carries additionalEventData.UserName
	extra  string // more of additionalEventData, with its comma

	// resultKey is the key of serviceEventDetails; empty: the event's name.
	resultKey string
}

const hiddenName = "HIDDEN_DUE_TO_SECURITY_REASONS"

func (c center) event(name string) maker {
	return func(l layout) record {
		typed := c.name
		if typed == "" {
			typed = "<name>"
		}
		if c.nobody {
			typed = hiddenName
		}
		extra := `{"AuthWorkflowID":"<workflow>"` + c.extra + `,"CredentialType":"` + c.factor + `"`
		if c.first && l != before2024 {
			extra += `,"UserName":"` + typed + `"`
		}
		key, result := name, "Success"
		if c.resultKey != "" {
			key = c.resultKey
		}
		if c.failed {
			result = "Failure"
		}
		return record{
			identity: l.who(typed, !c.nobody, c.failed), source: "signin", name: name, ip: "<ip>", agent: "<agent>",
			extra: extra + `}`, requestID: "<request>", eventType: "AwsServiceEvent",
			details: `{"` + key + `":"` + result + `"}`,
			tail:    `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"<region>.signin.aws"}`,
		}
	}
}

func (c center) challenge() maker    { return c.event("CredentialChallenge") }
func (c center) verification() maker { return c.event("CredentialVerification") }

const portalLogin = `,"LoginTo":"https://<store>.awsapps.com/start/?state=<url:180>&auth_code=<url:120>&wdc_csrf_token=<url:120>&organization=<store>&region=<region>"`

// How the pages of Identity Center follow each other. A verification and what it
// leads to share a request and a second.

// password is the prompt and the right answer, after which factor is asked for;
// nothing more if factor is empty.
func password(factor string) []step {
	steps := []step{
		{after: 10 * time.Second, event: center{factor: "PASSWORD", first: true}.challenge()},
		{after: 8 * time.Second, event: center{factor: "PASSWORD"}.verification()},
	}
	if factor == "" {
		return steps
	}
	return slices.Concat(steps, askedAgain(factor))
}

// asked is a prompt by itself.
func asked(c center) []step {
	return []step{{after: 10 * time.Second, event: c.challenge()}}
}

// right and wrong are answers.
func right(factor string) []step {
	return []step{{after: 9 * time.Second, event: center{factor: factor}.verification()}}
}

func wrong(factor string) []step {
	return []step{{after: 9 * time.Second, event: center{factor: factor, failed: true}.verification()}}
}

// askedAgain is the next prompt, in the same request as the answer before it.
func askedAgain(factor string) []step {
	return []step{{same: true, event: center{factor: factor}.challenge()}}
}

// signedIn ends a workflow; factors are those verified, with commas.
func signedIn(factors string) []step {
	return signedInWith(center{factor: factors, extra: portalLogin})
}

func signedInWith(c center) []step {
	return []step{{same: true, event: c.event("UserAuthentication")}}
}

// at is one event some time after the one before.
func at(after time.Duration, event maker) []step { return []step{{after: after, event: event}} }

// elsewhere moves steps to the second address, and to a workflow of their own.
func elsewhere(steps []step) []step {
	for i := range steps {
		steps[i].from, steps[i].workflow = 1, 1
	}
	return steps
}

// workflow moves steps to the n-th workflow.
func workflow(n int, steps []step) []step {
	for i := range steps {
		steps[i].workflow = n
	}
	return steps
}

// wait lets time pass before steps.
func wait(d time.Duration, steps []step) []step {
	steps[0].after += d
	return steps
}

// late delivers steps later than usual.
func late(d time.Duration, steps []step) []step {
	for i := range steps {
		steps[i].late = d
	}
	return steps
}

// twice delivers steps again in another file.
func twice(steps []step) []step {
	for i := range steps {
		steps[i].copies = 1
	}
	return steps
}

func flow(parts ...[]step) []step { return slices.Concat(parts...) }
