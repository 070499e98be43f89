//go:build !purego

#include "textflag.h"

// func classifyAVX2(p *byte, n int, s *lexState, out *block)
//
//	SI text              CX blocks to do      DX blocks
//	R8 in a string: -1   R9 next byte is escaped: 1   R10 depth
//	AX quotes, then the bytes outside strings
//	BX { and [           R11 backslashes, then } and ]
TEXT ·classifyAVX2(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ s+16(FP), DI
	MOVQ out+24(FP), DX
	MOVQ 0(DI), R8
	MOVQ 8(DI), R9
	MOVQ 16(DI), R10

	MOVQ         $0x2222222222222222, AX // "
	VMOVQ        AX, X8
	VPBROADCASTQ X8, Y8
	MOVQ         $0x5c5c5c5c5c5c5c5c, AX // backslash
	VMOVQ        AX, X9
	VPBROADCASTQ X9, Y9
	MOVQ         $0x2020202020202020, AX // bit 5, by which [ differs from { and ] from }
	VMOVQ        AX, X10
	VPBROADCASTQ X10, Y10
	MOVQ         $0x7b7b7b7b7b7b7b7b, AX // {
	VMOVQ        AX, X11
	VPBROADCASTQ X11, Y11
	MOVQ         $0x7d7d7d7d7d7d7d7d, AX // }
	VMOVQ        AX, X12
	VPBROADCASTQ X12, Y12
	VPCMPEQB     X13, X13, X13           // all ones

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
	// Multiplying by all ones without carry gives the running XOR of the bits: 1 from
	// each opening quote up to its closing one.
	VMOVQ      AX, X2
	VPCLMULQDQ $0, X13, X2, X2
	VMOVQ      X2, AX
	XORQ       R8, AX
	MOVQ       AX, R8
	SARQ       $63, R8
	NOTQ       AX

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
	ANDQ      AX, BX
	ANDQ      AX, R11

	MOVQ    BX, 0(DX)   // open
	MOVQ    R11, 8(DX)  // close
	POPCNTQ R11, R12
	SUBQ    R12, R10
	MOVQ    R10, 16(DX) // low
	POPCNTQ BX, R12
	ADDQ    R12, R10

	ADDQ $64, SI
	ADDQ $24, DX
	DECQ CX
	JNZ  block

	MOVQ R8, 0(DI)
	MOVQ R9, 8(DI)
	MOVQ R10, 16(DI)
	VZEROUPPER
	RET

escapes:
	// A backslash escapes the next byte unless it is escaped itself. Runs of them are
	// told apart by the parity of the place where they begin: adding the starts of the
	// odd ones to the runs carries into the bit behind each.
	MOVQ  R9, BX
	NOTQ  BX
	ANDQ  R11, BX                  // backslashes that the block before does not escape
	LEAQ  (R9)(BX*2), R11          // what follows one
	MOVQ  $0xaaaaaaaaaaaaaaaa, R12
	ANDQ  BX, R12
	ANDNQ R12, R11, R12            // runs that begin at an odd place
	XORQ  R9, R9
	ADDQ  BX, R12
	ADCQ  $0, R9                   // the last byte escapes the next block's first
	SHLQ  $1, R12
	MOVQ  $0x5555555555555555, R13
	XORQ  R13, R12
	ANDQ  R11, R12                 // escaped bytes
	ANDNQ AX, R12, AX              // their quotes are none
	JMP   strings
