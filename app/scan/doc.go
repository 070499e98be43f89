// Package scan looks through files of CloudTrail events once, for sign-ins that stopped
// at MFA and for what filter patterns match.
//
// The way of the data: a walk over files and folders → for each file a worker that reads
// and splits it and picks out the few events that matter (package event, signin.Relevant,
// pattern.Set) → one collector that takes the results in the order of the files, leaves
// out duplicates and follows the sign-ins (signin.Tracker). What comes out is the same
// whatever the number of workers.
//
// Memory is bounded, whatever the input: by the largest record for a worker, by the limits
// of the tracker, and by [RememberedEvents] for duplicates.
package scan
