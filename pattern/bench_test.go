package pattern

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// eventFormat is an invented CloudTrail event of about 1.3 KB. It takes the name
// and the source of the event and whether MFA was used.
const eventFormat = `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLEEXAMPLE123:deploy",` +
	`"arn":"arn:aws:sts::111122223333:assumed-role/Deploy/deploy","accountId":"111122223333","accessKeyId":"ASIAEXAMPLEEXAMPLE12",` +
	`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEEXAMPLE123","arn":"arn:aws:iam::111122223333:role/Deploy",` +
	`"accountId":"111122223333","userName":"Deploy"},"webIdFederationData":{},"attributes":{"creationDate":"2026-03-04T05:00:00Z",` +
	`"mfaAuthenticated":"false"}}},"eventTime":"2026-03-04T05:06:07Z","eventSource":"%[2]s","eventName":"%[1]s","awsRegion":"eu-west-1",` +
	`"sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.15.0 Python/3.11.6 Linux/6.1.0 exe/x86_64 prompt/off command/ec2.describe-instances",` +
	`"requestParameters":{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"},{"instanceId":"i-0fedcba9876543210"}]},` +
	`"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"}]}}]}},` +
	`"responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"MobileVersion":"No","MFAUsed":"%[3]s"},` +
	`"requestID":"59dbff89-35bd-4eac-99ed-be587EXAMPLE","eventID":"b7d2a1c3-6e5f-4a3b-9c8d-7e6f5a4b3c2d","readOnly":true,` +
	`"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management",` +
	`"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"ec2.eu-west-1.amazonaws.com"}}`

type benchEvent struct{ message, name, source []byte }

func newBenchEvent(name, source, mfa string) benchEvent {
	return benchEvent{fmt.Appendf(nil, eventFormat, name, source, mfa), []byte(name), []byte(source)}
}

// benchEvents is what an account does all day: reads, a few changes, one sign-in
// in two hundred.
func benchEvents() []benchEvent {
	reads := []string{"DescribeInstances", "ListBuckets", "GetObject", "AssumeRole", "Decrypt", "GetCallerIdentity", "DescribeLogGroups"}
	var events []benchEvent
	for i := range 1000 {
		switch {
		case i%200 == 0:
			events = append(events, newBenchEvent("ConsoleLogin", "signin.amazonaws.com", "Yes"))
		case i%50 == 0:
			events = append(events, newBenchEvent("AuthorizeSecurityGroupIngress", "ec2.amazonaws.com", "No"))
		default:
			events = append(events, newBenchEvent(reads[i%len(reads)], "ec2.amazonaws.com", "No"))
		}
	}
	return events
}

// cisPatterns returns n patterns: those of the CIS benchmark, then the same ones
// about services that do not exist.
func cisPatterns(b *testing.B, n int) []*Pattern {
	named := namedTexts(b, "named_patterns.json")
	var names []string
	for name := range named {
		names = append(names, name)
	}
	slices.Sort(names)
	var patterns []*Pattern
	for round := 0; len(patterns) < n; round++ {
		for _, name := range names {
			source := named[name]
			if round > 0 {
				suffix := fmt.Sprintf("V%d", round)
				source = strings.NewReplacer("Login", "Login"+suffix, "Create", "Create"+suffix, "Delete", "Delete"+suffix,
					"Put", "Put"+suffix, "Root", "Root"+suffix, "Denied", "Denied"+suffix).Replace(source)
			}
			if p, err := Parse(source); err == nil && len(patterns) < n {
				patterns = append(patterns, p)
			}
		}
	}
	return patterns
}

func BenchmarkMatch(b *testing.B) {
	p := mustParse(b, namedTexts(b, "named_patterns.json")["SIGNIN1"])
	run := func(name string, p *Pattern, message []byte, want bool) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			for b.Loop() {
				if p.Match(message) != want {
					b.Fatal("wrong verdict")
				}
			}
		})
	}
	run("matches", p, newBenchEvent("ConsoleLogin", "signin.amazonaws.com", "Yes").message, true)
	run("read_and_refused", p, newBenchEvent("ConsoleLogin", "signin.amazonaws.com", "No").message, false)
	other := strings.ReplaceAll(string(newBenchEvent("DescribeInstances", "ec2.amazonaws.com", "No").message), "ConsoleLogin", "Instances")
	run("without_the_needed_text", p, []byte(other), false)
	many := mustParse(b, namedTexts(b, "named_patterns.json")["CW4"])
	run("sixteen_names", many, []byte(other), false)
}

func BenchmarkSet(b *testing.B) {
	for _, n := range []int{1, 14, 100, 1000} {
		set := NewSet(cisPatterns(b, n))
		run := func(name string, events []benchEvent) {
			b.Run(fmt.Sprintf("%s/patterns=%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				var hits []int
				for i := 0; b.Loop(); i++ {
					e := &events[i%len(events)]
					hits = set.Match(e.message, e.name, e.source, hits[:0])
				}
			})
		}
		run("typical", benchEvents())
		run("signin", []benchEvent{newBenchEvent("ConsoleLogin", "signin.amazonaws.com", "Yes")})
	}
}

// BenchmarkScan inflates a file of events, splits it at line ends and matches: the
// share of matching in a whole scan.
func BenchmarkScan(b *testing.B) {
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	events := benchEvents()
	for i, e := range events {
		// Identifiers differ, or the file would deflate to nothing.
		id := fmt.Sprintf("%08x-%08x", uint32(i*2654435761), uint32(i*40503*7919))
		w.Write(bytes.ReplaceAll(e.message, []byte("EXAMPLE"), []byte(id)))
		w.Write([]byte("\n"))
	}
	w.Close()
	for _, n := range []int{0, 1, 100} {
		set := NewSet(cisPatterns(b, n))
		b.Run(fmt.Sprintf("patterns=%d", n), func(b *testing.B) {
			var hits []int
			for b.Loop() {
				z, err := gzip.NewReader(bytes.NewReader(file.Bytes()))
				if err != nil {
					b.Fatal(err)
				}
				data, err := io.ReadAll(z)
				if err != nil {
					b.Fatal(err)
				}
				for i := 0; len(data) > 0; i++ {
					line, rest, _ := bytes.Cut(data, []byte("\n"))
					hits = set.Match(line, events[i].name, events[i].source, hits[:0])
					data = rest
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
		})
	}
}
