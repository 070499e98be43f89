//go:build !amd64 || purego

package event

// classifiers returns the ways to classify that this machine has.
func classifiers() map[string]func(s *lexState, p []byte, out []block) {
	return map[string]func(s *lexState, p []byte, out []block){"classify": (*lexState).classify}
}
