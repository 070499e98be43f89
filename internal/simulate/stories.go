package simulate

import "time"

// stories are the scenarios: every situation of console sign-in and Identity
// Center that AWS documents, and what delivery does to them. What to expect
// follows from two facts: a second factor answered wrongly is one mfa_failed each
// time; a second factor asked for and never answered is one mfa_abandoned.
var stories = append(append(append(iamStories, rootStories...), centerStories...), otherStories...)

// expect is shorter than the literal.
func expect(failed, abandoned int) Expect { return Expect{MFAFailed: failed, MFAAbandoned: abandoned} }

const second = time.Second

const (
	virtual = "Virtual MFA"
	u2f     = "U2F MFA"
	several = "Multiple MFA Devices"
)

func named(name, about string, failed, abandoned int) Scenario {
	return Scenario{Name: name, About: about, Expect: expect(failed, abandoned)}
}

// iamStories are about IAM users at the sign-in page.
var iamStories = []story{
	{
		Scenario: named("iam-unknown-name", "an IAM user name that does not exist", 0, 0), weight: 4,
		steps: at(0, loginFails(iamNobody, withoutMFA, unknownName)),
	},
	{
		Scenario: named("iam-wrong-password", "an IAM user with a wrong password", 0, 0), weight: 10,
		steps: at(0, loginFails(iamTrying, withoutMFA, wrongAnswer)),
	},
	{
		Scenario: named("iam-success-no-mfa", "an IAM user without a second factor signs in", 0, 0), weight: 6,
		steps: at(0, login(iamIn, withoutMFA)),
	},
	{
		Scenario: named("iam-success-mfa-virtual", "an IAM user signs in with an authenticator app", 0, 0), weight: 40,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(14*second, login(iamIn, virtualMFA))),
	},
	{
		Scenario: named("iam-success-mfa-u2f", "an IAM user signs in with a security key", 0, 0), weight: 15,
		steps: flow(at(0, checkMFA(iamTrying, u2f)), at(9*second, login(iamIn, u2fMFA))),
	},
	{
		Scenario: named("iam-success-mfa-several", "an IAM user with several kinds of devices signs in", 0, 0), weight: 8,
		steps: flow(at(0, checkMFA(iamTrying, several)), at(21*second, login(iamIn, u2fMFA))),
	},
	{
		Scenario: named("iam-mfa-wrong", "an IAM user's second factor is wrong", 1, 0), weight: 3,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(17*second, loginFails(iamTrying, withMFA, wrongAnswer))),
	},
	{
		Scenario: named("iam-mfa-wrong-several", "the second factor of an IAM user with several kinds of devices is wrong", 1, 0), weight: 1,
		steps: flow(at(0, checkMFA(iamTrying, several)), at(17*second, loginFails(iamTrying, withMFA, wrongAnswer))),
	},
	{
		Scenario: named("iam-mfa-wrong-no-prompt", "a wrong second factor whose CheckMfa is not in the logs", 1, 0), weight: 1,
		steps: at(0, loginFails(iamTrying, withMFA, wrongAnswer)),
	},
	{
		Scenario: named("iam-mfa-wrong-then-success", "an IAM user mistypes the code and then signs in", 1, 0), weight: 5,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(12*second, loginFails(iamTrying, withMFA, wrongAnswer)),
			at(20*second, checkMFA(iamTrying, virtual)), at(15*second, login(iamIn, virtualMFA))),
	},
	{
		Scenario: named("iam-mfa-wrong-thrice", "somebody guesses codes of an IAM user", 3, 0), weight: 1,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(8*second, loginFails(iamTrying, withMFA, wrongAnswer)),
			at(7*second, loginFails(iamTrying, withMFA, wrongAnswer)), at(7*second, loginFails(iamTrying, withMFA, wrongAnswer))),
	},
	{
		Scenario: named("iam-mfa-wrong-then-success-elsewhere", "a wrong code, then a success from another address: the code was phished", 1, 0), weight: 1,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(12*second, loginFails(iamTrying, withMFA, wrongAnswer)),
			elsewhere(flow(at(40*second, checkMFA(iamTrying, virtual)), at(10*second, login(iamIn, virtualMFA))))),
	},
	{
		Scenario: named("iam-mfa-abandoned", "an IAM user's password is right and the code is never given", 0, 1), weight: 3,
		steps: at(0, checkMFA(iamTrying, virtual)),
	},
	{
		Scenario: named("iam-mfa-abandoned-u2f", "an IAM user's password is right and the security key is never touched", 0, 1), weight: 1,
		steps: at(0, checkMFA(iamTrying, u2f)),
	},
	{
		Scenario: named("iam-mfa-abandoned-reloaded", "the page that asks for the code is loaded three times and left", 0, 1), weight: 1,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(50*second, checkMFA(iamTrying, virtual)), at(90*second, checkMFA(iamTrying, virtual))),
	},
	{
		Scenario: named("iam-mfa-reloaded-then-success", "the page that asks for the code is loaded twice and answered", 0, 0), weight: 2,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(50*second, checkMFA(iamTrying, virtual)), at(11*second, login(iamIn, virtualMFA))),
	},
	{
		Scenario: named("iam-mfa-abandoned-owner-elsewhere", "a stranger stops at the code while the owner signs in from another address", 0, 1), weight: 1,
		steps: flow(elsewhere(at(0, checkMFA(iamTrying, virtual))), at(60*second, checkMFA(iamTrying, virtual)), at(13*second, login(iamIn, virtualMFA))),
	},
	{
		Scenario: named("iam-mfa-slow", "an IAM user finds the phone after a quarter of an hour", 0, 0),
		steps:    flow(at(0, checkMFA(iamTrying, virtual)), at(15*time.Minute, login(iamIn, virtualMFA))),
	},
	{
		Scenario: named("iam-mfa-wrong-device-changed", "a wrong code, and an hour later the helpdesk removes the device", 1, 0), place: globalPlace,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(12*second, loginFails(iamTrying, withMFA, wrongAnswer)),
			elsewhere(flow(
				at(time.Hour, call("iam", "DeactivateMFADevice", helpdesk, `{"userName":"<name>","serialNumber":"arn:aws:iam::<account>:mfa/<name>-phone"}`, "")),
				at(5*second, call("iam", "DeleteVirtualMFADevice", helpdesk, `{"serialNumber":"arn:aws:iam::<account>:mfa/<name>-phone"}`, "")),
				at(40*second, call("iam", "UpdateLoginProfile", helpdesk, `{"userName":"<name>","passwordResetRequired":true}`, ""))))),
	},
	{
		Scenario: named("iam-mfa-device-added", "an IAM user registers an authenticator app", 0, 0), place: globalPlace, weight: 2,
		steps: flow(at(0, login(iamIn, withoutMFA)),
			at(70*second, call("iam", "CreateVirtualMFADevice", iamInside, `{"path":"/","virtualMFADeviceName":"<name>-phone"}`, `{"virtualMFADevice":{"serialNumber":"arn:aws:iam::<account>:mfa/<name>-phone"}}`)),
			at(40*second, call("iam", "EnableMFADevice", iamInside, `{"userName":"<name>","serialNumber":"arn:aws:iam::<account>:mfa/<name>-phone"}`, "")),
			at(2*second, call("iam", "ListMFADevices", iamInside, `{"userName":"<name>"}`, ""))),
	},
	{
		Scenario: named("iam-mfa-device-resynced", "the clock of an IAM user's device is put right", 0, 0), place: globalPlace,
		steps: at(0, call("iam", "ResyncMFADevice", helpdesk, `{"userName":"<name>","serialNumber":"arn:aws:iam::<account>:mfa/<name>-phone"}`, "")),
	},
	{
		Scenario: named("iam-password-reset", "an administrator gives an IAM user a new password", 0, 0), place: globalPlace,
		steps: flow(at(0, call("iam", "CreateLoginProfile", helpdesk, `{"userName":"<name>","passwordResetRequired":true}`, `{"loginProfile":{"userName":"<name>","createDate":"<date:Jan 2, 2006, 3:04:05 PM>","passwordResetRequired":true}}`)),
			at(300*second, call("iam", "ChangePassword", iamInside, "", ""))),
	},
	{
		Scenario: named("sts-wrong-code", "GetSessionToken and AssumeRole with a wrong code: an access key, no sign-in", 0, 0), weight: 2,
		steps: flow(
			at(0, callFails("sts", "GetSessionToken", iamWithKey, `{"serialNumber":"arn:aws:iam::<account>:mfa/<name>-phone","durationSeconds":43200}`, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")),
			at(8*second, callFails("sts", "AssumeRole", iamWithKey, `{"roleArn":"arn:aws:iam::<account>:role/<role>","roleSessionName":"<name>","serialNumber":"arn:aws:iam::<account>:mfa/<name>-phone"}`, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA serial number is valid and associated with this user."))),
	},
}

// rootStories are about the root user, whose events are in us-east-1.
var rootStories = []story{
	{
		Scenario: named("root-wrong-password", "root with a wrong password", 0, 0), place: globalPlace, weight: 2,
		steps: at(0, loginFails(rootUser, withoutMFA, wrongAnswer)),
	},
	{
		Scenario: named("root-mfa-wrong", "root's second factor is wrong", 1, 0), place: globalPlace, weight: 1,
		steps: flow(at(0, checkMFA(rootUser, virtual)), at(15*second, loginFails(rootUser, withMFA, wrongAnswer))),
	},
	{
		Scenario: named("root-mfa-abandoned", "root's password is right and the code is never given", 0, 1), place: globalPlace, weight: 1,
		steps: at(0, checkMFA(rootUser, virtual)),
	},
	{
		Scenario: named("root-success-mfa", "root signs in with a code; MFAUsed is written YES", 0, 0), place: globalPlace, weight: 2,
		steps: flow(at(0, checkMFA(rootUser, virtual)), at(15*second, login(rootUser, rootMFA))),
	},
	{
		Scenario: named("root-success-no-mfa", "root signs in without a second factor", 0, 0), place: globalPlace, weight: 1,
		steps: at(0, login(rootUser, withoutMFA)),
	},
	{
		Scenario: named("root-password-recovery", "root's forgotten password is replaced, then root signs in", 0, 0), place: globalPlace,
		steps: flow(at(0, just(consoleEvent("PasswordRecoveryRequested", rootUser, "Success", ""))),
			at(200*second, just(consoleEvent("PasswordRecoveryCompleted", rootUser, "Success", ""))),
			at(30*second, checkMFA(rootUser, virtual)), at(15*second, login(rootUser, rootMFA))),
	},
	{
		Scenario: named("root-credentials-changed", "root changes password and e-mail address", 0, 0), place: globalPlace,
		steps: flow(at(0, just(consoleEvent("PasswordUpdated", rootUser, "Success", ""))), at(60*second, just(consoleEvent("EmailUpdated", rootUser, "Success", "")))),
	},
	{
		Scenario: named("root-mfa-device-added", "root registers an authenticator app", 0, 0), place: globalPlace,
		steps: flow(at(0, call("iam", "CreateVirtualMFADevice", rootInside, `{"virtualMFADeviceName":"root-account-mfa-device"}`, `{"virtualMFADevice":{"serialNumber":"arn:aws:iam::<account>:mfa/root-account-mfa-device"}}`)),
			at(30*second, call("iam", "EnableMFADevice", rootInside, `{"userName":"AWS ROOT USER","serialNumber":"arn:aws:iam::<account>:mfa/root-account-mfa-device"}`, ""))),
	},
}

// otherStories are about roles, other services and delivery.
var otherStories = []story{
	{
		Scenario: named("role-saml", "somebody from a SAML provider opens a role in the console", 0, 0), weight: 8,
		steps: flow(at(0, call("sts", "AssumeRoleWithSAML", samlCaller, `{"roleArn":"arn:aws:iam::<account>:role/<role>","principalArn":"arn:aws:iam::<account>:saml-provider/example-idp","durationSeconds":3600}`, `{`+credentials+`,"issuer":"https://idp.example.com","subject":"<name>@example.com","subjectType":"persistent"}`)),
			at(2*second, login(roleInside, fromSAML))),
	},
	{
		Scenario: named("role-identity-center", "somebody opens an account from the access portal", 0, 0), weight: 30,
		steps: flow(at(0, call("sts", "AssumeRoleWithSAML", samlCaller, `{"roleArn":"arn:aws:iam::<account>:role/aws-reserved/sso.amazonaws.com/<ssoRole>","principalArn":"arn:aws:iam::<account>:saml-provider/AWSSSO_<hex:16>_DO_NOT_DELETE","durationSeconds":43200}`, `{`+credentials+`}`)),
			at(second, just(signinToken("Jersey/${project.version} (HttpUrlConnection 17.0.15)"))), at(second, login(roleInside, withoutMFA))),
	},
	{
		Scenario: named("role-federation-url", "a console URL made with GetSigninToken is opened from another address", 0, 0), weight: 2,
		steps: flow(at(0, just(signinToken("python-requests/2.32.4"))), elsewhere(at(5*second, login(roleInside, withoutMFA)))),
	},
	{
		Scenario: named("role-switch", "an IAM user switches to a role, renews it and comes back", 0, 0), weight: 4,
		steps: flow(at(0, just(roleSwitch("SwitchRole"))), at(200*second, just(roleSwitch("RenewRole"))), at(100*second, just(roleSwitch("ExitRole")))),
	},
	{
		Scenario: named("cli-login-oauth2", "aws login turns a console sign-in into credentials for the command line", 0, 0), weight: 4,
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(12*second, login(iamIn, virtualMFA)),
			at(4*second, call("signin", "AuthorizeOAuth2Access", iamInside, `{"client_id":"arn:aws:signin:::devtools/same-device","response_type":"code","scope":"openid","code_challenge_method":"SHA-256"}`, "")),
			at(2*second, call("signin", "CreateOAuth2Token", iamInside, `{"tokenInput":{"clientId":"arn:aws:signin:::devtools/same-device","grantType":"authorization_code"}}`, `{"tokenOutput":{"tokenType":"aws_sigv4","expiresIn":900}}`))),
	},
	{
		Scenario: named("directory-login-wrong", "a failed sign-in through a directory in the old way", 0, 0),
		steps:    at(0, just(consoleEvent("ExternalIdPDirectoryLogin", rootUser, "Failure", ""))),
	},

	{
		Scenario: named("workspaces-smartcard", "a WorkSpaces user signs in with a smart card at the second try", 0, 0), place: instance,
		steps: flow(at(0, workspace("CredentialChallenge", "SMARTCARD", "", "Success")), at(7*second, workspace("CredentialVerification", "SMARTCARD", "", "Failure")),
			workflow(1, flow(at(16*second, workspace("CredentialChallenge", "SMARTCARD", "", "Success")), at(10*second, workspace("CredentialVerification", "SMARTCARD", "", "Success")),
				sameRequest(workspace("UserAuthentication", "SMARTCARD", `"LoginTo":"https://skylight.local",`, "Success"))))),
	},
	{
		Scenario: named("workspaces-password", "a WorkSpaces user signs in with a password", 0, 0), place: instance,
		steps: flow(at(0, workspace("CredentialChallenge", "PASSWORD", "", "Success")), at(7*second, workspace("CredentialVerification", "PASSWORD", "", "Success")),
			sameRequest(workspace("UserAuthentication", "PASSWORD", `"LoginTo":"https://clients.amazonaws.com/workspaces",`, "Success"))),
	},
	{
		Scenario: named("transfer-family", "a user of a Transfer Family web app signs in", 0, 0), place: instance,
		steps: flow(at(0, transferApp("CredentialChallenge", "")), at(7*second, transferApp("CredentialVerification", "")),
			sameRequest(transferApp("UserAuthentication", `"LoginTo":"https://webapp-<hex:17>.transfer-webapp.<region>.on.aws/",`))),
	},

	{
		Scenario: named("delivery-addendum", "a wrong code, and later a corrected record of the same event", 1, 0),
		steps: flow(at(0, checkMFA(iamTrying, virtual)), at(12*second, loginFails(iamTrying, withMFA, wrongAnswer)),
			late(time.Hour, at(0, amended(loginFails(iamTrying, withMFA, wrongAnswer))))),
	},
	{
		Scenario: named("delivery-late", "a wrong code that is delivered three hours late, and says so", 1, 0),
		steps:    flow(at(0, checkMFA(iamTrying, virtual)), late(3*time.Hour, at(12*second, delayed(loginFails(iamTrying, withMFA, wrongAnswer))))),
	},
	{
		Scenario: named("delivery-twice", "every record of a wrong code comes in two files", 1, 0),
		steps:    twice(flow(at(0, checkMFA(iamTrying, virtual)), at(12*second, loginFails(iamTrying, withMFA, wrongAnswer)))),
	},
	{
		Scenario: named("delivery-answer-first", "the answers of a sign-in are delivered an hour before its prompts", 0, 0), place: instance,
		steps: flow(late(time.Hour, password("TOTP")), right("TOTP"), signedIn("PASSWORD,TOTP")),
	},
	{
		Scenario: named("delivery-wrong-first", "a wrong code is delivered an hour before the password it belongs to", 1, 0), place: instance,
		steps: flow(late(time.Hour, password("TOTP")), wrong("TOTP"), late(2*time.Hour, askedAgain("TOTP"))),
	},
	{
		Scenario: named("delivery-answer-late", "a prompt is answered, but the answer is delivered two hours later", 0, 0),
		steps:    flow(at(0, checkMFA(iamTrying, virtual)), late(2*time.Hour, at(14*second, login(iamIn, virtualMFA)))),
	},
}

func sameRequest(event maker) []step { return []step{{same: true, event: event}} }

// signinToken is the federation endpoint making a console URL.
func signinToken(agent string) record {
	r := consoleEvent("GetSigninToken", roleInside, "Success", `{"MobileVersion":"No","MFAUsed":"No"}`)
	r.response = `{"credentials":{"accessKeyId":"ASIA<upper:16>"},"GetSigninToken":"Success"}`
	r.agent = agent
	return r
}

func roleSwitch(name string) record {
	return consoleEvent(name, roleInside, "Success", `{"SwitchFrom":"arn:aws:iam::<account>:user/<name>","RedirectTo":"https://console.aws.amazon.com/console/home"}`)
}

// workspace is an event of WorkSpaces, which borrows the names of Identity
// Center's (Amazon WorkSpaces Administration Guide, "Understanding AWS sign-in
// events for smart card users").
func workspace(name, factor, extra, result string) maker {
	return just(record{
		identity: `{"type":"Unknown","principalId":"<account>","arn":"","accountId":"<account>","accessKeyId":""}`,
		source:   "signin", name: name, ip: "AWS Internal", agent: "<agent>",
		extra:     `{"AuthWorkflowID":"<workflow>",` + extra + `"CredentialType":"` + factor + `"}`,
		requestID: "<request>", eventType: "AwsServiceEvent", details: `{"` + name + `":"` + result + `"}`,
	})
}

// transferApp is an event of a Transfer Family web app (AWS Transfer Family User
// Guide, "CloudTrail logging for Transfer Family web apps").
func transferApp(name, extra string) maker {
	return just(record{
		identity: sinceOctober2024.who("<name>", true, false),
		source:   "signin", name: name, ip: "<ip>", agent: "<agent>",
		extra:     `{"AuthWorkflowID":"<workflow>",` + extra + `"CredentialType":"PASSWORD"}`,
		requestID: "<request>", eventType: "AwsServiceEvent", details: `{"` + name + `":"Success"}`,
	})
}
