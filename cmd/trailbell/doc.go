// Command trailbell reports AWS sign-ins that stop at MFA. It reads files: logs of a
// CloudTrail trail, pages of the event history, or standard input. It needs no AWS
// account and no network.
//
// # Verbs
//
//	trailbell scan PATH...             findings in files and folders; - is standard input
//	trailbell pattern test P [FILE]    which messages a filter pattern matches, and what it extracts
//	trailbell pattern explain P [FILE] why, condition by condition
//	trailbell pattern lint P           what can never match, and common mistakes
//	trailbell pattern verify FILE...   regression cases for patterns
//	trailbell pattern library [NAME]   the patterns that come with it, with what each misses
//	trailbell simulate --to DIR        synthetic CloudTrail files: sign-in scenarios, or a corpus
//	trailbell demo                     what scan finds in a simulated morning
//
// Each tells the rest with --help. P is a filter pattern in the language of CloudWatch
// Logs, or @NAME for one of the library.
//
// # What is said, and where
//
// Standard output has what was asked for: a text for people, with --json one object a line
// for programs, with --csv a table. Standard error has everything else: problems with file
// and offset, on a terminal the progress of long work, and for programs the counts that
// people find at the end of the text. What stands in an event was written by whoever signed
// in, so it is made printable on its way to a terminal and harmless on its way to a
// spreadsheet.
//
// # Exit codes
//
//	0  done
//	1  something failed or could not be read, or a case of verify failed
//	2  wrong usage, or a pattern that AWS would refuse
//	3  done, and something was found; only with --exit-code
//
// What could not be read goes before what was found: with 1 there may be more than was said.
//
// # The code
//
// Each verb has a file of its name: flags and files in, a call of a library or of app/scan,
// text out. Only here is the time asked for; everything below is told.
package main
