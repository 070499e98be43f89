//go:build !purego

package event

import "golang.org/x/sys/cpu"

// classifyAVX2 is classify for n > 0 blocks.
//
//go:noescape
func classifyAVX2(p *byte, n int, s *lexState, out *block)

var hasAVX2 = cpu.X86.HasAVX2 && cpu.X86.HasPCLMULQDQ && cpu.X86.HasPOPCNT && cpu.X86.HasBMI1

// classify fills out with the blocks of p, whose length is a multiple of blockSize.
func (s *lexState) classify(p []byte, out []block) {
	n := len(p) / blockSize
	if n == 0 || !hasAVX2 {
		s.classifyGeneric(p, out)
		return
	}
	_ = out[n-1]
	classifyAVX2(&p[0], n, s, &out[0])
}
