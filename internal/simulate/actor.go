package simulate

import "time"

// actor is one kind of principal that calls AWS.
type actor struct {
	Kind     caller
	Weight   int
	Identity string // the userIdentity object
	ARN      string
	IP       string
	Agent    string
}

type compiledActor struct {
	actor
	identity, arn, ip, agent, tail template
}

const roleSession = `{"type":"AssumedRole","principalId":"<rolePrincipal>:<function>","arn":"arn:aws:sts::<account>:assumed-role/<role>/<function>","accountId":"<account>","accessKeyId":"<sessionKey>",` +
	`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"<rolePrincipal>","arn":"arn:aws:iam::<account>:role/<role>","accountId":"<account>","userName":"<role>"},"attributes":{"creationDate":"<sessionStart>","mfaAuthenticated":"false"}}}`

var actors = []actor{
	{Kind: program, Weight: 40, ARN: "arn:aws:sts::<account>:assumed-role/<role>/<function>", IP: "<cloudIP>", Agent: "<sdk>", Identity: roleSession},
	{Kind: program, Weight: 30, ARN: "arn:aws:sts::<account>:assumed-role/<role>/<instance>", IP: "<privateIP>", Agent: "<sdk>", Identity: `{"type":"AssumedRole","principalId":"<rolePrincipal>:<instance>","arn":"arn:aws:sts::<account>:assumed-role/<role>/<instance>","accountId":"<account>","accessKeyId":"<sessionKey>",` +
		`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"<rolePrincipal>","arn":"arn:aws:iam::<account>:role/<role>","accountId":"<account>","userName":"<role>"},"attributes":{"creationDate":"<sessionStart>","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"}}`},
	{Kind: program, Weight: 4, ARN: "arn:aws:sts::<account>:assumed-role/<role>/<service>", IP: "<v6>", Agent: "<sdk>", Identity: roleSession},
	{Kind: tool, Weight: 18, ARN: "arn:aws:iam::<account>:user/<robot>", IP: "<cloudIP>", Agent: "<tool>", Identity: `{"type":"IAMUser","principalId":"<robotPrincipal>","arn":"arn:aws:iam::<account>:user/<robot>","accountId":"<account>","accessKeyId":"<robotKey>","userName":"<robot>"}`},
	{Kind: tool, Weight: 5, ARN: "arn:aws:iam::<account>:user/<user>", IP: "<officeIP>", Agent: "<tool>", Identity: `{"type":"IAMUser","principalId":"<userPrincipal>","arn":"arn:aws:iam::<account>:user/<user>","accountId":"<account>","accessKeyId":"<userKey>","userName":"<user>"}`},
	{Kind: person, Weight: 7, ARN: "arn:aws:sts::<account>:assumed-role/<ssoRole>/<user>@example.com", IP: "<officeIP>", Agent: "<browser>", Identity: `{"type":"AssumedRole","principalId":"<ssoPrincipal>:<user>@example.com","arn":"arn:aws:sts::<account>:assumed-role/<ssoRole>/<user>@example.com","accountId":"<account>","accessKeyId":"<sessionKey>",` +
		`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"<ssoPrincipal>","arn":"arn:aws:iam::<account>:role/aws-reserved/sso.amazonaws.com/<ssoRole>","accountId":"<account>","userName":"<ssoRole>"},"attributes":{"creationDate":"<sessionStart>","mfaAuthenticated":"false"}}}`},
	{Kind: person, Weight: 4, ARN: "arn:aws:iam::<account>:user/<user>", IP: "<officeIP>", Agent: "AWS Internal", Identity: `{"type":"IAMUser","principalId":"<userPrincipal>","arn":"arn:aws:iam::<account>:user/<user>","accountId":"<account>","accessKeyId":"<sessionKey>","userName":"<user>",` +
		`"sessionContext":{"attributes":{"creationDate":"<sessionStart>","mfaAuthenticated":"true"}}}`},
	{Kind: service, Weight: 30, ARN: "<principalService>", IP: "AWS Internal", Agent: "AWS Internal", Identity: `{"type":"AWSService","invokedBy":"AWS Internal"}`},
}

// activity is one caller doing a few kinds of things for a while. Log files are
// made of such runs, which is why they compress as well as they do.
type activity struct {
	actor  *compiledActor
	shapes []*compiledShape
	focus  []int
	failed float64 // share of its calls that fail

	identity, arn, ip, agent []byte
}

// newActivity draws a caller and what it does. now is when the file it happens in
// is delivered.
func (g *generator) newActivity(now time.Time) *activity {
	a := &activity{actor: g.pickActor(), focus: make([]int, len(g.scope.values))}
	s := g.scope
	for i := range a.focus {
		a.focus[i] = g.rng.IntN(1 << 16)
	}
	for range 1 + g.rng.IntN(maxShapes) {
		a.shapes = append(a.shapes, g.pickShape(a.actor.Kind))
	}
	a.failed = usualFailures
	if g.rng.IntN(25) == 0 {
		a.failed = brokenFailures
	}

	s.next()
	s.focus = nil
	started := now.Add(-time.Duration(10+g.rng.IntN(300)) * time.Minute)
	s.set(slotSessionStart, started.AppendFormat(nil, eventTimeLayout))
	s.set(slotSessionKey, appendRandom([]byte("ASIA"), g.rng, alphabets["upper"], 16))
	a.identity = s.expand(nil, a.actor.identity)
	a.arn = s.expand(nil, a.actor.arn)
	a.ip = s.expand(nil, a.actor.ip)
	a.agent = s.expand(nil, a.actor.agent)
	return a
}

// enter makes the activity the meaning of caller placeholders.
func (s *scope) enter(a *activity) {
	s.focus = a.focus
	s.tail = a.actor.tail
	s.set(slotIdentity, a.identity)
	s.set(slotARN, a.arn)
	s.set(slotIP, a.ip)
	s.set(slotAgent, a.agent)
}
