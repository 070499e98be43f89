package signin

import "bytes"

// class is what the name of an event tells.
type class struct {
	kind   Kind
	result resultField
	// quiet events are classified by Parse but are not Relevant: they are the
	// commonest calls of an archive, and no finding is built on them.
	quiet bool
}

// resultField says where an event states its result.
type resultField int

const (
	// byError: an API call failed if it has an errorCode or an errorMessage.
	byError resultField = iota
	// byResponse: responseElements.<eventName> is Success or Failure.
	byResponse
	// byDetails: serviceEventDetails.<eventName> is Success or Failure.
	byDetails
)

const (
	signinSource    = "signin.amazonaws.com"
	portalSource    = "sso.amazonaws.com"
	directorySource = "sso-directory.amazonaws.com"
	storeSource     = "identitystore.amazonaws.com"
	iamSource       = "iam.amazonaws.com"
	stsSource       = "sts.amazonaws.com"
)

// classes holds every event that has to do with signing in, by eventSource and
// eventName. AWS names: CloudTrail User Guide, console sign-in events; IAM Identity
// Center User Guide, understanding sign-in events and CloudTrail use cases; IAM User
// Guide, Logging IAM and STS API calls.
var classes = map[string]map[string]class{
	signinSource: {
		"CredentialChallenge":    {kind: CredentialChallenge, result: byDetails},
		"CredentialVerification": {kind: CredentialVerification, result: byDetails},
		"UserAuthentication":     {kind: UserAuthentication, result: byDetails},

		"CheckMfa":                  {kind: CheckMfa, result: byResponse},
		"ConsoleLogin":              {kind: ConsoleLogin, result: byResponse},
		"ExternalIdPDirectoryLogin": {kind: DirectoryLogin, result: byResponse},

		"PasswordRecoveryRequested": {kind: PasswordRecovery, result: byResponse},
		"PasswordRecoveryCompleted": {kind: PasswordRecovery, result: byResponse},
		"PasswordUpdated":           {kind: PasswordChange, result: byResponse},
		"EmailUpdated":              {kind: EmailChange, result: byResponse},
		"GetSigninToken":            {kind: FederationToken, result: byResponse},
		"SwitchRole":                {kind: RoleSwitch, result: byResponse},
		"ExitRole":                  {kind: RoleSwitch, result: byResponse},
		"RenewRole":                 {kind: RoleSwitch, result: byResponse},

		"AuthorizeOAuth2Access": {kind: OAuthToken},
		"CreateOAuth2Token":     {kind: OAuthToken},
		"IntrospectOAuth2Token": {kind: OAuthToken},
		"RevokeOAuth2Token":     {kind: OAuthToken},
	},
	portalSource: {
		"Authenticate":               {kind: Portal},
		"Federate":                   {kind: Portal},
		"ListAccounts":               {kind: Portal},
		"ListAccountRoles":           {kind: Portal},
		"ListApplications":           {kind: Portal},
		"ListProfilesForApplication": {kind: Portal},
		"GetRoleCredentials":         {kind: Portal},
		"Logout":                     {kind: Portal},

		"RegisterClient":           {kind: OIDC},
		"StartDeviceAuthorization": {kind: OIDC},
		"CreateToken":              {kind: OIDC},
		"CreateTokenWithIAM":       {kind: OIDC},

		"PutMfaDeviceManagementForDirectory": {kind: MFAPolicy},
	},
	directorySource: identityCenterAdministration,
	storeSource:     identityCenterAdministration,
	iamSource: {
		"CreateVirtualMFADevice": {kind: MFADevice},
		"EnableMFADevice":        {kind: MFADevice},
		"DeactivateMFADevice":    {kind: MFADevice},
		"DeleteVirtualMFADevice": {kind: MFADevice},
		"ResyncMFADevice":        {kind: MFADevice},
		"ListMFADevices":         {kind: MFADevice},
		"CreateLoginProfile":     {kind: PasswordChange},
		"UpdateLoginProfile":     {kind: PasswordChange},
	},
	stsSource: { // only those refused for their code, see wrongCode
		"AssumeRole":      {kind: MFACode, quiet: true},
		"GetSessionToken": {kind: MFACode, quiet: true},
	},
}

// identityCenterAdministration is logged under either of two sources; which one is
// used when is not documented.
var identityCenterAdministration = map[string]class{
	"StartVirtualMfaDeviceRegistration":           {kind: MFADevice},
	"CompleteVirtualMfaDeviceRegistration":        {kind: MFADevice},
	"StartWebAuthnDeviceRegistration":             {kind: MFADevice},
	"CompleteWebAuthnDeviceRegistration":          {kind: MFADevice},
	"DeleteMfaDeviceForUser":                      {kind: MFADevice},
	"UpdateMfaDeviceForUser":                      {kind: MFADevice},
	"ListMfaDevicesForUser":                       {kind: MFADevice},
	"PutMfaDeviceManagementForDirectory":          {kind: MFAPolicy},
	"UpdatePassword":                              {kind: PasswordChange},
	"VerifyEmail":                                 {kind: EmailChange},
	"DisableUser":                                 {kind: UserState},
	"EnableUser":                                  {kind: UserState},
	"CreateExternalIdPConfigurationForDirectory":  {kind: IdentityProvider},
	"UpdateExternalIdPConfigurationForDirectory":  {kind: IdentityProvider},
	"DeleteExternalIdPConfigurationForDirectory":  {kind: IdentityProvider},
	"EnableExternalIdPConfigurationForDirectory":  {kind: IdentityProvider},
	"DisableExternalIdPConfigurationForDirectory": {kind: IdentityProvider},
}

// Relevant reports whether an event can matter to a sign-in, its findings or the
// names in them, by eventSource and eventName as they stand between the quotes. It
// decodes and allocates nothing. AssumeRole and GetSessionToken of STS are not
// relevant, although [Parse] knows them when they are refused for a wrong code.
//
// A text that is missing or holds a JSON escape may say anything: then the event may
// matter, and Parse tells.
func Relevant(eventSource, eventName []byte) bool {
	names := classesOf(eventSource)
	if names == nil {
		return unclear(eventSource)
	}
	class, ok := names[string(eventName)]
	return ok && !class.quiet || !ok && unclear(eventName)
}

// classesOf is classes for a source. Every event of an archive passes here, and most
// differ from all of these in length or first letters, which is cheaper to see than a
// hash is to compute.
func classesOf(source []byte) map[string]class {
	switch string(source) {
	case signinSource, portalSource, directorySource, storeSource, iamSource, stsSource:
		return classes[string(source)]
	}
	return nil
}

func unclear(text []byte) bool { return len(text) == 0 || bytes.IndexByte(text, '\\') >= 0 }

// identities maps userIdentity.type, in small letters, to an Identity (CloudTrail
// User Guide, userIdentity element).
var identities = map[string]Identity{
	"iamuser":            IAMUser,
	"root":               Root,
	"identitycenteruser": IdentityCenter,
	"assumedrole":        AssumedRole,
	"role":               Role,
	"federateduser":      FederatedUser,
	"samluser":           SAMLUser,
	"webidentityuser":    WebIdentityUser,
	"directory":          Directory,
	"awsaccount":         AWSAccount,
	"awsservice":         AWSService,
}

// checkMfaTypes maps additionalEventData.MfaType of CheckMfa, in small letters, to
// the one factor it allows; "Multiple MFA Devices" allows several and is not here
// (CloudTrail User Guide, console sign-in events).
var checkMfaTypes = map[string]Factor{
	"virtual mfa": TOTP,
	"u2f mfa":     WebAuthn,
}

// The situations of a ConsoleLogin and of the other steps.
const (
	Asked             Situation = "asked for a factor"
	AskedPassword     Situation = "asked for the password"
	FactorRight       Situation = "right factor"
	FactorWrong       Situation = "wrong factor"
	PasswordRight     Situation = "right password"
	PasswordWrong     Situation = "wrong password"
	UnknownName       Situation = "unknown user name"
	SecondFactorAsked Situation = "asked for the second factor"
	SecondFactorWrong Situation = "wrong second factor"
	SignedIn          Situation = "signed in without MFA"
	SignedInWithMFA   Situation = "signed in with MFA"
	SignedInAsRole    Situation = "signed in as a role session"
	SignedInFederated Situation = "signed in through an external provider"
	SignedInEnrolling Situation = "signed in and registered a device"
	SignInFailed      Situation = "sign-in failed"
	CodeWrong         Situation = "wrong code in an API call"
	DeviceFlow        Situation = "token for a device code"
)

// situationRule names a situation; every condition that is not empty must hold.
type situationRule struct {
	kind      Kind
	result    Result
	mfaUsed   Answer
	identity  Identity
	factor    Factor
	message   Message
	enrolled  bool
	situation Situation
}

// situationRules are tried in order; the first that holds decides. The messages
// and the meaning of MFAUsed: CloudTrail User Guide, console sign-in events.
var situationRules = []situationRule{
	{kind: ConsoleLogin, result: Failure, mfaUsed: Yes, situation: SecondFactorWrong},
	{kind: ConsoleLogin, result: Failure, message: NoSuchUser, situation: UnknownName},
	{kind: ConsoleLogin, result: Failure, message: FailedAuthentication, situation: PasswordWrong},
	{kind: ConsoleLogin, result: Failure, situation: SignInFailed},
	{kind: ConsoleLogin, result: Success, mfaUsed: Yes, situation: SignedInWithMFA},
	{kind: ConsoleLogin, result: Success, identity: AssumedRole, situation: SignedInAsRole},
	{kind: ConsoleLogin, result: Success, situation: SignedIn},
	{kind: CheckMfa, result: Success, situation: SecondFactorAsked},
	{kind: DirectoryLogin, result: Success, situation: SignedInFederated},
	{kind: DirectoryLogin, result: Failure, situation: SignInFailed},

	{kind: CredentialChallenge, factor: Password, situation: AskedPassword},
	{kind: CredentialChallenge, situation: Asked},
	{kind: CredentialVerification, factor: Password, result: Success, situation: PasswordRight},
	{kind: CredentialVerification, factor: Password, result: Failure, situation: PasswordWrong},
	{kind: CredentialVerification, result: Success, situation: FactorRight},
	{kind: CredentialVerification, result: Failure, situation: FactorWrong},
	{kind: UserAuthentication, enrolled: true, situation: SignedInEnrolling},
	{kind: UserAuthentication, factor: ExternalIdP, situation: SignedInFederated},
	{kind: UserAuthentication, factor: Password, situation: SignedIn},
	{kind: UserAuthentication, factor: EmailOTP, situation: SignedIn},
	{kind: UserAuthentication, factor: SmartCard, situation: SignedIn},
	{kind: UserAuthentication, situation: SignedInWithMFA},

	{kind: MFACode, situation: CodeWrong},
}

// situationOf returns the situation of a step; empty where the table has none.
func situationOf(s *Step) Situation {
	for _, rule := range situationRules {
		if rule.holds(s) {
			return rule.situation
		}
	}
	return ""
}

func (r situationRule) holds(s *Step) bool {
	return r.kind == s.Kind &&
		(r.result == "" || r.result == s.Result) &&
		(r.mfaUsed == "" || r.mfaUsed == s.MFAUsed) &&
		(r.identity == "" || r.identity == s.Identity) &&
		(r.factor == "" || r.factor == s.Factor) &&
		(!r.enrolled || s.Enrolled) &&
		(r.message == "" || r.message == s.Message)
}
