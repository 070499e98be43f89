package scan

import (
	"slices"
	"time"

	"github.com/trailbell/trailbell/signin"
)

// Waiting counts the prompts for a second factor that are too young to be abandoned.
type Waiting struct {
	Prompts int
	Due     time.Time // when the last of them will have been; zero if there is none
}

// waiting looks for sign-ins that stand at a prompt which is asked for.
func (c *collector) waiting() Waiting {
	var w Waiting
	for s := range c.tracker.SignIns() {
		if s.Outcome != signin.WaitingAtMFA {
			continue
		}
		for _, step := range slices.Backward(s.Steps) {
			if step.Kind != signin.CredentialChallenge && step.Kind != signin.CheckMfa {
				continue
			}
			// A prompt after At is not young: At was chosen, or a clock is wrong.
			if !step.Time.After(c.scan.options.At) && c.scan.options.within(step.Time) {
				w.Prompts++
				if due := step.Time.Add(signin.PromptWindow); due.After(w.Due) {
					w.Due = due
				}
			}
			break
		}
	}
	return w
}
