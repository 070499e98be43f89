package pattern

// path is one place in a message that somebody wants to know about, or that lies
// on the way there. Paths form a trie: a scan follows it and passes over the
// rest of the message.
type path struct {
	slot        int // where to note what is found, or none
	first, last int // slots of this path and of all below it: [first, last)
	names       []named
	buckets     *[bucketCount][]named // the names once more, when there are many
	lengths     uint64                // bit n: a name of n bytes is below, see lengthBit
	elements    []indexed
	replaced    bool // a name below holds U+FFFD
}

type named struct {
	name string
	path *path
}

type indexed struct {
	index int
	path  *path
}

const (
	none   = -1 // the path only lies on the way
	wanted = 0  // until number gives it a slot
)

// linearNames is how many names are compared one by one. Above it they are put
// into buckets, which find a name in half the time that a map takes.
const (
	linearNames = 4
	bucketCount = 64
)

func newPath() *path { return &path{slot: none} }

// grow returns the path that steps lead to, making what is missing. Steps hold
// no wildcard.
func (p *path) grow(steps []Step) *path {
	for _, step := range steps {
		next := p.below(step)
		if next == nil {
			next = newPath()
			if step.Kind == Element {
				p.elements = append(p.elements, indexed{step.Index, next})
			} else {
				p.names = append(p.names, named{step.Name, next})
				p.lengths |= lengthBit(len(step.Name))
				p.replaced = p.replaced || holdsReplacement(step.Name)
			}
		}
		p = next
	}
	return p
}

func (p *path) below(step Step) *path {
	if step.Kind == Element {
		return p.element(step.Index)
	}
	for _, n := range p.names {
		if n.name == step.Name {
			return n.path
		}
	}
	return nil
}

// number gives slots to the wanted paths, those of a subtree side by side, and
// returns the next free one. It recurses once per step of a selector.
func (p *path) number(next int) int {
	p.first = next
	if p.slot != none {
		p.slot = next
		next++
	}
	for _, n := range p.names {
		next = n.path.number(next)
	}
	for _, e := range p.elements {
		next = e.path.number(next)
	}
	p.last = next
	if len(p.names) > linearNames {
		p.buckets = new([bucketCount][]named)
		for _, n := range p.names {
			b := bucketOf([]byte(n.name))
			p.buckets[b] = append(p.buckets[b], n)
		}
	}
	return next
}

// lengthBit spares most names of a message a comparison.
func lengthBit(n int) uint64 { return 1 << min(n, 63) }

func bucketOf(name []byte) int {
	if len(name) == 0 {
		return 0
	}
	return (len(name)*7 + int(name[0])*3 + int(name[len(name)-1])) % bucketCount
}

func (p *path) property(name []byte) *path {
	if p.lengths&lengthBit(len(name)) == 0 {
		return nil
	}
	names := p.names
	if p.buckets != nil {
		names = p.buckets[bucketOf(name)]
	}
	for i := range names {
		if n := &names[i]; n.name == string(name) {
			return n.path
		}
	}
	return nil
}

func (p *path) element(index int) *path {
	for _, e := range p.elements {
		if e.index == index {
			return e.path
		}
	}
	return nil
}
