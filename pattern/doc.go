// Package pattern is the filter-pattern language of CloudWatch Logs: a text of at
// most 1,024 characters that says which messages of a log group a metric filter
// counts, a subscription filter forwards or a search finds.
//
// In the flow it stands between the log group and the metric filter:
//
//	log group ─► metric filter ─► metric ─► alarm
//	                  │
//	               pattern
//
// # The language
//
// The first character of a pattern decides which of its forms it has:
//
//	(nothing), " "                     every message
//	ERROR "timed out" -debug           terms: text that must, or must not, occur
//	?ERROR ?%time[ds] out%             optional terms, one of which must occur
//	{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed = "Yes" }
//	                                   JSON: conditions on the properties of one object
//	[ip, ..., status = 4*, bytes > 0]  space-delimited: conditions on the fields of a line
//
// Some rules surprise nearly everybody, and all of them are copied here:
//
//   - A comparison with a property that is missing is false, and != is too.
//   - A comparison with a whole object or array is false, and so is one with a
//     boolean or null, which only IS can test.
//   - Optional terms are ignored as soon as there is another term.
//   - A * takes the leftmost text it can and never tries again, so "*11.1" does
//     not match 11.11.1.
//   - "123.0" in quotes compares the text of a number, 123.0 without them its value.
//   - In a space-delimited pattern without ... the last field takes the rest of
//     the line.
//
// The behaviour is that of the Amazon CloudWatch Logs User Guide, pages "Filter
// pattern syntax for metric filters, subscription filters, filter log events, and
// Live Tail", "Using filter patterns to match terms in JSON log events", "Filter
// pattern syntax for metric filters" and "Supported regular expressions (regex)
// syntax", of the samples in the API Reference, and of answers AWS was seen to
// give; testdata/patterns names the source of each case. Where nothing is known a
// pattern is refused rather than read in a way that AWS may not share.
//
// # Using it
//
// [Parse] makes a [Pattern], which matches, extracts values and explains itself.
// [Set] matches many patterns at once for about the cost of one. [ParseReference]
// reads the value of a metric transformation. Messages are hostile: they are read
// in one pass, without recursion, without decoding what nobody asks for, and the
// work is linear in their size.
package pattern
