package event

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	klauspost "github.com/klauspost/compress/gzip"
)

const busyRecord = `{"eventVersion":"1.10","userIdentity":{"type":"AssumedRole","principalId":"AROAKEY:i-HOST","arn":"arn:aws:sts::123456789012:assumed-role/service-role/i-HOST",` +
	`"accountId":"123456789012","accessKeyId":"ASIAKEY","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAKEY",` +
	`"arn":"arn:aws:iam::123456789012:role/service-role","accountId":"123456789012","userName":"service-role"},"webIdFederationData":{},` +
	`"attributes":{"creationDate":"2026-03-03T08:11:07Z","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"}},` +
	`"eventTime":"TIME","eventSource":"SOURCE","eventName":"NAME","awsRegion":"us-east-1","sourceIPAddress":"ADDRESS",` +
	`"userAgent":"[aws-sdk-go-v2/1.30.3 os/linux lang/go#1.26 md/GOOS#linux md/GOARCH#amd64 api/SOURCE]","requestParameters":REQUEST,"responseElements":null,` +
	`"requestID":"REQ-ID","eventID":"EVENT-ID","readOnly":true,"resources":[{"accountId":"123456789012","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::example-logs"}],` +
	`"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management",` +
	`"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"SOURCE"}}`

// busyFile is a log file of n events as an account with some traffic has them: of a few
// kinds, of some 1,400 bytes each, with ids and addresses that do not repeat.
func busyFile(n int) []byte {
	random := rand.New(rand.NewPCG(5, 6))
	kinds := []struct{ source, name, request string }{
		{"s3.amazonaws.com", "GetBucketAcl", `{"bucketName":"example-logs","Host":"example-logs.s3.us-east-1.amazonaws.com","acl":""}`},
		{"kms.amazonaws.com", "Decrypt", `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::example-data/2026/03/03"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`},
		{"sts.amazonaws.com", "AssumeRole", `{"roleArn":"arn:aws:iam::123456789012:role/deploy","roleSessionName":"build-1772528421","durationSeconds":3600}`},
		{"ec2.amazonaws.com", "DescribeInstances", `{"maxResults":100,"instancesSet":{},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"}]}}]}}`},
		{"logs.amazonaws.com", "CreateLogStream", `{"logStreamName":"2026/03/03/[$LATEST]9f86d081884c7d65","logGroupName":"/aws/lambda/example"}`},
	}
	id := func() string {
		return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12), random.IntN(1<<12), random.Int64N(1<<48))
	}
	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		kind := kinds[random.IntN(len(kinds))]
		strings.NewReplacer(
			"KEY", strings.ToUpper(strings.ReplaceAll(id(), "-", ""))[:16],
			"HOST", fmt.Sprintf("%016x", random.Uint64()),
			"TIME", fmt.Sprintf("2026-03-03T09:%02d:%02dZ", random.IntN(60), random.IntN(60)),
			"ADDRESS", fmt.Sprintf("198.51.100.%d", random.IntN(256)),
			"SOURCE", kind.source, "NAME", kind.name, "REQUEST", kind.request, "REQ-ID", id(), "EVENT-ID", id(),
		).WriteString(&b, busyRecord)
	}
	b.WriteString("]}")
	return b.Bytes()
}

const busyEvents = 2500

// splitChunks writes file as it comes from a gzip stream.
func splitChunks(s *Splitter, file []byte) {
	for len(file) > 0 {
		n := min(len(file), chunkSize)
		s.Write(file[:n])
		file = file[n:]
	}
	s.Close()
}

func TestSplittingAllocatesNothingPerEvent(t *testing.T) {
	file := busyFile(busyEvents)
	records := 0
	s := Splitter{Record: func(*Record) { records++ }, Reject: func(r Rejection) { t.Errorf("%+v", r) }}
	splitChunks(&s, file)
	if records != busyEvents {
		t.Fatalf("%d records, want %d", records, busyEvents)
	}
	const few = 20 // the frame of the file, and records larger than others that lie across chunks
	if allocs := testing.AllocsPerRun(5, func() { splitChunks(&s, file) }); allocs > few {
		t.Errorf("%v allocations for %d events, want at most %d", allocs, busyEvents, few)
	}
}

func BenchmarkSplit(b *testing.B) {
	file := busyFile(busyEvents)
	records := 0
	s := Splitter{Record: func(*Record) { records++ }, Reject: func(r Rejection) { b.Fatalf("%+v", r) }}
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		splitChunks(&s, file)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/event")
}

// BenchmarkSplitAgainstInflate reads the same compressed file with a Reader and, by
// turns so that both meet the same machine, only inflates it. The metric "ratio" is how
// much of the speed of inflating is left; 1 would be splitting for nothing.
func BenchmarkSplitAgainstInflate(b *testing.B) {
	var zip bytes.Buffer
	z := gzip.NewWriter(&zip)
	z.Write(busyFile(busyEvents))
	z.Close()
	records := 0
	r := Reader{Splitter: Splitter{Record: func(*Record) { records++ }, Reject: func(r Rejection) { b.Fatalf("%+v", r) }}}
	var unzip klauspost.Reader
	var inflating, reading time.Duration
	for b.Loop() {
		started := time.Now()
		if err := unzip.Reset(bytes.NewReader(zip.Bytes())); err != nil {
			b.Fatal(err)
		}
		n, err := unzip.WriteTo(io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		inflated := time.Now()
		if read, err := r.Read(bytes.NewReader(zip.Bytes())); err != nil || read != n {
			b.Fatalf("read %d of %d bytes: %v", read, n, err)
		}
		inflating += inflated.Sub(started)
		reading += time.Since(inflated)
	}
	b.ReportMetric(float64(inflating)/float64(reading), "ratio")
	b.ReportMetric(float64((reading-inflating).Nanoseconds())/float64(records), "ns/event-more")
}
