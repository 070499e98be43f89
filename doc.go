// Package trailbell is the root of a program and of three libraries about AWS sign-ins
// that stop at MFA. It holds no code, only this page.
//
// # Why
//
// Somebody has your AWS password. The only thing that stops them is MFA, and each failure
// at that step is the signal that the password is known and must be changed. CloudTrail
// records it, but it is hard to hear:
//
//   - The filter pattern that is published for IAM Identity Center tests a key that
//     documented events do not carry, so it never matches.
//   - Whoever faces a security key that is not theirs leaves. That writes a prompt without
//     an answer, and no filter can see what did not happen.
//   - A CloudWatch alarm acts when its state changes: a second failure sends nothing.
//   - In Identity Center the event of a wrong code carries no user name. Other events of
//     the same sign-in do.
//
// Trailbell reads the events and tells every sign-in that failed or was abandoned at the
// MFA step: who, which account, from where, which factor, when, how certain, and the
// events that prove it.
//
// # The way of an event
//
//	files ─► event ──┬─► pattern ─────────────► matches
//	                 └─► signin: step ─► sign-in ─► finding
//
// Package [github.com/trailbell/trailbell/event] splits files of any shape that CloudTrail
// events come in. An event keeps its original bytes; a few fields are read, nothing is
// written anew. A damaged record costs itself alone and is told with its place.
//
// Package [github.com/trailbell/trailbell/pattern] is the filter-pattern language of
// CloudWatch Logs: it parses, matches, extracts, explains itself, and warns of what can
// never match.
//
// Package [github.com/trailbell/trailbell/signin] knows what sign-in events mean. An event
// is a step; steps add up to a sign-in, whatever the order they arrive in; a sign-in that
// stopped has findings. mfa_failed is a second factor that was answered wrongly.
// mfa_abandoned is one that was asked for and not answered within 20 minutes. A finding
// names its evidence, and its certainty: proven or probable.
//
// These three are libraries that other programs can import. They do no I/O of their own and
// never ask for the time.
//
// # The program
//
// Above them stand app/scan, which is one run over files and folders with a worker a core,
// and cmd/trailbell with a file for each verb: scan, pattern, simulate, demo. Beside them
// internal/simulate writes synthetic CloudTrail files to try all of it on, and
// internal/lint holds the project's own rules, as tests: above all that imports point
// down. Begin with
//
//	go run ./cmd/trailbell demo
//
// # What holds everywhere
//
// Nothing is dropped in silence: read is accepted plus duplicate plus rejected, and a test
// says so. Every field of an event may have been written by an attacker: sizes and nesting
// have bounds, and what is printed is escaped for where it goes. When it happened and when
// we decide are never mixed: the time is a parameter. What is copied from AWS names its
// page; where AWS is silent the choice stands in one named place.
package trailbell
