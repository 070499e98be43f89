//go:build !purego

#include "textflag.h"

// Both functions find the four kinds of bytes that matter, each in its own way, and share
// the arithmetic:
//
//	SI text              CX blocks to do      DX blocks
//	R8 in a string: -1   R9 next byte is escaped: 1   R10 depth
//	AX quotes, then the bytes outside strings
//	BX { and [           R11 backslashes, then } and ]
//	R12, R13 scratch     X13 all ones

#define LOAD \
	MOVQ p+0(FP), SI    \
	MOVQ n+8(FP), CX    \
	MOVQ s+16(FP), DI   \
	MOVQ out+24(FP), DX \
	MOVQ 0(DI), R8      \
	MOVQ 8(DI), R9      \
	MOVQ 16(DI), R10    \
	VPCMPEQB X13, X13, X13

#define STORE \
	MOVQ R8, 0(DI)   \
	MOVQ R9, 8(DI)   \
	MOVQ R10, 16(DI) \
	VZEROUPPER

// Bit 5 is what [ differs in from {, and ] from }.
#define BROADCAST(byte, x, vector) \
	MOVQ         byte, AX \
	VMOVQ        AX, x    \
	VPBROADCASTQ x, vector

// Multiplying by all ones without carry gives the running XOR of the bits: 1 from each
// opening quote up to its closing one.
#define STRINGS \
	VMOVQ      AX, X2          \
	VPCLMULQDQ $0, X13, X2, X2 \
	VMOVQ      X2, AX          \
	XORQ       R8, AX          \
	MOVQ       AX, R8          \
	SARQ       $63, R8         \
	NOTQ       AX

// open, close and low of a block; the next one.
#define BLOCK \
	ANDQ    AX, BX      \
	ANDQ    AX, R11     \
	MOVQ    BX, 0(DX)   \
	MOVQ    R11, 8(DX)  \
	POPCNTQ R11, R12    \
	SUBQ    R12, R10    \
	MOVQ    R10, 16(DX) \
	POPCNTQ BX, R12     \
	ADDQ    R12, R10    \
	ADDQ    $64, SI     \
	ADDQ    $24, DX     \
	DECQ    CX

// A backslash escapes the next byte unless it is escaped itself. Runs of them are told
// apart by the parity of the place where they begin: adding the starts of the odd ones
// to the runs carries into the bit behind each.
//
// BX: backslashes that the block before does not escape. R11: what follows one. R12:
// runs that begin at an odd place, then escaped bytes, whose quotes are none.
#define ESCAPES \
	MOVQ  R9, BX                   \
	NOTQ  BX                       \
	ANDQ  R11, BX                  \
	LEAQ  (R9)(BX*2), R11          \
	MOVQ  $0xaaaaaaaaaaaaaaaa, R12 \
	ANDQ  BX, R12                  \
	ANDNQ R12, R11, R12            \
	XORQ  R9, R9                   \
	ADDQ  BX, R12                  \
	ADCQ  $0, R9                   \
	SHLQ  $1, R12                  \
	MOVQ  $0x5555555555555555, R13 \
	XORQ  R13, R12                 \
	ANDQ  R11, R12                 \
	ANDNQ AX, R12, AX

// func classifyAVX2(p *byte, n int, s *lexState, out *block)
TEXT ·classifyAVX2(SB), NOSPLIT, $0-32
	LOAD
	BROADCAST($0x2222222222222222, X8, Y8)   // quote
	BROADCAST($0x5c5c5c5c5c5c5c5c, X9, Y9)   // backslash
	BROADCAST($0x2020202020202020, X10, Y10) // bit 5
	BROADCAST($0x7b7b7b7b7b7b7b7b, X11, Y11) // {
	BROADCAST($0x7d7d7d7d7d7d7d7d, X12, Y12) // }

block:
	VMOVDQU   (SI), Y0
	VMOVDQU   32(SI), Y1
	VPCMPEQB  Y8, Y0, Y2
	VPCMPEQB  Y8, Y1, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	VPCMPEQB  Y9, Y0, Y4
	VPCMPEQB  Y9, Y1, Y5
	VPMOVMSKB Y4, R11
	VPMOVMSKB Y5, R12
	SHLQ      $32, R12
	ORQ       R12, R11
	MOVQ      R11, BX
	ORQ       R9, BX
	JNZ       escapes

strings:
	STRINGS
	VPOR      Y10, Y0, Y0
	VPOR      Y10, Y1, Y1
	VPCMPEQB  Y11, Y0, Y2
	VPCMPEQB  Y11, Y1, Y3
	VPCMPEQB  Y12, Y0, Y4
	VPCMPEQB  Y12, Y1, Y5
	VPMOVMSKB Y2, BX
	VPMOVMSKB Y3, R13
	VPMOVMSKB Y4, R11
	VPMOVMSKB Y5, R12
	SHLQ      $32, R13
	ORQ       R13, BX
	SHLQ      $32, R12
	ORQ       R12, R11
	BLOCK
	JNZ block
	STORE
	RET

escapes:
	ESCAPES
	JMP strings

// func classifyAVX512(p *byte, n int, s *lexState, out *block)
TEXT ·classifyAVX512(SB), NOSPLIT, $0-32
	LOAD
	BROADCAST($0x2222222222222222, X8, Z8)
	BROADCAST($0x5c5c5c5c5c5c5c5c, X9, Z9)
	BROADCAST($0x2020202020202020, X10, Z10)
	BROADCAST($0x7b7b7b7b7b7b7b7b, X11, Z11)
	BROADCAST($0x7d7d7d7d7d7d7d7d, X12, Z12)

block:
	VMOVDQU64 (SI), Z0
	VPCMPEQB  Z9, Z0, K2
	VPCMPEQB  Z8, Z0, K1
	VPORQ     Z10, Z0, Z1
	VPCMPEQB  Z11, Z1, K3
	VPCMPEQB  Z12, Z1, K4
	KMOVQ     K2, R11
	KMOVQ     K1, AX
	MOVQ      R11, BX
	ORQ       R9, BX
	JNZ       escapes

strings:
	STRINGS
	KMOVQ K3, BX
	KMOVQ K4, R11
	BLOCK
	JNZ block
	STORE
	RET

escapes:
	ESCAPES
	JMP strings
