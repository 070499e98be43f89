// Package simulate makes synthetic CloudTrail: scenarios, each a short story
// about one sign-in, and corpora, as many events of a busy organisation as asked
// for with sign-ins strewn in. Both come as files in the layout of an S3 bucket
// that a trail delivers to.
//
// Everything is data. A shape says what one API call looks like, a scenario
// which sign-in events follow each other, a pool where names come from; all are
// templates for one small interpreter (template.go). The order and spelling of
// keys follow real log files; which fields belong to which event follows
// CloudTrail User Guide "CloudTrail record contents" and "AWS Management Console
// sign-in events", and IAM Identity Center User Guide "Understanding IAM Identity
// Center sign-in events".
//
// Nothing real is in the output: addresses come from the documentation ranges of
// RFC 5737 and RFC 3849, accounts are AWS's example accounts, domains are those
// of RFC 2606. The same seed gives the same bytes on any number of cores. The
// package never asks for the time.
package simulate
