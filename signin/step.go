package signin

import (
	"strings"
	"time"

	"github.com/trailbell/trailbell/event"
)

// Step is what one CloudTrail record says about a sign-in. It holds no pointers
// and compares with ==, so it can be stored and restored as it is.
//
// Every text comes from the record, hence from whoever tried to sign in: it is cut
// to the bounds in this package but not made safe for a terminal, a mail or a web
// page. Empty means that the record does not say.
type Step struct {
	EventID string   // eventID as written; empty if the record has none
	ID      event.ID // tells this event from all others, see [event.IDOf]

	// SharedID is sharedEventID, the same in the copies of one event that
	// different accounts receive; zero if there is none.
	SharedID event.ID
	// Addendum is the reason of an addendum (DELIVERY_DELAY, UPDATED_DATA,
	// SERVICE_OUTAGE). With UPDATED_DATA, OriginalEventID names the event that
	// this one corrects.
	Addendum        string
	OriginalEventID string

	Time    time.Time // eventTime in UTC; zero if absent or unreadable
	Source  string    // eventSource
	Name    string    // eventName
	Kind    Kind
	Account string // recipientAccountId, else userIdentity.accountId
	Region  string // awsRegion

	Identity     Identity
	OwnerAccount string // userIdentity.accountId: where the principal lives
	PrincipalID  string // userIdentity.principalId
	UserName     string // userIdentity.userName, or the name in its ARN
	UserID       string // userIdentity.onBehalfOf.userId
	TypedName    string // additionalEventData.UserName: what was typed into the page

	SourceIP  string // an address, a service name or "AWS Internal"
	UserAgent string

	// Factor is CredentialType; of CheckMfa and ConsoleLogin, the kind of device
	// where the record names one. UserAuthentication lists all that were verified,
	// separated by commas: see [Step.Factors].
	Factor Factor
	Result Result
	// Presumed says that Result is a Failure because the record says something else
	// than Success, or only an error, where it should say Success or Failure.
	Presumed  bool
	Message   Message
	MFAUsed   Answer
	Situation Situation
	Workflow  string // AuthWorkflowID
	RequestID string
	Enrolled  bool // DeviceEnrollmentRequired: a device was registered on the way

	// Origin is where the record was read, set by the caller; [Parse] leaves it
	// empty.
	Origin string
}

// Factors returns the single factors of a step: one for a challenge or a
// verification, all that were verified for UserAuthentication.
func (s Step) Factors() []Factor {
	if s.Factor == "" {
		return nil
	}
	var factors []Factor
	for name := range strings.SplitSeq(string(s.Factor), ",") {
		factors = append(factors, Factor(name))
	}
	return factors
}

// Kind groups the events by what they mean for a sign-in.
type Kind string

// The kinds. Only the first group makes up a sign-in, see [Kind.InSignIn].
const (
	CredentialChallenge    Kind = "credential_challenge"    // Identity Center asked for a factor
	CredentialVerification Kind = "credential_verification" // Identity Center checked a factor
	UserAuthentication     Kind = "user_authentication"     // Identity Center: all factors done
	CheckMfa               Kind = "check_mfa"               // the console asked an IAM user or root for MFA
	ConsoleLogin           Kind = "console_login"
	DirectoryLogin         Kind = "directory_login" // ExternalIdPDirectoryLogin

	PasswordRecovery Kind = "password_recovery" // root's forgotten-password flow
	PasswordChange   Kind = "password_change"   // root's password, a login profile, an Identity Center password
	EmailChange      Kind = "email_change"      // root's e-mail address, or an Identity Center one verified
	FederationToken  Kind = "federation_token"  // GetSigninToken
	RoleSwitch       Kind = "role_switch"       // SwitchRole, ExitRole, RenewRole
	OAuthToken       Kind = "oauth_token"       // credentials for the command line from a console session
	Portal           Kind = "portal"            // the AWS access portal
	OIDC             Kind = "oidc"              // clients and tokens of Identity Center
	MFADevice        Kind = "mfa_device"        // a device was added, removed, resynchronised or listed
	MFAPolicy        Kind = "mfa_policy"        // when Identity Center asks for MFA
	UserState        Kind = "user_state"        // an Identity Center user was enabled or disabled
	IdentityProvider Kind = "identity_provider" // the external provider was configured
	MFACode          Kind = "mfa_code"          // an STS call with a wrong code
)

// InSignIn reports whether events of that kind make up sign-ins. The others only teach
// names or tell what happened around them.
func (k Kind) InSignIn() bool {
	switch k {
	case CredentialChallenge, CredentialVerification, UserAuthentication, CheckMfa, ConsoleLogin, DirectoryLogin:
		return true
	}
	return false
}

// Identity says whose sign-in it is.
type Identity string

// The identities: the types of CloudTrail's userIdentity element, and the services
// that write sign-in events although nobody signs in to AWS there.
const (
	IAMUser         Identity = "iam_user"
	Root            Identity = "root"
	IdentityCenter  Identity = "identity_center"
	AssumedRole     Identity = "assumed_role" // a role session: SAML, Identity Center or a federation URL
	Role            Identity = "role"
	FederatedUser   Identity = "federated_user"
	SAMLUser        Identity = "saml_user"
	WebIdentityUser Identity = "web_identity_user"
	Directory       Identity = "directory"
	AWSAccount      Identity = "aws_account"
	AWSService      Identity = "aws_service"
	WorkSpaces      Identity = "workspaces"
	TransferFamily  Identity = "transfer_family"
	UnknownIdentity Identity = "unknown"
)

// Factor is a CredentialType of Identity Center, in capitals. A type that is not
// listed here keeps its name, so that a factor AWS adds later is not lost.
type Factor string

// The factors. A Factor that a finding cannot know is UnknownFactor.
const (
	Password      Factor = "PASSWORD"
	TOTP          Factor = "TOTP"
	WebAuthn      Factor = "WEBAUTHN"
	ResyncTOTP    Factor = "RESYNC_TOTP"
	EmailOTP      Factor = "EMAIL_OTP"
	ExternalIdP   Factor = "EXTERNAL_IDP"
	SmartCard     Factor = "SMARTCARD"
	UnknownFactor Factor = "unknown"
)

// Result is what the event says of itself; empty if it does not say.
type Result string

// The results.
const (
	Success Result = "success"
	Failure Result = "failure"
)

// Message is an errorMessage with a documented meaning; empty for all others.
type Message string

// The messages (CloudTrail User Guide, console sign-in events).
const (
	FailedAuthentication Message = "Failed authentication"
	NoSuchUser           Message = "No username found in supplied account"
)

// Answer is a yes, a no, or nothing at all.
type Answer string

// The answers.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// Situation is a short sentence saying what happened in a step, for a timeline.
type Situation string
