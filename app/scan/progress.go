package scan

import "sync/atomic"

type progress struct {
	files, bytes, skipped, events atomic.Int64
}

// Progress is how far a scan has come.
type Progress struct {
	Files   int64 // done
	Bytes   int64 // read, as they are stored
	Skipped int64 // bytes of files done that need not or could not be read
	Events  int64
}

// Progress returns how far the scan has come.
func (s *Scan) Progress() Progress {
	p := &s.progress
	return Progress{p.files.Load(), p.bytes.Load(), p.skipped.Load(), p.events.Load()}
}
