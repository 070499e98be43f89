package simulate

import "time"

// centerStories are about Identity Center.
var centerStories = []story{
	{
		Scenario: named("idc-success-mfa-totp", "an Identity Center user signs in with an authenticator app", 0, 0), place: instance, center: true, weight: 60,
		steps: flow(password("TOTP"), right("TOTP"), signedIn("PASSWORD,TOTP")),
	},
	{
		Scenario: named("idc-success-mfa-webauthn", "an Identity Center user signs in with a passkey", 0, 0), place: instance, center: true, weight: 40,
		steps: flow(password("WEBAUTHN"), right("WEBAUTHN"), signedIn("PASSWORD,WEBAUTHN")),
	},
	{
		Scenario: named("idc-success-no-mfa", "an Identity Center user signs in with the password alone", 0, 0), place: instance, center: true, weight: 8,
		steps: flow(password(""), signedIn("PASSWORD")),
	},
	{
		Scenario: named("idc-wrong-password", "an Identity Center user with a wrong password, then the right one", 0, 0), place: instance, center: true, weight: 12,
		steps: flow(asked(center{factor: "PASSWORD", first: true}), wrong("PASSWORD"), askedAgain("PASSWORD"), right("PASSWORD"), askedAgain("TOTP"), right("TOTP"), signedIn("PASSWORD,TOTP")),
	},
	{
		Scenario: named("idc-unknown-name", "a name that is not in the directory", 0, 0), place: instance, center: true, weight: 4,
		steps: flow(asked(center{factor: "PASSWORD", first: true, nobody: true}),
			at(6*time.Second, center{factor: "PASSWORD", failed: true, nobody: true}.verification())),
	},
	{
		Scenario: named("idc-totp-wrong", "an Identity Center user's code is wrong", 1, 0), place: instance, center: true, weight: 3,
		steps: flow(password("TOTP"), wrong("TOTP"), askedAgain("TOTP")),
	},
	{
		Scenario: named("idc-webauthn-wrong", "an Identity Center user's security key is refused", 1, 0), place: instance, center: true, weight: 2,
		steps: flow(password("WEBAUTHN"), wrong("WEBAUTHN"), askedAgain("WEBAUTHN")),
	},
	{
		Scenario: named("idc-totp-wrong-then-success", "two wrong codes in one workflow, then the right one", 2, 0), place: instance, center: true, weight: 4,
		steps: flow(password("TOTP"), wrong("TOTP"), askedAgain("TOTP"), wrong("TOTP"), askedAgain("TOTP"), right("TOTP"), signedIn("PASSWORD,TOTP")),
	},
	{
		Scenario: named("idc-totp-resync", "a wrong code, then two codes to put the clock right", 1, 0), place: instance, center: true, weight: 1,
		steps: flow(password("TOTP"), wrong("TOTP"), askedAgain("RESYNC_TOTP"), right("RESYNC_TOTP"), signedIn("PASSWORD,RESYNC_TOTP")),
	},
	{
		Scenario: named("idc-resync-wrong", "a wrong code, and the two codes to put the clock right are wrong too", 2, 0), place: instance, center: true, weight: 1,
		steps: flow(password("TOTP"), wrong("TOTP"), askedAgain("RESYNC_TOTP"), wrong("RESYNC_TOTP"), askedAgain("TOTP")),
	},
	{
		Scenario: named("idc-totp-abandoned", "the password is right and the code is never given", 0, 1), place: instance, center: true, weight: 3,
		steps: password("TOTP"),
	},
	{
		Scenario: named("idc-webauthn-abandoned", "the password is right and the security key is never touched", 0, 1), place: instance, center: true, weight: 2,
		steps: password("WEBAUTHN"),
	},
	{
		Scenario: named("idc-abandoned-two-prompts", "code, then security key asked for in one workflow, neither given", 0, 1), place: instance, center: true, weight: 1,
		steps: flow(password("TOTP"), asked(center{factor: "WEBAUTHN"})),
	},
	{
		Scenario: named("idc-email-otp-first", "a new user signs in for the first time with a code by e-mail", 0, 0), place: instance, center: true, weight: 1,
		steps: flow(asked(center{factor: "EMAIL_OTP", first: true}), right("EMAIL_OTP"), signedIn("EMAIL_OTP")),
	},
	{
		Scenario: named("idc-email-otp-first-wrong", "the e-mailed code of a first sign-in is wrong: no second factor", 0, 0), place: instance, center: true, weight: 1,
		steps: flow(asked(center{factor: "EMAIL_OTP", first: true}), wrong("EMAIL_OTP"), askedAgain("EMAIL_OTP")),
	},
	{
		Scenario: named("idc-email-otp-first-left", "the e-mailed code of a first sign-in is never given: no second factor", 0, 0), place: instance, center: true, weight: 1,
		steps: asked(center{factor: "EMAIL_OTP", first: true}),
	},
	{
		Scenario: named("idc-email-otp-second", "a user without a device gets a code by e-mail after the password", 0, 0), place: instance, center: true, weight: 3,
		steps: flow(password("EMAIL_OTP"), right("EMAIL_OTP"), signedIn("PASSWORD,EMAIL_OTP")),
	},
	{
		Scenario: named("idc-email-otp-second-wrong", "the code e-mailed after the password is wrong", 1, 0), place: instance, center: true, weight: 1,
		steps: flow(password("EMAIL_OTP"), wrong("EMAIL_OTP"), askedAgain("EMAIL_OTP")),
	},
	{
		Scenario: named("idc-email-otp-second-abandoned", "the code e-mailed after the password is never given", 0, 1), place: instance, center: true, weight: 1,
		steps: password("EMAIL_OTP"),
	},
	{
		Scenario: named("idc-external-idp", "a user of an external identity provider signs in", 0, 0), place: instance, center: true, weight: 20,
		steps: signedInWith(center{factor: "EXTERNAL_IDP", first: true, extra: portalLogin}),
	},
	{
		Scenario: named("idc-device-enrolment", "a user has to register a device during the sign-in, and does", 0, 0), place: instance, center: true, weight: 2,
		steps: flow(password(""), []step{{after: 80 * time.Second, event: center{factor: "PASSWORD", extra: portalLogin + `,"DeviceEnrollmentRequired":"true"`}.event("UserAuthentication")}}),
	},
	{
		Scenario: named("idc-left-at-enrolment", "the password is right and the page to register a device is left: nothing was asked", 0, 0), place: instance, center: true, weight: 1,
		steps: password(""),
	},
	{
		Scenario: named("idc-failure-under-challenge", "a wrong code whose result stands under the key CredentialChallenge", 1, 0), place: instance, center: true,
		steps: flow(password("TOTP"), at(9*time.Second, center{factor: "TOTP", failed: true, resultKey: "CredentialChallenge"}.verification())),
	},
	{
		Scenario: named("idc-active-directory", "one person typed in three ways; the second code is wrong", 1, 0), place: instance, center: true, weight: 1,
		steps: flow(typed("<name>", false), workflow(1, typed("<name>@corp.example", true)), workflow(2, typed(`corp.example\\<name>`, false))),
	},
	{
		Scenario: named("idc-wrong-then-success-elsewhere", "a wrong code, then a success from another address: the code was phished", 1, 0), place: instance, center: true, weight: 1,
		steps: flow(password("TOTP"), wrong("TOTP"), askedAgain("TOTP"),
			elsewhere(wait(60*time.Second, flow(password("TOTP"), right("TOTP"), signedIn("PASSWORD,TOTP"))))),
	},
	{
		Scenario: named("idc-two-workflows", "a stranger stops at the code while the owner signs in from another address", 0, 1), place: instance, center: true, weight: 1,
		steps: flow(elsewhere(password("TOTP")), password("TOTP"), right("TOTP"), signedIn("PASSWORD,TOTP")),
	},
	{
		Scenario: named("idc-totp-slow", "the code is given after a quarter of an hour", 0, 0), place: instance, center: true,
		steps: flow(password("TOTP"), wait(15*time.Minute, right("TOTP")), signedIn("PASSWORD,TOTP")),
	},

	{
		Scenario: named("idc-portal", "what the access portal logs after a sign-in", 0, 0), place: instance, weight: 6,
		steps: flow(password("TOTP"), right("TOTP"), signedIn("PASSWORD,TOTP"),
			at(2*time.Second, portal("Authenticate", "")), at(time.Second, portal("ListApplications", "")), at(time.Second, portal("ListAccounts", `{"maxResult":20}`)),
			at(5*time.Second, portal("ListAccountRoles", `{"accountId":"<account>"}`)), at(5*time.Second, portal("Federate", `{"accountId":"<account>","roleName":"<permissionSet>"}`)), at(30*time.Second, portal("Logout", ""))),
	},
	{
		Scenario: named("idc-device-code", "the phishable device flow of the command line, after a wrong code", 1, 0), place: instance, weight: 1,
		steps: flow(password("TOTP"), wrong("TOTP"), askedAgain("TOTP"), right("TOTP"), signedIn("PASSWORD,TOTP"),
			elsewhere(flow(at(5*time.Second, portal("RegisterClient", `{"clientName":"aws-cli","clientType":"public"}`)), at(time.Second, portal("StartDeviceAuthorization", `{"clientId":"<url:22>","clientSecret":"HIDDEN_DUE_TO_SECURITY_REASONS","startUrl":"https://<store>.awsapps.com/start"}`)),
				at(30*time.Second, portal("CreateToken", `{"clientId":"<url:22>","clientSecret":"HIDDEN_DUE_TO_SECURITY_REASONS","grantType":"urn:ietf:params:oauth:grant-type:device_code","deviceCode":"HIDDEN_DUE_TO_SECURITY_REASONS"}`))))),
	},
	{
		Scenario: named("idc-mfa-device-added", "a user registers a second device", 0, 0), place: instance,
		steps: flow(at(0, call("sso-directory", "StartVirtualMfaDeviceRegistration", portalUser, `{"identityStoreId":"<store>","userId":"<userId>"}`, "")),
			at(40*time.Second, call("sso-directory", "CompleteVirtualMfaDeviceRegistration", portalUser, `{"identityStoreId":"<store>","userId":"<userId>","deviceName":"phone"}`, "")),
			at(90*time.Second, call("identitystore", "StartWebAuthnDeviceRegistration", portalUser, `{"identityStoreId":"<store>","userId":"<userId>"}`, "")),
			at(12*time.Second, call("identitystore", "CompleteWebAuthnDeviceRegistration", portalUser, `{"identityStoreId":"<store>","userId":"<userId>","deviceName":"key"}`, ""))),
	},
	{
		Scenario: named("idc-mfa-device-removed", "two wrong codes, then an administrator removes the device and resets the password", 2, 0), place: instance,
		steps: flow(password("TOTP"), wrong("TOTP"), askedAgain("TOTP"), wrong("TOTP"), askedAgain("TOTP"),
			elsewhere(flow(at(time.Hour, call("sso-directory", "DeleteMfaDeviceForUser", helpdesk, `{"identityStoreId":"<store>","userId":"<userId>","deviceId":"<guid>"}`, "")),
				at(30*time.Second, call("sso-directory", "UpdatePassword", helpdesk, `{"identityStoreId":"<store>","userId":"<userId>","passwordMode":"EMAIL"}`, ""))))),
	},
	{
		Scenario: named("idc-mfa-policy-changed", "the prompt policy is changed and the external provider swapped", 0, 0), place: instance,
		steps: flow(at(0, call("sso", "PutMfaDeviceManagementForDirectory", helpdesk, `{"directoryId":"<store>","configuration":{"mfaMode":"CONTEXT_AWARE","noMfaSignInBehavior":"ALLOWED"}}`, "")),
			at(60*time.Second, call("sso-directory", "UpdateExternalIdPConfigurationForDirectory", helpdesk, `{"directoryId":"<store>","externalIdPConfigurationId":"<guid>"}`, "")),
			at(5*time.Second, call("sso-directory", "EnableExternalIdPConfigurationForDirectory", helpdesk, `{"directoryId":"<store>","externalIdPConfigurationId":"<guid>"}`, ""))),
	},
}

// typed is a sign-in with the name written in a certain way: with Active
// Directory the record repeats what was typed.
func typed(name string, fails bool) []step {
	steps := []step{
		{after: 10 * time.Second, event: center{factor: "PASSWORD", first: true, name: name}.challenge()},
		{after: 8 * time.Second, event: center{factor: "PASSWORD", name: name}.verification()},
		{same: true, event: center{factor: "TOTP", name: name}.challenge()},
		{after: 9 * time.Second, event: center{factor: "TOTP", name: name, failed: fails}.verification()},
	}
	if fails {
		return steps
	}
	return flow(steps, signedInWith(center{factor: "PASSWORD,TOTP", name: name, extra: portalLogin}))
}

// portal is an event of the access portal.
func portal(name, params string) maker {
	r := api("sso", name, portalUser, params, "")
	r.eventType = "AwsServiceEvent"
	return just(r)
}
