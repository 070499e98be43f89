package signin

import "slices"

// Len returns the number of findings that stand.
func (l *Ledger) Len() int { return len(l.findings) }

// Drain returns the findings that stand, in order of time, and forgets them: what is
// said of them afterwards is not applied.
func (l *Ledger) Drain() []Finding {
	findings := l.Findings()
	clear(l.findings)
	return slices.Clip(findings)
}
