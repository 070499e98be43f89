package simulate

// shape is what one kind of API call looks like in CloudTrail. Params, Response,
// Extra and Resources are JSON templates; empty ones are written as CloudTrail
// writes nothing: null for the first two, no key for the others.
type shape struct {
	Source string // without .amazonaws.com
	Name   string
	Weight int    // how often it is among what its callers do, relative
	By     caller // who does it
	Flags  flags

	Params    string
	Response  string
	Extra     string // additionalEventData
	Resources string
	Host      string // in tlsDetails; empty: SOURCE.REGION.amazonaws.com

	// Error and Message are the failure this call is known for; empty: AccessDenied.
	Error   string
	Message string

	// Service makes the call instead of a principal: the events in which
	// userIdentity is AWSService and the address a service name.
	Service string

	// Rare is one in how many events of a corpus this is. Rare events are the
	// long tail of sizes; they come one at a time, not in runs.
	Rare int
}

// caller is a set of the kinds of principals.
type caller uint8

const (
	program caller = 1 << iota // a role used by code
	person                     // somebody in the console
	tool                       // Terraform, the CLI, a pipeline
	service                    // AWS itself
	anybody = program | person | tool
)

// flags of a shape; none is a read-only management event of a Regional service.
type flags uint8

const (
	write  flags = 1 << iota // readOnly false
	data                     // a data event
	global                   // logged in us-east-1 only
	s3                       // S3's own requestID and additionalEventData
)

type compiledShape struct {
	shape
	success template
	refused template
	host    template
}

// tails are what stands after eventCategory: how the call was encrypted, or that
// the console made it.
const (
	tlsTail     = `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"<host>"}`
	consoleTail = `,"sessionCredentialFromConsole":"true"`
)

func (l *library) compileShapes() {
	for _, s := range shapes {
		host := s.Host
		if host == "" {
			host = s.Source + ".<region>.amazonaws.com"
		}
		l.shapes = append(l.shapes, compiledShape{
			shape:   s,
			success: l.compile(s.record(false)),
			refused: l.compile(s.record(true)),
			host:    l.compile(host),
		})
	}
}

func (l *library) compileActors() {
	for _, a := range actors {
		tail := tlsTail
		if a.Kind == person {
			tail = consoleTail
		} else if a.Kind == service {
			tail = ""
		}
		l.actors = append(l.actors, compiledActor{
			actor:    a,
			identity: l.compile(a.Identity),
			arn:      l.compile(a.ARN),
			ip:       l.compile(a.IP),
			agent:    l.compile(a.Agent),
			tail:     l.compile(tail),
		})
	}
}

const s3Extra = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":<int:0-9000>,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"<base64:75>=","bytesTransferredOut":<int:0-90000>}`

// record is the template of the whole event, of a call that worked or that failed.
func (s shape) record(failed bool) string {
	r := record{
		identity: "<identity>", ip: "<ip>", agent: "<agent>",
		source: s.Source, name: s.Name,
		params: s.Params, response: s.Response, extra: s.Extra,
		requestID: "<request>", readOnly: s.Flags&write == 0, resources: s.Resources,
		eventType: "AwsApiCall", data: s.Flags&data != 0, tail: "<tail>",
	}
	if s.Service != "" {
		r.identity = `{"type":"AWSService","invokedBy":"` + s.Service + `"}`
		r.ip, r.agent, r.tail = s.Service, s.Service, ""
		r.sharedEventID = "<guid>" // such calls are recorded for the service's account too
	}
	if s.Flags&s3 != 0 {
		r.requestID = "<alnum:16>"
		if r.extra == "" {
			r.extra = s3Extra
		}
	}
	if failed {
		r.errorCode, r.errorMessage = s.failure()
		r.response = ""
	}
	return r.template()
}

func (s shape) failure() (code, message string) {
	if s.Error != "" {
		return s.Error, s.Message
	}
	if s.Source == "ec2" {
		return "Client.UnauthorizedOperation", "You are not authorized to perform this operation. User: <arn> is not authorized to perform: ec2:" + s.Name + " because no identity-based policy allows the ec2:" + s.Name + " action"
	}
	action := s.Source + ":" + s.Name
	return "AccessDenied", "User: <arn> is not authorized to perform: " + action + " because no identity-based policy allows the " + action + " action"
}
