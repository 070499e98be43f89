//go:build !amd64 || purego

package event

// classify fills out with the blocks of p, whose length is a multiple of blockSize.
func (s *lexState) classify(p []byte, out []block) { s.classifyGeneric(p, out) }
