package signin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trailbell/trailbell/event"
)

// Bounds on what is read from one record, in bytes.
const (
	// MaxRecord is four times what CloudTrail writes: an event is at most 256 KB
	// since version 1.05 (CloudTrail User Guide, record contents).
	MaxRecord = 1 << 20
	// maxUserAgent is CloudTrail's own bound; it cuts there too.
	maxUserAgent = 1 << 10
	// maxText bounds all other texts that are kept. The longest legal ones are a
	// directory's user name and a session principal, below 256 characters.
	maxText = 256
	// maxLoginTo bounds the redirect URL, of which only the host is looked at.
	maxLoginTo = 2 << 10
	// maxMessage bounds errorMessage, which is looked at and not kept.
	maxMessage = 1 << 10
	// maxFactors bounds the list in CredentialType of UserAuthentication; real
	// ones hold two.
	maxFactors = 8
)

// hidden is what CloudTrail writes for a user name that does not exist, because
// people type passwords into the wrong box.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// ErrNotSignIn says that a record is readable but has nothing to do with signing
// in.
var ErrNotSignIn = errors.New("no sign-in event")

// Parse reads one CloudTrail record. It is an error if raw is no JSON object or
// longer than [MaxRecord]; a record about something else is [ErrNotSignIn].
//
// Anything else is tolerated, because published and exported records lack fields,
// hold "null" as text, or print an object as a string: what cannot be read is
// empty. Keys are compared exactly, so that a key such as "EventName" has no say.
func Parse(raw []byte) (Step, error) {
	if len(raw) > MaxRecord {
		return Step{}, fmt.Errorf("read record of %d bytes: longer than %d", len(raw), MaxRecord)
	}
	var r record
	if err := json.Unmarshal(raw, &r); err != nil {
		return Step{}, fmt.Errorf("read record: %w", err)
	}
	if r == nil {
		return Step{}, errors.New("read record: null")
	}
	source, name := r.text("eventSource"), r.text("eventName")
	class, ok := classes[source][name]
	if !ok || class.kind == MFACode && !r.wrongCode() {
		return Step{}, fmt.Errorf("record %q of %q: %w", name, source, ErrNotSignIn)
	}
	s := r.step(class)
	s.Source, s.Name = source, name
	id, err := event.IDOf(raw, []byte(s.EventID))
	if err != nil {
		return Step{}, fmt.Errorf("read record %q: %w", s.EventID, err)
	}
	s.ID = id
	return s, nil
}

// step reads the facts of a record of the given class.
func (r record) step(class class) Step {
	identity := r.object("userIdentity")
	onBehalfOf := identity.object("onBehalfOf")
	data := r.object("additionalEventData")
	addendum := r.object("addendum")
	s := Step{
		EventID:         r.text("eventID"),
		SharedID:        guid(r.text("sharedEventID")),
		Addendum:        strings.ToUpper(addendum.text("reason")),
		OriginalEventID: addendum.text("originalEventID"),

		Time:    timeOf(r.text("eventTime")),
		Kind:    class.kind,
		Account: firstOf(r.text("recipientAccountId"), identity.text("accountId")),
		Region:  r.text("awsRegion"),

		OwnerAccount: identity.text("accountId"),
		PrincipalID:  identity.text("principalId"),
		UserName:     firstOf(identity.name("userName"), userInARN(identity.bounded("arn", maxMessage))),
		UserID:       onBehalfOf.text("userId"),
		TypedName:    data.name("UserName"),

		SourceIP:  r.text("sourceIPAddress"),
		UserAgent: r.bounded("userAgent", maxUserAgent),

		Factor:    factors(data.text("CredentialType")),
		MFAUsed:   answer(data.text("MFAUsed")),
		Workflow:  data.text("AuthWorkflowID"),
		RequestID: r.text("requestID"),
		Enrolled:  isTrue(data.text("DeviceEnrollmentRequired")),
	}
	s.Message = messageOf(r.bounded("errorMessage", maxMessage))
	s.Result, s.Presumed = r.result(class.result, s.Message)
	s.Identity = identityOf(s, identity, data)
	if s.Kind == CheckMfa || s.Kind == ConsoleLogin {
		s.Factor = deviceFactor(data)
	}
	s.Situation = situationOf(&s)
	if s.Kind == OIDC && strings.HasSuffix(r.object("requestParameters").text("grantType"), ":device_code") {
		s.Situation = DeviceFlow
	}
	return s
}

// result reads Success or Failure from where events of this kind state it. Any other
// text, or an error in its place, is presumed to be a failure: AWS documents no third
// result, and a failure must not go untold for its spelling.
func (r record) result(field resultField, message Message) (result Result, presumed bool) {
	stated, failed := r.stated(field), r.text("errorCode") != "" || r.text("errorMessage") != ""
	switch {
	case strings.EqualFold(stated, string(Success)):
		return Success, false
	case strings.EqualFold(stated, string(Failure)), stated == "" && message != "":
		return Failure, false
	case field == byError && failed:
		return Failure, false
	case field == byError:
		return Success, false
	case stated != "" || failed:
		return Failure, true
	default:
		return "", false
	}
}

// stated returns the text that says how an event ended; empty if there is none.
func (r record) stated(field resultField) string {
	name := r.text("eventName")
	switch field {
	case byResponse:
		return r.object("responseElements").text(name)
	case byDetails:
		// A verification states its result under its own name. The AWS Security
		// Blog's example filter looks for the failure of a verification under
		// CredentialChallenge, so that key counts where the first says nothing.
		details := r.object("serviceEventDetails")
		return firstOf(details.text(name), details.text("CredentialChallenge"))
	default:
		return ""
	}
}

// messageOf returns the documented message that a text contains, in whatever letters.
func messageOf(text string) Message {
	switch {
	case containsFold(text, "No username found"):
		return NoSuchUser
	case containsFold(text, string(FailedAuthentication)):
		return FailedAuthentication
	}
	return ""
}

// wrongCode tells an STS call that was refused for its MFA code from all others.
func (r record) wrongCode() bool {
	return containsFold(r.bounded("errorMessage", maxMessage), "MultiFactorAuthentication failed")
}

// identityOf says whose event it is: the service that only looks like a sign-in to
// AWS, else Identity Center for its three events whatever userIdentity says (type
// Unknown until July 2025, and for failures ever since), else userIdentity.type,
// else what the ARN gives away.
func identityOf(s Step, identity, data record) Identity {
	switch s.Kind {
	case CredentialChallenge, CredentialVerification, UserAuthentication:
		if service := serviceOf(s, data.bounded("LoginTo", maxLoginTo)); service != "" {
			return service
		}
		return IdentityCenter
	}
	if known, ok := identities[strings.ToLower(identity.text("type"))]; ok {
		return known
	}
	arn := identity.bounded("arn", maxMessage)
	switch {
	case strings.HasPrefix(arn, "arn:") && strings.HasSuffix(arn, ":root"):
		return Root
	case userInARN(arn) != "":
		return IAMUser
	case strings.Contains(arn, ":assumed-role/"):
		return AssumedRole
	case s.UserID != "":
		return IdentityCenter
	default:
		return UnknownIdentity
	}
}

// serviceOf tells WorkSpaces and Transfer Family web apps, which write Identity
// Center's three events for sign-ins of their own, by the kind of credential or the
// host the user is sent to; empty if it is neither. A web app under a domain name of
// its owner cannot be told. Sources: Amazon WorkSpaces Administration Guide,
// understanding sign-in events for smart card users; AWS Transfer Family User
// Guide, CloudTrail logging for web apps.
func serviceOf(s Step, loginTo string) Identity {
	if s.Factor == SmartCard {
		return WorkSpaces
	}
	target, err := url.Parse(loginTo)
	if err != nil {
		return ""
	}
	host := strings.ToLower(target.Hostname())
	switch {
	case host == "skylight.local",
		host == "clients.amazonaws.com" && strings.HasPrefix(target.Path, "/workspaces"):
		return WorkSpaces
	case strings.Contains(host, ".transfer-webapp.") && strings.HasSuffix(host, ".on.aws"):
		return TransferFamily
	}
	return ""
}

// deviceFactor reads the kind of device from CheckMfa's MfaType or, in a success,
// from the ARN in MFAIdentifier.
func deviceFactor(data record) Factor {
	if factor, ok := checkMfaTypes[strings.ToLower(data.text("MfaType"))]; ok {
		return factor
	}
	device := data.bounded("MFAIdentifier", maxMessage)
	switch {
	case strings.Contains(device, ":mfa/"):
		return TOTP
	case strings.Contains(device, ":u2f/"):
		return WebAuthn
	}
	return ""
}

// factors normalises CredentialType: capitals, no blanks, nothing that is no word.
func factors(list string) Factor {
	var kept []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToUpper(strings.TrimSpace(name))
		if name != "" && len(kept) < maxFactors && isWord(name) {
			kept = append(kept, name)
		}
	}
	return Factor(strings.Join(kept, ","))
}

func isWord(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return len(s) <= 32
}

func answer(s string) Answer {
	switch {
	case strings.EqualFold(s, "no"), strings.EqualFold(s, "false"):
		return No
	case strings.EqualFold(s, "yes"), isTrue(s):
		return Yes
	}
	return ""
}

func isTrue(s string) bool { return strings.EqualFold(s, "true") }

// timeOf reads eventTime; zero if it cannot, or if the year has no four digits and
// so could not be written as RFC 3339 again.
func timeOf(s string) time.Time {
	t, err := event.ParseTime(s)
	if err != nil || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

func guid(s string) event.ID {
	id, _ := event.ParseGUID([]byte(s))
	return id
}

// userInARN returns NAME of arn:PARTITION:iam::ACCOUNT:user/PATH/NAME.
func userInARN(arn string) string {
	_, path, ok := strings.Cut(arn, ":user/")
	if !ok || !strings.Contains(arn, ":iam::") {
		return ""
	}
	return clip(path[strings.LastIndexByte(path, '/')+1:], maxText)
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// record is a JSON object whose values are read one by one: encoding/json would
// match keys of a struct without regard to case, and let one odd value cost all.
type record map[string]json.RawMessage

// object returns the object under key: nil if there is none. An object printed as
// a string, as exporters do, counts as one.
func (r record) object(key string) record {
	raw := bytes.TrimSpace(r[key])
	if len(raw) > 0 && raw[0] == '"' {
		var printed string
		if json.Unmarshal(raw, &printed) != nil {
			return nil
		}
		raw = []byte(printed)
	}
	var o record
	if json.Unmarshal(raw, &o) != nil {
		return nil
	}
	return o
}

// text returns the text or number under key without surrounding blanks, cut to
// maxText; empty if there is none or it says null.
func (r record) text(key string) string { return r.bounded(key, maxText) }

func (r record) bounded(key string, limit int) string {
	s := scalar(r[key])
	if s == "null" {
		return ""
	}
	return clip(s, limit)
}

// name returns the user name under key, which may well be "null"; empty if it was
// hidden.
func (r record) name(key string) string {
	s := clip(scalar(r[key]), maxText)
	if s == hidden {
		return ""
	}
	return s
}

// scalar returns a string, number or boolean as text, else nothing.
func scalar(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null" {
		return ""
	}
	if raw[0] != '"' {
		return string(raw)
	}
	if plain := raw[1 : len(raw)-1]; bytes.IndexByte(plain, '\\') < 0 && utf8.Valid(plain) {
		return string(bytes.TrimSpace(plain)) // nothing to decode, as nearly always
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return strings.TrimSpace(s)
}

// clip cuts s to at most limit bytes of whole characters. What it returns does not
// keep a longer text alive.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.Clone(s[:limit])
}
