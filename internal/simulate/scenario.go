package simulate

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// Scenario is one story about signing in that can be told as CloudTrail events.
type Scenario struct {
	Name   string
	About  string // one line
	Expect Expect // what a correct reader finds in it
}

// Record is one event of a scenario as a trail delivers it.
type Record struct {
	JSON      []byte
	EventTime time.Time
	Delivered time.Time // when its log file is written, on the five-minute grid
	Account   string
	Region    string
}

// story is a scenario and how it goes.
type story struct {
	Scenario
	place  place
	steps  []step
	center bool // in the sign-in events of Identity Center: told in each layout
	weight int  // how often among the sign-ins of a corpus; 0: never
}

// place says where sign-ins of a kind are logged.
type place uint8

const (
	anyRegion   place = iota // IAM users at a Regional endpoint
	globalPlace              // root and IAM itself: us-east-1
	instance                 // Identity Center: its account and Region
)

// step is one event of a story.
type step struct {
	after    time.Duration // since the step before
	event    maker
	same     bool          // in the same request, and so the same second, as the step before
	from     int           // 0 the person, 1 another address and browser
	workflow int           // which AuthWorkflowID, 0 to 2
	late     time.Duration // delivered so much later than usual
	copies   int           // delivered again in so many other files
}

type compiledStory struct {
	story
	templates []template
}

func (l *library) compileStories() {
	for _, s := range stories {
		for _, v := range layouts {
			if v.layout != sinceJuly2025 && !s.center {
				continue
			}
			told := compiledStory{story: s}
			told.Name += v.suffix
			told.About += v.about
			if v.layout != sinceJuly2025 {
				told.weight = 0 // a corpus is of today
			}
			for _, step := range s.steps {
				r := step.event(v.layout)
				r.version = v.version
				told.templates = append(told.templates, l.compile(r.template()))
			}
			l.stories = append(l.stories, told)
		}
	}
}

// Scenarios lists all scenarios in a fixed order.
func Scenarios() []Scenario {
	var list []Scenario
	for _, s := range loaded().stories {
		list = append(list, s.Scenario)
	}
	return list
}

// UnknownScenarioError says that there is no scenario of a name.
type UnknownScenarioError struct {
	Name    string
	Nearest string // the scenario that was probably meant
}

func (e *UnknownScenarioError) Error() string {
	return fmt.Sprintf("no scenario %q; did you mean %q?", e.Name, e.Nearest)
}

func (l *library) story(name string) (int, error) {
	nearest, best := 0, -1
	for i := range l.stories {
		if l.stories[i].Name == name {
			return i, nil
		}
		if d := distance(name, l.stories[i].Name); best < 0 || d < best {
			nearest, best = i, d
		}
	}
	return 0, &UnknownScenarioError{Name: name, Nearest: l.stories[nearest].Name}
}

// maxCompared bounds the work of a suggestion.
const maxCompared = 64

// distance is how many letters must be added, dropped or changed to turn one name
// into the other.
func distance(a, b string) int {
	a, b = a[:min(len(a), maxCompared)], b[:min(len(b), maxCompared)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// Play tells the scenario from start on, in the order of delivery, in the first
// example account and us-east-1. Different scenarios and small seeds have
// different people and addresses, so several can be mixed. The error is an
// *UnknownScenarioError.
func Play(name string, seed uint64, start time.Time) ([]Record, error) {
	l := loaded()
	i, err := l.story(name)
	if err != nil {
		return nil, err
	}
	w := newWorld(l, seed, ExampleAccounts[0], "us-east-1")
	ordinal := uint64(i) + seed%(1<<30)*uint64(len(l.stories))
	records := l.stories[i].play(newScope(l, w, rand.New(rand.NewPCG(seed, ordinal))), ordinal, start)
	slices.SortStableFunc(records, func(a, b Record) int { return a.Delivered.Compare(b.Delivered) })
	return records, nil
}

// play writes the events of the story in the order of its steps. The ordinal is
// what makes its person and addresses different from those of every other sign-in
// of the run.
func (st *compiledStory) play(s *scope, ordinal uint64, start time.Time) []Record {
	p := newSubject(s, ordinal)
	request, eventID := s.library.slots["request"], s.library.slots["eventID"]
	var records []Record
	var lastRequest []byte
	ended := start.UTC().Truncate(time.Second)
	for i, step := range st.steps {
		ended = ended.Add(step.after)
		s.next()
		p.enter(s, step)
		if step.same {
			s.keep(request, lastRequest)
		}
		s.ended = ended
		record := Record{
			JSON:      s.expand(nil, st.templates[i]),
			EventTime: ended,
			Delivered: ceilMark(ended.Add(usualDelay + step.late)),
			Account:   s.world.account,
			Region:    s.world.region,
		}
		records = append(records, record)
		for range step.copies {
			record.Delivered = record.Delivered.Add(deliveryMark)
			records = append(records, record)
		}
		lastRequest = bytes.Clone(s.values[request])
		s.set(slotOriginal, bytes.Clone(s.values[eventID]))
	}
	return records
}

// usualDelay is the median between an event and its delivery in a real account.
const usualDelay = 191 * time.Second

func ceilMark(t time.Time) time.Time {
	return t.Add(deliveryMark - 1).Truncate(deliveryMark)
}

// subject is who signs in, and the stranger who tries to.
type subject struct {
	ips       [2][]byte
	agents    [2][]byte
	workflows [3][]byte
}

// plainOrdinals is how many sign-ins get an address of their own in the
// documentation ranges of IPv4. Later ones have a name of their own and an address
// of IPv6, which are plentiful.
const plainOrdinals = 250

func newSubject(s *scope, ordinal uint64) *subject {
	l, rng := s.library, s.rng
	given := s.world.values[l.slots["given"]-firstPool]
	family := s.world.values[l.slots["family"]-firstPool]
	name := fmt.Sprintf("%s.%s", given[ordinal%uint64(len(given))], family[ordinal/uint64(len(given))%uint64(len(family))])
	if n := ordinal / uint64(len(given)*len(family)); n > 0 {
		name += strconv.FormatUint(n, 10)
	}
	s.focus = nil
	s.set(slotName, quoted(name))
	s.set(slotPrincipal, appendRandom([]byte("AIDA"), rng, alphabets["upper"], 17))
	s.set(slotUserID, appendGUID(nil, rng))
	s.set(slotStore, fmt.Appendf(nil, "d-%010x", hash(s.world.account)%(1<<40)))

	var p subject
	browsers := s.world.values[l.slots["browser"]-firstPool]
	first := rng.IntN(len(browsers))
	for i, network := range []string{"203.0.113", "198.51.100"} {
		p.ips[i] = fmt.Appendf(nil, "%s.%d", network, ordinal+1)
		if ordinal >= plainOrdinals {
			p.ips[i] = fmt.Appendf(nil, "2001:db8:%x:%x:%x::%x", ordinal>>32&0xffff, ordinal>>16&0xffff, ordinal&0xffff, i+1)
		}
		p.agents[i] = browsers[(first+i)%len(browsers)]
	}
	for i := range p.workflows {
		p.workflows[i] = appendGUID(nil, rng)
	}
	return &p
}

func (p *subject) enter(s *scope, step step) {
	s.set(slotIP, p.ips[step.from])
	s.set(slotAgent, p.agents[step.from])
	s.set(slotWorkflow, p.workflows[step.workflow])
}

// ScenarioOptions say which scenarios to write and where they happen. Zero values
// mean the defaults named here; At has none.
type ScenarioOptions struct {
	Names        []string // "all" stands for every one; a repeated name counts once
	Account      string   // default the first example account
	Region       string   // default us-east-1; root sign-ins are there in any case
	Organization string   // o-... makes the keys of an organization trail
	At           time.Time
	Seed         uint64
}

// Check reports what is wrong with the options, without writing anything.
func (o ScenarioOptions) Check() error {
	if o.At.IsZero() {
		return errors.New("simulate scenarios: no end time given")
	}
	_, err := loaded().choose(o.Names)
	return err
}

const (
	scenarioSpacing = 30 * time.Minute
	// scenarioSettle is between the start of the last scenario and At: long enough
	// for the latest delivery and for every abandoned prompt to be due.
	scenarioSettle = 6 * time.Hour
)

// WriteScenarios plays scenarios one after the other and writes their records
// through create, in the log files they would be delivered in. An unknown name is
// an *UnknownScenarioError, and nothing is written.
func WriteScenarios(ctx context.Context, o ScenarioOptions, create Create) (Summary, error) {
	if err := o.Check(); err != nil {
		return Summary{}, err
	}
	l := loaded()
	chosen, err := l.choose(o.Names)
	if err != nil {
		return Summary{}, err
	}
	account, home := cmp.Or(o.Account, ExampleAccounts[0]), cmp.Or(o.Region, "us-east-1")
	files := map[string][]Record{}
	var sum Summary
	for n, i := range chosen {
		st := &l.stories[i]
		region := home
		if st.place == globalPlace {
			region = "us-east-1"
		}
		s := newScope(l, newWorld(l, o.Seed, account, region), rand.New(rand.NewPCG(o.Seed, uint64(i))))
		start := o.At.Add(-scenarioSettle - time.Duration(len(chosen)-n)*scenarioSpacing)
		for _, record := range st.play(s, uint64(i), start) {
			key := keyOf(o, record)
			files[key] = append(files[key], record)
		}
		sum.Expect.add(st.Expect)
	}
	err = writeFiles(ctx, files, create, &sum)
	return sum, err
}

// keyOf names the file that a record is delivered in. The random part comes from
// the rest, so that records of one moment share a file.
func keyOf(o ScenarioOptions, r Record) string {
	rng := rand.New(rand.NewPCG(o.Seed^hash(r.Account+r.Region), uint64(r.Delivered.Unix())))
	return Key(o.Organization, r.Account, r.Region, r.Delivered, keySuffix(rng))
}

func (l *library) choose(names []string) ([]int, error) {
	var chosen []int
	for _, name := range names {
		if name == "all" {
			for i := range l.stories {
				chosen = append(chosen, i)
			}
			continue
		}
		i, err := l.story(name)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, i)
	}
	slices.Sort(chosen)
	return slices.Compact(chosen), nil
}

func writeFiles(ctx context.Context, files map[string][]Record, create Create, sum *Summary) error {
	var f logFile
	seen := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(files)) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := f.open(create, key); err != nil {
			return err
		}
		err := f.addAll(files[key], seen, sum)
		if closeErr := f.close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return fmt.Errorf("write log file %s: %w", key, plain(err))
		}
		sum.add(Summary{Files: 1, Records: f.records, Bytes: f.bytes, Compressed: f.counted.n})
	}
	return nil
}

func (f *logFile) addAll(records []Record, seen map[string]bool, sum *Summary) error {
	for _, r := range records {
		if seen[string(r.JSON)] {
			sum.Duplicates++
		} else {
			seen[string(r.JSON)] = true
			sum.SignIns++
		}
		if err := f.add(r.JSON); err != nil {
			return err
		}
	}
	return nil
}
