//go:build !purego

package event

// classifiers returns the ways to classify that this machine has.
func classifiers() map[string]func(s *lexState, p []byte, out []block) {
	all := map[string]func(s *lexState, p []byte, out []block){"classify": (*lexState).classify}
	if hasAVX2 {
		all["AVX2"] = direct(classifyAVX2)
	}
	if hasAVX512 {
		all["AVX-512"] = direct(classifyAVX512)
	}
	return all
}

func direct(classify func(p *byte, n int, s *lexState, out *block)) func(s *lexState, p []byte, out []block) {
	return func(s *lexState, p []byte, out []block) {
		if n := len(p) / blockSize; n > 0 {
			classify(&p[0], n, s, &out[0])
		}
	}
}
