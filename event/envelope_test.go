package event

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// checkForeign splits text, which is well-formed and holds no event of CloudTrail. It is
// rejected as such, as a whole, for a reason that tells what it is.
func checkForeign(t *testing.T, text, reason string) {
	t.Helper()
	got := checkPiecewise(t, text)
	if len(got.items) != 1 {
		t.Errorf("%s\nwas split into %+v", text, got.items)
		return
	}
	if i := got.items[0]; i.isRecord() || !i.Foreign || !strings.Contains(i.Err, reason) {
		t.Errorf("%s\nwas handed on as %+v, want a foreign %q", text, i, reason)
	}
}

const s3Notification = `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2026-03-03T09:00:21.000Z",` +
	`"eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:A"},"requestParameters":{"sourceIPAddress":"192.0.2.7"},` +
	`"s3":{"s3SchemaVersion":"1.0","bucket":{"name":"b"},"object":{"key":"AWSLogs/1/CloudTrail/x.json.gz","size":1024}}}]}`

// CloudTrail User Guide, "CloudTrail digest file structure", "CloudTrail record contents
// for Insights events" and "Configuring Amazon SNS notifications for CloudTrail"; S3 User
// Guide, "Event message structure"; CloudWatch Logs User Guide, "Log group-level
// subscription filters"; SNS Developer Guide, "Parsing Amazon SNS message formats".
func TestWhatStandsBesideEventsIsTold(t *testing.T) {
	checkForeign(t, s3Notification, "a notification of S3")
	checkForeign(t, sqs(s3Notification), "a notification of S3")
	checkForeign(t, sqs(sns(s3Notification)), "a notification of S3")
	checkForeign(t, `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-03-03T09:00:21.000Z","Bucket":"b","RequestId":"r","HostId":"h"}`, "a test notification of S3")
	checkForeign(t, `{"s3Bucket":"b","s3ObjectKey":["AWSLogs/1/CloudTrail/x.json.gz"]}`, "a delivery notification of CloudTrail")
	checkForeign(t, sns(`{"s3Bucket":"b","s3ObjectKey":["AWSLogs/1/CloudTrail/x.json.gz"]}`), "a delivery notification of CloudTrail")
	checkForeign(t, `{"awsAccountId":"123456789012","digestStartTime":"2026-03-03T08:00:00Z","digestS3Bucket":"b","digestS3Object":"k",`+
		`"previousDigestSignature":null,"logFiles":[{"s3Bucket":"b","s3Object":"o","hashValue":"0","newestEventTime":"2026-03-03T09:00:21Z"}]}`, "a digest file")
	checkForeign(t, `{"Records":[{"eventVersion":"1.08","eventTime":"2026-03-03T09:00:00Z","awsRegion":"us-east-1","eventID":"`+guid(1)+`",`+
		`"eventType":"AwsCloudTrailInsight","recipientAccountId":"123456789012","sharedEventID":"`+guid(2)+`","insightDetails":{"state":"Start",`+
		`"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","insightType":"ApiErrorRateInsight","insightContext":{}},"eventCategory":"Insight"}]}`, "a CloudTrail Insights event")
	checkForeign(t, `{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],`+
		`"logEvents":[{"id":"","timestamp":1772528421000,"message":"CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."}]}`, "not a CloudTrail event")
	checkForeign(t, `{"awslogs":{"data":"`+inBase64(zipped(`{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health"}]}`))+`"}}`, "a CloudWatch Logs message that holds no CloudTrail event")
	checkForeign(t, `{"Type":"SubscriptionConfirmation","MessageId":"m","Token":"t","TopicArn":"a","Message":"You have chosen to subscribe","SubscribeURL":"https://sns.us-east-1.amazonaws.com/"}`, "a subscription confirmation of SNS")
	checkForeign(t, `{"version":"0","id":"i","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","detail":{"instance-id":"i-1","state":"running"}}`, "an EventBridge event of another kind")
	checkForeign(t, `{"metadata":{"product":{"name":"CloudTrail"},"version":"1.1.0"},"class_uid":3002,"api":{"operation":"ConsoleLogin","service":{"name":"signin.amazonaws.com"}}}`, "an OCSF event")
	checkForeign(t, sns("CloudTrail validation message."), "not a CloudTrail event")
	checkForeign(t, `{"awslogs":{"data":"`+inBase64("garbage")+`"}}`, "not a CloudTrail event")
	checkForeign(t, `{"awslogs":{"data":"no base64 at all!"}}`, "not a CloudTrail event")
	checkForeign(t, `{}`, "not a CloudTrail event")
	checkForeign(t, `{"Records":null}`, "not a CloudTrail event")
	checkForeign(t, `[[1,"x"]]`, "a value that is no object")
	checkForeign(t, `[[]]`, "an array without CloudTrail events")
}

func TestARecordNeedsItsNames(t *testing.T) {
	without := func(key string) string {
		return strings.Replace(newRecord(1), `"`+key+`"`, `"x`+key+`"`, 1)
	}
	for _, key := range []string{"eventName", "eventSource"} {
		for _, text := range []string{without(key), reordered(without(key)), `{"Records":[` + without(key) + `]}`} {
			checkForeign(t, text, "not a CloudTrail event")
		}
	}
	for _, service := range []string{"aws:s3", "aws:sqs", "aws:kinesis"} { // Lambda Developer Guide: eventSource of its own events
		record := strings.Replace(newRecord(1), "signin.amazonaws.com", service, 1)
		checkForeign(t, record, "not a CloudTrail event")
		checkForeign(t, reordered(record), "not a CloudTrail event")
	}
}

func TestEachPartOfABatchCountsForItself(t *testing.T) {
	good, foreign, broken := newRecord(1), s3Notification, newRecord(2)[:300]
	check := func(what, text string) {
		t.Helper()
		got := checkPiecewise(t, text)
		var foreigners, damaged int
		for _, i := range got.items {
			switch {
			case i.isRecord():
			case i.Foreign:
				foreigners++
			default:
				damaged++
			}
		}
		if got.records != 1 || foreigners != 1 || damaged != 1 {
			t.Errorf("%s: %d records, %d foreign, %d damaged, want one each: %+v", what, got.records, foreigners, damaged, got.items)
		}
	}
	notification := strings.TrimSuffix(strings.TrimPrefix(foreign, `{"Records":[`), `]}`)
	check("SQS for Lambda", sqs(good, foreign, broken))
	check("SQS for Lambda, the other way round", sqs(broken, foreign, good))
	check("SQS of SNS", sqs(sns(broken), sns(good), sns(foreign)))
	check("SQS ReceiveMessage", `{"Messages":[{"Body":`+quoted(foreign)+`},{"Body":`+quoted(broken)+`},{"Body":`+quoted(good)+`}]}`)
	check("CloudWatch Logs", logsPayload(good, foreign, broken))
	check("Kinesis", `{"Records":[{"Data":"`+inBase64(zipped(good))+`"},{"Data":"`+inBase64(zipped(good)[:200])+`"},{"Data":"`+inBase64(foreign)+`"}]}`)
	check("Firehose for Lambda", `{"records":[{"data":"`+inBase64(zipped(logsPayload(good, broken)))+`"},{"data":"`+inBase64("{}")+`"}]}`)
	check("lines", good+"\n"+foreign+"\n"+broken+"\n")
	check("log file", `{"Records":[`+good+`,`+notification+`,`+broken+`]}`)
	check("array", `[`+broken+`,`+good+`,`+foreign+`]`)
}

func TestWrappingHasAnEnd(t *testing.T) {
	text := newRecord(1)
	for depth := 1; depth <= maxWrapping+1; depth++ {
		text = `{"x":` + text + `}`
		if got := checkPiecewise(t, text); got.records != 1 != (depth > maxWrapping) {
			t.Errorf("%d envelopes: %d records", depth, got.records)
		}
	}
	checkForeign(t, text, "too deep")
}

func TestAPayloadMayNotUnpackToTooMuch(t *testing.T) {
	payload := func(text string) string { return `{"Data":"` + inBase64(zipped(text)) + `"}` }
	rejected := func(what, text string) {
		t.Helper()
		started := time.Now()
		got := splitInPieces(text, 0)
		if got.records != 0 || got.rejected == 0 {
			t.Fatalf("%s: %d records, %d rejections", what, got.records, got.rejected)
		}
		for _, i := range got.items {
			if i.Foreign || !strings.Contains(i.Err, ErrBomb.Error()) {
				t.Fatalf("%s: %+v", what, i)
			}
		}
		if took := time.Since(started); took > 20*time.Second {
			t.Errorf("%s: took %v", what, took)
		}
	}
	rejected("one", payload(strings.Repeat(" ", maxPayload+1)))
	// Each of many is within its bound, and holds as many itself.
	blank := payload(strings.Repeat(" ", maxPayload-1))
	nest := blank
	for range 3 {
		nest = payload("[" + strings.Repeat(nest+",", 200) + blank + "]")
	}
	rejected("many in many", nest)
	largest := newRecord(1) + strings.Repeat(" ", maxPayload-len(newRecord(1)))
	if got := splitInPieces(payload(largest), 0); got.records != 1 || got.rejected != 0 {
		t.Errorf("a payload of %d bytes: %+v", maxPayload, got.items)
	}
}

func TestDamagedPayloadsAreNotForeign(t *testing.T) {
	zip := zipped(logsPayload(newRecord(1)))
	for _, damaged := range []string{zip[:len(zip)-9], zip[:100], zip[:2], zip[:len(zip)-1] + "x"} {
		got := checkPiecewise(t, `{"awslogs":{"data":"`+inBase64(damaged)+`"}}`)
		if len(got.items) != 1 || got.items[0].isRecord() || got.items[0].Foreign || !strings.HasPrefix(got.items[0].Err, "compressed payload: ") {
			t.Errorf("payload cut to %d bytes of %d: %+v", len(damaged), len(zip), got.items)
		}
	}
}

func TestWrappedRecordsStandAtTheirEnvelope(t *testing.T) {
	file := newRecord(1) + "\n" + sns(newRecord(2)) + "\n" + newRecord(3)
	got := checkPiecewise(t, file)
	if fmt.Sprint(got.eventIDs()) != fmt.Sprint([]string{guid(1), guid(2), guid(3)}) {
		t.Fatalf("%+v", got.items)
	}
	if want := int64(len(newRecord(1)) + 1); got.items[1].Offset != want {
		t.Errorf("the record in the SNS message is at %d, its envelope at %d", got.items[1].Offset, want)
	}
}
