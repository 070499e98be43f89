package pattern

import (
	"slices"
	"strings"
	"sync"
)

// What follows is data about CloudTrail events; lint_fields.go interprets it.
// Sources: CloudTrail User Guide, "CloudTrail record contents", "CloudTrail
// userIdentity element", "AWS Management Console sign-in events"; IAM Identity
// Center User Guide, "Understanding IAM Identity Center sign-in events".

// trailField is one documented field of a CloudTrail event.
type trailField struct {
	path   string
	kind   ValueKind // Text, Object or Array; True stands for a boolean
	always bool      // in every event of the last years
	open   bool      // an Object that holds whatever the service puts there
	only   bool      // values is all there can be
	values []string  // values that are documented or were seen; nil: too many to list
	form   string    // a regex the value fits, see valueForms
}

var yesNo = []string{"Yes", "No", "YES"} // the root sample of the guide has YES

var outcomeValues = []string{"Success", "Failure"}

var identityTypes = []string{
	"Root", "IAMUser", "AssumedRole", "Role", "FederatedUser", "SAMLUser", "WebIdentityUser",
	"IdentityCenterUser", "Directory", "AWSAccount", "AWSService", "Unknown",
}

var eventTypes = []string{"AwsApiCall", "AwsServiceEvent", "AwsConsoleAction", "AwsConsoleSignIn", "AwsVpceEvents", "AwsCloudTrailInsight"}

var credentialTypes = []string{"PASSWORD", "TOTP", "WEBAUTHN", "RESYNC_TOTP", "EMAIL_OTP", "EXTERNAL_IDP", "SMARTCARD"}

var trailFields = []trailField{
	{path: "eventVersion", kind: Text, always: true},
	{path: "eventTime", kind: Text, always: true},
	{path: "eventSource", kind: Text, always: true, form: "source"},
	{path: "eventName", kind: Text, always: true},
	{path: "awsRegion", kind: Text, always: true, form: "region"},
	{path: "sourceIPAddress", kind: Text, always: true, form: "address"},
	{path: "userAgent", kind: Text},
	{path: "errorCode", kind: Text},
	{path: "errorMessage", kind: Text},
	{path: "requestParameters", kind: Object, open: true},
	{path: "responseElements", kind: Object, open: true},
	{path: "additionalEventData", kind: Object, open: true},
	{path: "serviceEventDetails", kind: Object, open: true},
	{path: "requestID", kind: Text},
	{path: "eventID", kind: Text, always: true},
	{path: "eventType", kind: Text, always: true, values: eventTypes},
	{path: "eventCategory", kind: Text, values: []string{"Management", "Data", "NetworkActivity", "Insight"}},
	{path: "apiVersion", kind: Text},
	{path: "readOnly", kind: True},
	{path: "managementEvent", kind: True},
	{path: "resources", kind: Array},
	{path: "recipientAccountId", kind: Text, form: "account"},
	{path: "sharedEventID", kind: Text},
	{path: "vpcEndpointId", kind: Text},
	{path: "vpcEndpointAccountId", kind: Text, form: "account"},
	{path: "addendum", kind: Object},
	{path: "addendum.reason", kind: Text, values: []string{"DELIVERY_DELAY", "UPDATED_DATA", "SERVICE_OUTAGE"}},
	{path: "addendum.updatedFields", kind: Text},
	{path: "addendum.originalRequestID", kind: Text},
	{path: "addendum.originalEventID", kind: Text},
	{path: "sessionCredentialFromConsole", kind: Text, only: true, values: []string{"true"}},
	{path: "edgeDeviceDetails", kind: Object, open: true},
	{path: "tlsDetails", kind: Object},
	{path: "tlsDetails.tlsVersion", kind: Text},
	{path: "tlsDetails.cipherSuite", kind: Text},
	{path: "tlsDetails.clientProvidedHostHeader", kind: Text},
	{path: "tlsDetails.keyExchange", kind: Text},

	{path: "userIdentity", kind: Object, always: true},
	{path: "userIdentity.type", kind: Text, only: true, values: identityTypes},
	{path: "userIdentity.principalId", kind: Text},
	{path: "userIdentity.arn", kind: Text},
	{path: "userIdentity.accountId", kind: Text, form: "account"},
	{path: "userIdentity.accessKeyId", kind: Text},
	{path: "userIdentity.userName", kind: Text},
	{path: "userIdentity.invokedBy", kind: Text},
	{path: "userIdentity.identityProvider", kind: Text},
	{path: "userIdentity.credentialId", kind: Text},
	{path: "userIdentity.inScopeOf", kind: Object, open: true},
	{path: "userIdentity.onBehalfOf", kind: Object},
	{path: "userIdentity.onBehalfOf.userId", kind: Text},
	{path: "userIdentity.onBehalfOf.identityStoreArn", kind: Text},
	{path: "userIdentity.sessionContext", kind: Object, open: true},
	{path: "userIdentity.sessionContext.attributes", kind: Object},
	{path: "userIdentity.sessionContext.attributes.creationDate", kind: Text},
	{path: "userIdentity.sessionContext.attributes.mfaAuthenticated", kind: Text, only: true, values: []string{"true", "false"}},
	{path: "userIdentity.sessionContext.sessionIssuer", kind: Object},
	{path: "userIdentity.sessionContext.sessionIssuer.type", kind: Text},
	{path: "userIdentity.sessionContext.sessionIssuer.principalId", kind: Text},
	{path: "userIdentity.sessionContext.sessionIssuer.arn", kind: Text},
	{path: "userIdentity.sessionContext.sessionIssuer.accountId", kind: Text, form: "account"},
	{path: "userIdentity.sessionContext.sessionIssuer.userName", kind: Text},

	{path: "responseElements.ConsoleLogin", kind: Text, only: true, values: outcomeValues},
	{path: "responseElements.CheckMfa", kind: Text, only: true, values: outcomeValues},
	{path: "serviceEventDetails.CredentialChallenge", kind: Text, only: true, values: []string{"Success"}},
	{path: "serviceEventDetails.CredentialVerification", kind: Text, only: true, values: outcomeValues},
	{path: "serviceEventDetails.UserAuthentication", kind: Text, only: true, values: []string{"Success"}},
	{path: "additionalEventData.MFAUsed", kind: Text, values: yesNo},
	{path: "additionalEventData.MFAIdentifier", kind: Text},
	{path: "additionalEventData.MobileVersion", kind: Text, values: []string{"Yes", "No"}},
	{path: "additionalEventData.LoginTo", kind: Text},
	{path: "additionalEventData.SamlProviderArn", kind: Text},
	{path: "additionalEventData.MfaType", kind: Text, values: []string{"Virtual MFA", "U2F MFA", "Multiple MFA Devices"}},
	{path: "additionalEventData.AuthWorkflowID", kind: Text},
	{path: "additionalEventData.CredentialType", kind: Text, values: credentialTypes},
	{path: "additionalEventData.UserName", kind: Text},
	{path: "additionalEventData.DeviceEnrollmentRequired", kind: Text, values: []string{"true"}},
}

// valueForms say how the values of some fields look.
var valueForms = map[string]struct {
	form   string // a regex in the dialect of patterns
	bad    bool   // a value that fits is the mistake
	advice string
}{
	"source":  {`^[a-z0-9-]+\.amazonaws\.com$`, false, "an eventSource is the host of a service, such as signin.amazonaws.com"},
	"region":  {`^[a-z]{2}-[a-z]+-[a-z-]*[0-9]+$`, false, "an awsRegion is written like eu-west-1"},
	"account": {`^[0-9]{12}$`, false, "an account is twelve digits, with leading zeros"},
	"address": {`/[0-9]+$`, true, "a range of addresses is not understood, only one address or the text before a *, such as 10.*"},
}

// outcomeHolders says, for events about a sign-in, which object holds the
// outcome, under a key that is the name of the event itself. The other of the two
// objects is null.
var outcomeHolders = map[string]string{
	"ConsoleLogin":           "responseElements",
	"CheckMfa":               "responseElements",
	"CredentialChallenge":    "serviceEventDetails",
	"CredentialVerification": "serviceEventDetails",
	"UserAuthentication":     "serviceEventDetails",
}

// identityCenterNames are the sign-in events of IAM Identity Center.
var identityCenterNames = []string{"CredentialChallenge", "CredentialVerification", "UserAuthentication"}

// hiddenIdentity lists what sign-in events of IAM Identity Center carry no more
// since July 2025. Source: AWS Security Blog, "Important changes to
// CloudTrail events for AWS IAM Identity Center".
var hiddenIdentity = []string{"userIdentity.userName", "userIdentity.principalId"}

// envelopes hold a CloudTrail event, or many, outside of CloudWatch Logs.
var envelopes = []struct{ property, why string }{
	{"detail", "EventBridge wraps events in detail; CloudTrail's own log events are not wrapped"},
	{"Records", "files in S3 hold events in Records; in a log group every event is a message of its own"},
	{"CloudTrailEvent", "LookupEvents answers with CloudTrailEvent, which is a text; in a log group the event is the message itself"},
	{"Message", "SNS wraps in Message, which is a text; in a log group the event is the message itself"},
}

var fieldsByPath = sync.OnceValue(func() map[string]trailField {
	fields := map[string]trailField{}
	for _, f := range trailFields {
		fields[f.path] = f
	}
	return fields
})

// childrenOf returns the names of documented fields below a path, "" for the root.
func childrenOf(path string) []string {
	var names []string
	for _, f := range trailFields {
		parent, name := "", f.path
		if at := strings.LastIndexByte(f.path, '.'); at >= 0 {
			parent, name = f.path[:at], f.path[at+1:]
		}
		if parent == path {
			names = append(names, name)
		}
	}
	return names
}

// knownEventNames are the names of events whose spelling is certain: those of the
// library and of sign-ins.
var knownEventNames = sync.OnceValue(func() []string {
	names := []string{
		"AssumeRole", "AssumeRoleWithSAML", "GetSessionToken", "SwitchRole", "PasswordRecoveryRequested",
		"CreateAccessKey", "CreateUser", "DeactivateMFADevice", "EnableMFADevice", "DeleteVirtualMFADevice",
	}
	for name := range outcomeHolders {
		names = append(names, name)
	}
	for _, n := range Library() {
		names = append(names, eventNames(n.parsed.Root)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
})
