// Package signin says what sign-in events mean: which factor was asked for, how it
// was answered, what a sequence of events adds up to, and what of it is worth
// telling.
//
// # The way of an event
//
// [Relevant] picks the few records of an archive that matter, by their names alone.
// [Parse] reads such a record into a [Step]. A [Tracker] puts steps together into
// sign-ins and returns each [Change] of a [Finding]: reported, amended when a name
// or a proof arrives later, withdrawn when an answer does. A [Ledger] adds the
// changes up for those who want the findings at the end. Scanning an archive and
// watching a trail are the same calls: the scan adds everything without a time of
// receipt and then advances once, the daemon gives the time with each step and
// advances now and then.
//
// # IAM Identity Center
//
// All events of one sign-in carry the same AuthWorkflowID. This is the sequence, as
// the IAM Identity Center User Guide (understanding sign-in events) tells it:
//
//	start ── challenge PASSWORD ──► asked ── verification Failure ──► asked again
//	asked ── verification Success ─► password right
//	password right ── UserAuthentication ─► done, without MFA or with a device enrolled
//	password right ── challenge of another factor ─► MFA asked
//	MFA asked ── verification Success, UserAuthentication ─► done
//	MFA asked ── verification Failure ─► mfa_failed, then MFA asked again
//	MFA asked ── nothing for 20 minutes ─► mfa_abandoned, unless it failed before
//	start ── challenge EMAIL_OTP ─► a first factor: never reported
//	start ── UserAuthentication EXTERNAL_IDP ─► done elsewhere
//
// What is asked after the right password is the second factor, whatever its name.
// An abandoned prompt is proven: the right password is an event of its own.
//
// # IAM users and root
//
// CheckMfa says that the console asked for a second factor, ConsoleLogin how it
// ended; MFAUsed tells a wrong code from a wrong password (CloudTrail User Guide,
// console sign-in events). Nothing joins the two but account, user, address and
// time. A prompt is answered by any ConsoleLogin within [PromptWindow], 20 minutes;
// later, up to [AnswerWindow], only by one that used MFA, rightly or wrongly: a wrong
// password hours later says nothing about a prompt. Of prompts that follow each other
// within the window the last is the open one; a prompt followed by another one later
// than that stays abandoned. It is probable, not proven, that an abandoned prompt
// followed a right password: AWS does not say whether CheckMfa also appears after a
// wrong one.
//
// # Results that cannot be read
//
// AWS documents Success and Failure. Any other text where one of them should stand, or
// an error in its place, is presumed to be a failure ([Step.Presumed]), and a wrong
// second factor is then probable. The documented message of a failed ConsoleLogin is as
// good as its result. A second factor whose result is not said at all is no answer: the
// prompt may still be reported as abandoned, as probable.
//
// # Order, duplicates, lateness
//
// CloudTrail delivers in any order, twice, and late. The findings that stand in the
// end are the same whatever the order, see [Tracker]: a sign-in is read on when its
// next step arrives, and again from its beginning when an earlier one does. Records
// about one event are folded into it: the same record from two trails, copies with one
// sharedEventID, and corrections (addendum UPDATED_DATA), which amend the finding about
// the original. A correction counts for the facts that it states and no others.
//
// # Not a sign-in to AWS
//
// WorkSpaces and Transfer Family web apps write the three events of Identity Center
// for their own sign-ins. They get an [Identity] of their own and no findings.
//
// # Hostile input
//
// Whoever knows the address of the sign-in page writes into these events. Texts are
// cut to CloudTrail's own bounds and are otherwise as they came: printing them
// safely is up to who prints. What a Tracker keeps is bounded by [Limits].
package signin
