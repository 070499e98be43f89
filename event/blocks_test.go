package event

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var compareBlocks = cmp.AllowUnexported(block{}, lexState{})

// lexed is all that is known of a text after it was classified.
type lexed struct {
	Blocks []block
	State  lexState
}

// padded returns text filled up with blanks to whole blocks.
func padded(text []byte) []byte {
	n := (len(text) + blockSize - 1) / blockSize * blockSize
	return append(bytes.Clone(text), bytes.Repeat([]byte{' '}, n-len(text))...)
}

// checkClassify compares each way to classify that this machine has with classifyGeneric.
func checkClassify(t *testing.T, text []byte, state lexState) {
	t.Helper()
	text = padded(text)
	run := func(classify func(s *lexState, p []byte, out []block)) lexed {
		got := lexed{make([]block, len(text)/blockSize), state}
		classify(&got.State, text, got.Blocks)
		return got
	}
	want := run((*lexState).classifyGeneric)
	for name, classify := range classifiers() {
		if got := run(classify); got.State != want.State || !slices.Equal(got.Blocks, want.Blocks) {
			t.Fatalf("%s of %q after %+v (-generic +this):\n%s", name, text, state, cmp.Diff(want, got, compareBlocks))
		}
	}
}

// checkPieces compares classifyAll of text at once with that of text in two pieces: the
// depth at each byte and the state behind it must be the same.
func checkPieces(t *testing.T, text []byte, cut int) {
	t.Helper()
	depths := func(pieces ...[]byte) ([]int64, lexState) {
		var s lexState
		var found []int64
		for _, p := range pieces {
			blocks := make([]block, len(p)/blockSize+1)
			n := s.classifyAll(p, blocks)
			if want := (len(p) + blockSize - 1) / blockSize; n != want {
				t.Fatalf("classifyAll of %d bytes made %d blocks, want %d", len(p), n, want)
			}
			for i := range p {
				found = append(found, depthAt(blocks, i))
			}
		}
		return found, s
	}
	want, whole := depths(text)
	got, pieces := depths(text[:cut], text[cut:])
	if !slices.Equal(want, got) || whole != pieces {
		t.Fatalf("classify %q cut at %d: state %+v, at once %+v; depths (-at once +in pieces):\n%s", text, cut, pieces, whole, cmp.Diff(want, got))
	}
}

var hardToClassify = []string{
	"",
	`{"a":[1,{"b":"}]"}]}`,
	strings.Repeat(`"`, 200),
	strings.Repeat(`\`, 200),
	strings.Repeat(`\"`, 100),
	strings.Repeat(`"\\"`, 50),
	strings.Repeat("{[", 300) + strings.Repeat("]}", 300),
	strings.Repeat("}", 130),
	strings.Repeat("\x00\xff\x7f\x5b\x7b\x1b\xdb\xfb", 40), // look like brackets but for a bit
	`"` + strings.Repeat(`\\`, 31) + `"{`,
	`"` + strings.Repeat(`\\`, 31) + `\"{`,
}

func TestEveryMachineClassifiesAlike(t *testing.T) {
	for _, text := range hardToClassify {
		for _, state := range []lexState{{}, {inString: -1}, {escaped: 1}, {inString: -1, escaped: 1, depth: 7}} {
			checkClassify(t, []byte(text), state)
		}
	}
	// Runs of backslashes of every length, ending at every place around the border of a block.
	for run := range 2*blockSize + 3 {
		for lead := range blockSize + 1 {
			checkClassify(t, []byte(strings.Repeat(" ", lead)+`"`+strings.Repeat(`\`, run)+`"{"}`), lexState{})
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	const alphabet = `\\\""{}[] a`
	for range 5000 {
		text := make([]byte, random.IntN(5*blockSize))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		checkClassify(t, text, lexState{})
	}
}

func TestClassifyingInPiecesIsClassifyingAtOnce(t *testing.T) {
	for _, text := range hardToClassify {
		for cut := range len(text) + 1 {
			checkPieces(t, []byte(text), cut)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, text := range hardToClassify {
		f.Add([]byte(text), uint(len(text)/2), false, false)
		f.Add([]byte(text), uint(blockSize), true, true)
	}
	f.Fuzz(func(t *testing.T, text []byte, cut uint, inString, escaped bool) {
		var state lexState
		if inString {
			state.inString = -1
		}
		if escaped {
			state.escaped = 1
		}
		checkClassify(t, text, state)
		checkPieces(t, text, int(cut%uint(len(text)+1)))
	})
}
