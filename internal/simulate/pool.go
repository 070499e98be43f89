package simulate

import (
	"math/rand/v2"
	"sync"
)

// slot numbers a named value that templates can ask for.
type slot uint8

// The first slots are set by the code, not drawn from a pool.
const (
	slotAccount slot = iota
	slotRegion
	slotIdentity // the userIdentity object
	slotARN      // the caller's arn
	slotIP
	slotAgent
	slotHost
	slotSessionStart
	slotSessionKey
	slotName      // of the person who signs in, as an IAM user or in the directory
	slotPrincipal // AIDA...
	slotUserID    // in the identity store
	slotStore     // d-...
	slotWorkflow  // AuthWorkflowID
	slotOriginal  // eventID of the step before, for addenda
	firstPool
)

var fixedSlots = map[string]slot{
	"account":      slotAccount,
	"region":       slotRegion,
	"identity":     slotIdentity,
	"arn":          slotARN,
	"ip":           slotIP,
	"agent":        slotAgent,
	"host":         slotHost,
	"sessionStart": slotSessionStart,
	"sessionKey":   slotSessionKey,
	"name":         slotName,
	"principal":    slotPrincipal,
	"userId":       slotUserID,
	"store":        slotStore,
	"workflow":     slotWorkflow,
	"original":     slotOriginal,
}

// pool is where values of one name come from: given words, or Size values made
// once for an account from Pattern.
type pool struct {
	Name    string
	Words   []string
	Size    int
	Pattern string

	// Fresh pools hold nothing: each event gets a new value.
	Fresh bool

	// With names an earlier pool whose values this one's belong to, one to one:
	// the id of a role goes with its name.
	With string
}

var pools = []pool{
	{Name: "request", Fresh: true, Pattern: "<guid>"},
	{Name: "eventID", Fresh: true, Pattern: "<guid>"},
	{Name: "object", Fresh: true, Pattern: "part-<int:0-99999>.parquet"},

	{Name: "app", Words: []string{"billing", "checkout", "search", "catalog", "ledger", "orders", "media", "reports", "gateway", "identity", "fleet", "pricing", "inventory", "archive", "metrics", "notify"}},
	{Name: "stage", Words: []string{"prod", "prod", "prod", "staging", "dev", "sandbox"}},
	{Name: "noun", Words: []string{"api", "worker", "ingest", "export", "stream", "batch", "cache", "events", "assets", "backup", "data", "logs", "index", "queue", "web"}},
	{Name: "given", Words: []string{"ana", "ben", "carla", "dmitri", "emeka", "farah", "goran", "hana", "ines", "jonas", "kofi", "lena", "mateo", "nadia", "omar", "paula", "quentin", "rosa", "sven", "tara", "uma", "victor", "wanda", "xavier", "yuki", "zoe"}},
	{Name: "family", Words: []string{"alvarez", "becker", "costa", "dubois", "eriksen", "fischer", "garcia", "haddad", "ivanov", "jensen", "kowalski", "lopes", "moreau", "nakamura", "okafor", "petrov", "rossi", "santos", "tanaka", "weber"}},

	{Name: "user", Size: 14, Pattern: "<given>.<family>"},
	{Name: "userPrincipal", With: "user", Pattern: "AIDA<upper:17>"},
	{Name: "userKey", With: "user", Pattern: "AKIA<upper:16>"},
	{Name: "robot", Size: 6, Pattern: "svc-<app>-deploy"},
	{Name: "robotPrincipal", With: "robot", Pattern: "AIDA<upper:17>"},
	{Name: "robotKey", With: "robot", Pattern: "AKIA<upper:16>"},
	{Name: "role", Size: 36, Pattern: "<app>-<noun>-role"},
	{Name: "rolePrincipal", With: "role", Pattern: "AROA<upper:17>"},
	{Name: "permissionSet", Words: []string{"AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "DeveloperAccess", "BillingView"}},
	{Name: "ssoRole", With: "permissionSet", Pattern: "AWSReservedSSO_<permissionSet>_<hex:16>"},
	{Name: "ssoPrincipal", With: "permissionSet", Pattern: "AROA<upper:17>"},
	{Name: "department", Words: []string{"Engineering", "Finance", "Operations", "Research"}},

	{Name: "bucket", Size: 30, Pattern: "<app>-<noun>-<stage>-<region>"},
	{Name: "folder", Size: 40, Pattern: "<noun>/<app>/dt=202<int:3-6>-<int:10-12>-<int:10-28>"},
	{Name: "function", Size: 40, Pattern: "<app>-<noun>-<stage>"},
	{Name: "kmsKey", Size: 24, Pattern: "<guid>"},
	{Name: "instance", Size: 120, Pattern: "i-0<hex:16>"},
	{Name: "image", Size: 12, Pattern: "ami-0<hex:16>"},
	{Name: "volume", Size: 80, Pattern: "vol-0<hex:16>"},
	{Name: "snapshot", Size: 60, Pattern: "snap-0<hex:16>"},
	{Name: "vpc", Size: 4, Pattern: "vpc-0<hex:16>"},
	{Name: "subnet", Size: 16, Pattern: "subnet-0<hex:16>"},
	{Name: "securityGroup", Size: 24, Pattern: "sg-0<hex:16>"},
	{Name: "interface", Size: 90, Pattern: "eni-0<hex:16>"},
	{Name: "table", Size: 24, Pattern: "<app>-<noun>-<stage>"},
	{Name: "logGroup", Size: 40, Pattern: "/aws/lambda/<app>-<noun>-<stage>"},
	{Name: "secret", Size: 20, Pattern: "<stage>/<app>/<noun>-credentials"},
	{Name: "secretSuffix", With: "secret", Pattern: "<url:6>"},
	{Name: "parameter", Size: 40, Pattern: "/<stage>/<app>/<noun>/endpoint"},
	{Name: "database", Size: 12, Pattern: "<app>-<stage>-db"},
	{Name: "cluster", Size: 8, Pattern: "<app>-<stage>"},
	{Name: "service", Size: 20, Pattern: "<app>-<noun>"},
	{Name: "repository", Size: 20, Pattern: "<app>/<noun>"},
	{Name: "queue", Size: 20, Pattern: "<app>-<noun>-<stage>"},
	{Name: "stack", Size: 20, Pattern: "<app>-<noun>-<stage>"},
	{Name: "loadBalancer", Size: 10, Pattern: "app/<app>-<stage>/<hex:16>"},
	{Name: "trail", Words: []string{"organization-trail", "management-events"}},
	{Name: "configRule", Words: []string{"s3-bucket-public-read-prohibited", "iam-user-mfa-enabled", "encrypted-volumes", "rds-storage-encrypted", "restricted-ssh", "root-account-mfa-enabled"}},
	{Name: "principalService", Words: []string{"lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "config.amazonaws.com", "states.amazonaws.com", "autoscaling.amazonaws.com"}},
	{Name: "otherAccount", Words: []string{"777788889999", "222222222222", "333333333333"}},

	{Name: "officeIP", Size: 8, Pattern: "203.0.113.<int:1-254>"},
	{Name: "privateIP", Size: 40, Pattern: "10.<int:0-12>.<int:0-255>.<int:4-250>"},
	{Name: "cloudIP", Size: 30, Pattern: "198.51.100.<int:1-254>"},
	{Name: "v6", Size: 12, Pattern: "2001:db8:<hex:4>:<hex:4>::<hex:4>"},
	{Name: "browser", Words: []string{
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
	}},
	{Name: "sdk", Words: []string{
		"aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24.4 md/GOOS#linux md/GOARCH#amd64 m/E,Z,e",
		"Boto3/1.38.36 md/Botocore#1.38.36 ua/2.1 os/linux#5.10.237 md/arch#x86_64 lang/python#3.12.10 md/pyimpl#CPython Botocore/1.38.36",
		"aws-sdk-java/2.31.60 ua/2.1 os/Linux#6.1.140 lang/java#21.0.7 md/OpenJDK_64-Bit_Server_VM#21.0.7+6-LTS m/D,N",
		"aws-sdk-nodejs/2.1692.0 linux/v20.19.0 exec-env/AWS_Lambda_nodejs20.x promise",
		"amazon-ssm-agent/3.3.2299.0 (linux; amd64)",
	}},
	{Name: "tool", Words: []string{
		"APN/1.0 HashiCorp/1.0 Terraform/1.12.2 (+https://www.terraform.io) terraform-provider-aws/5.100.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.23.8 md/GOOS#linux md/GOARCH#amd64",
		"aws-cli/2.27.41 md/awscrt#0.26.1 ua/2.1 os/linux#6.8.0-60-generic md/arch#x86_64 lang/python#3.13.4 md/pyimpl#CPython m/E,b,Z cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#configure.list",
		"eksctl/0.210.0 aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24.4",
	}},
}

// library is every table compiled.
type library struct {
	slots   map[string]slot // by the name in templates
	pools   []compiledPool  // by slot, counted from firstPool
	shapes  []compiledShape
	actors  []compiledActor
	stories []compiledStory
}

type compiledPool struct {
	pool
	pattern template
	words   []template
	with    slot
}

// loaded compiles the tables at their first use: other commands of the program
// need not wait for it.
var loaded = sync.OnceValue(func() *library {
	l := &library{slots: map[string]slot{}}
	for name, id := range fixedSlots {
		l.slots[name] = id
	}
	for i, p := range pools {
		compiled := compiledPool{pool: p, with: l.slots[p.With]}
		if p.Pattern != "" {
			compiled.pattern = l.compile(p.Pattern)
		}
		for _, word := range p.Words {
			compiled.words = append(compiled.words, l.compile(word))
		}
		l.pools = append(l.pools, compiled)
		l.slots[p.Name] = firstPool + slot(i)
	}
	l.compileShapes()
	l.compileActors()
	l.compileStories()
	return l
})

// world is what one account in one Region contains: the values of every pool.
type world struct {
	account string
	region  string
	values  [][][]byte // by slot counted from firstPool
}

// newWorld fills the pools. Each pool of an account has a random source of its
// own that does not depend on the Region, so users and roles, whose patterns do
// not name one, are the same in every Region.
func newWorld(l *library, seed uint64, account, region string) *world {
	w := &world{account: account, region: region, values: make([][][]byte, len(l.pools))}
	s := newScope(l, w, nil)
	for i, p := range l.pools {
		s.rng = rand.New(rand.NewPCG(seed^hash(account), uint64(i)))
		w.values[i] = s.fill(p)
	}
	return w
}

func (s *scope) fill(p compiledPool) [][]byte {
	if p.Fresh {
		return nil
	}
	patterns := p.words
	if p.pattern != nil {
		size := p.Size
		if p.With != "" {
			size = len(s.world.values[p.with-firstPool])
		}
		patterns = make([]template, size)
		for i := range patterns {
			patterns[i] = p.pattern
		}
	}
	values := make([][]byte, len(patterns))
	for i, pattern := range patterns {
		s.next()
		if p.With != "" {
			s.choose(p.with, i)
		}
		values[i] = s.expand(nil, pattern)
	}
	return values
}

// hash is FNV-1a: a stable number for a name, to seed with.
func hash(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}
