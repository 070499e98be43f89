package simulate

import (
	"cmp"
	"strings"
)

// record is one event in parts, each a template. Empty parts are written as
// CloudTrail writes nothing: requestParameters and responseElements as null, the
// others not at all.
type record struct {
	version       string // eventVersion; empty: the current one
	identity      string
	source        string // without .amazonaws.com
	name          string
	ip            string
	agent         string
	errorCode     string
	errorMessage  string
	params        string
	response      string
	extra         string // additionalEventData
	requestID     string
	readOnly      bool
	resources     string
	eventType     string
	data          bool
	sharedEventID string
	details       string // serviceEventDetails
	addendum      string
	tail          string // what follows, with its comma
}

// eventVersion is CloudTrail's current one (CloudTrail User Guide, "CloudTrail
// record contents").
const eventVersion = "1.11"

// template lays the event out in the order of keys of real log files.
func (r record) template() string {
	var b strings.Builder
	text := func(key, value string) {
		b.WriteString(`,"` + key + `":"` + value + `"`)
	}
	optional := func(key, value string) {
		if value != "" {
			text(key, value)
		}
	}
	object := func(key, value string) {
		if value != "" {
			b.WriteString(`,"` + key + `":` + value)
		}
	}
	boolean := map[bool]string{false: "false", true: "true"}

	b.WriteString(`{"eventVersion":"` + cmp.Or(r.version, eventVersion) + `"`)
	object("userIdentity", r.identity)
	text("eventTime", "<date:"+eventTimeLayout+">")
	text("eventSource", r.source+".amazonaws.com")
	text("eventName", r.name)
	text("awsRegion", "<region>")
	text("sourceIPAddress", r.ip)
	text("userAgent", r.agent)
	optional("errorCode", r.errorCode)
	optional("errorMessage", r.errorMessage)
	object("requestParameters", orNull(r.params))
	object("responseElements", orNull(r.response))
	object("additionalEventData", r.extra)
	optional("requestID", r.requestID)
	text("eventID", "<eventID>")
	object("readOnly", boolean[r.readOnly])
	object("resources", r.resources)
	text("eventType", r.eventType)
	object("managementEvent", boolean[!r.data])
	text("recipientAccountId", "<account>")
	optional("sharedEventID", r.sharedEventID)
	object("serviceEventDetails", r.details)
	text("eventCategory", map[bool]string{false: "Management", true: "Data"}[r.data])
	object("addendum", r.addendum)
	b.WriteString(r.tail + "}")
	return b.String()
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}
