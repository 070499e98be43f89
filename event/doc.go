// Package event is one CloudTrail record: its original bytes and the few fields that
// are always needed. It reads and splits every shape of file that CloudTrail events
// come in.
//
// It stands at the beginning of everything: a trail finds bytes, event makes events of
// them, and what follows (history, patterns, sign-ins) works on the original bytes. It
// does no I/O of its own and never asks for the time.
//
// # Shapes
//
// Each is read compressed with gzip or not, told by content and never by name:
//
//   - log files of a trail: {"Records":[...]}
//   - arrays, single records, a record a line (NDJSON), records one after the other
//   - pages of LookupEvents: {"Events":[{"CloudTrailEvent":"..."}]}
//   - EventBridge events: the record is their detail
//   - CloudWatch Logs subscriptions, as Lambda, Kinesis and Firehose hand them on
//   - any of these in messages of SNS and SQS
//   - exports in which each record is a member of some object
//
// Sources: CloudTrail User Guide, record contents and log file examples; CloudWatch
// Logs User Guide, subscription filters; SNS and SQS developer guides, message formats.
//
// # Bad input
//
// Nothing is dropped in silence: what is no record is a [Rejection] with its place and
// the reason. A damaged record costs itself alone, and in most cases is one rejection:
// reading goes on where the next record seems to begin. An error of the file itself, such
// as gzip that was cut off, is what [Reader.Read] returns, after all in front of it. Size,
// nesting and unpacking have bounds, and no input makes work that grows faster than it.
//
// # Speed
//
// An archive is mostly events that concern nobody. A [Splitter] looks at 64 bytes at a
// time for quotes and brackets, and reads four fields of a record from the places where
// CloudTrail writes them; everything else stays untouched. Records in any other layout
// take a slower way with the same result.
package event
