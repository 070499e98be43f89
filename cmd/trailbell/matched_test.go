package main

import (
	"testing"

	"github.com/trailbell/trailbell/signin"
)

// CloudTrail User Guide, userIdentity element.
func TestMatchedSaysWhoItWas(t *testing.T) {
	check := func(identity string, kind signin.Identity, subject, id, who string) {
		t.Helper()
		e := readMatched([]byte(`{"eventName":"RunInstances","eventSource":"ec2.amazonaws.com","userAgent":"agent","userIdentity":` + identity + `}`))
		if e.identity != kind || e.subject != subject || e.subjectID != id || e.who() != who || e.agent != "agent" {
			t.Errorf("%s: %q, subject %q, id %q, who %q", identity, e.identity, e.subject, e.subjectID, e.who())
		}
	}
	check(`{"type":"IAMUser","accountId":"1","principalId":"AIDA","userName":"ana"}`, signin.IAMUser, "ana", "AIDA", "ana")
	check(`{"type":"Root","accountId":"1","principalId":"1"}`, signin.Root, "root of 1", "1", "root")
	check(`{"type":"AssumedRole","principalId":"AROA:ana","sessionContext":{"sessionIssuer":{"userName":"admin"}}}`, signin.AssumedRole, "admin/ana", "AROA:ana", "admin/ana")
	check(`{"type":"AssumedRole","principalId":"AROA:ana"}`, signin.AssumedRole, "ana", "AROA:ana", "ana")
	check(`{"type":"AWSService","invokedBy":"s3.amazonaws.com"}`, signin.AWSService, "s3.amazonaws.com", "", "s3.amazonaws.com")
	check(`{"type":"AWSAccount","accountId":"1","principalId":"AIDA"}`, signin.AWSAccount, "", "AIDA", "AIDA")
	check(`{"type":"IdentityCenterUser","accountId":"1","principalId":"1","onBehalfOf":{"userId":"u-1"}}`, signin.IdentityCenter, "", "u-1", "u-1")
	check(`{"type":"Mars"}`, "", "", "", "")
	check(`null`, "", "", "", "")
	check(`{"type":7,"userName":[]}`, "", "", "", "")
}

// IAM Identity Center User Guide, understanding sign-in events: the type was Unknown, and
// the name is the one that was typed.
func TestMatchedKnowsTheSignInsOfIdentityCenter(t *testing.T) {
	e := readMatched([]byte(`{"eventSource":"signin.amazonaws.com","eventName":"CredentialVerification","userIdentity":{"type":"Unknown","accountId":"1","principalId":"1"},` +
		`"additionalEventData":{"CredentialType":"TOTP","UserName":"ana"},"serviceEventDetails":{"CredentialVerification":"Failure"}}`))
	if e.identity != signin.IdentityCenter || e.subject != "ana" || e.subjectID != "" {
		t.Errorf("%q, subject %q, id %q", e.identity, e.subject, e.subjectID)
	}
}
