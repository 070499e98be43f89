package pattern

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// Named is a pattern of the library.
type Named struct {
	Name    string `json:"name"`    // stable, in-kebab-case
	Title   string `json:"title"`   // what it finds, in a few words
	Pattern string `json:"pattern"` // the source
	About   string `json:"about"`   // what it finds and what it misses
	Source  string `json:"source"`  // title of the page it comes from

	parsed *Pattern
}

// Parsed returns the pattern of a Named that came from the library.
func (n Named) Parsed() *Pattern { return n.parsed }

//go:embed library.json
var libraryFile []byte

var library = sync.OnceValue(func() []Named {
	var all []Named
	if err := json.Unmarshal(libraryFile, &all); err != nil {
		panic(fmt.Sprintf("read embedded pattern library: %v", err))
	}
	for i := range all {
		parsed, err := Parse(all[i].Pattern)
		if err != nil {
			panic(fmt.Sprintf("read embedded pattern library: %s: %v", all[i].Name, err))
		}
		all[i].parsed = parsed
	}
	return all
})

// Library returns patterns for CloudTrail events, those about sign-ins first:
// sign-ins that stop at MFA and their companions, and the filters of the CIS AWS
// Foundations Benchmark as AWS Security Hub publishes them. The slice is the
// caller's.
func Library() []Named { return slices.Clone(library()) }

// FromLibrary returns the pattern of that name, and whether there is one. If
// not, it returns the most similar name, which may be "".
func FromLibrary(name string) (found Named, similar string, ok bool) {
	var names []string
	for _, n := range library() {
		if n.Name == name {
			return n, "", true
		}
		names = append(names, n.Name)
	}
	return Named{}, nearest(name, names), false
}
