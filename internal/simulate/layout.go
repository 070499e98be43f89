package simulate

import (
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Create opens the object with the given key for writing; Close commits it. It is
// called from several goroutines.
type Create func(key string) (io.WriteCloser, error)

// deliveryMark is the grid that the time in a file's name lies on, as seen in
// published logs.
const deliveryMark = 5 * time.Minute

// Key is where a trail puts a log file (CloudTrail User Guide, "CloudTrail log
// file name format"). organization is empty for the trail of a single account;
// random are the sixteen characters that tell the files of one moment apart.
func Key(organization, account, region string, delivered time.Time, random string) string {
	delivered = delivered.UTC()
	if organization != "" {
		organization += "/"
	}
	return fmt.Sprintf("AWSLogs/%s%s/CloudTrail/%s/%s/%s_CloudTrail_%s_%s_%s.json.gz",
		organization, account, region, delivered.Format("2006/01/02"),
		account, region, delivered.Format("20060102T1504Z"), random)
}

const keyDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func keySuffix(rng *rand.Rand) string {
	var random [16]byte
	for i := range random {
		random[i] = keyDigits[rng.IntN(len(keyDigits))]
	}
	return string(random[:])
}

// logFile writes one object: {"Records":[...]}, compact, gzipped.
type logFile struct {
	object  io.WriteCloser
	counted counter
	zip     *gzip.Writer
	records int64
	bytes   int64 // before compression
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

const (
	fileStart = `{"Records":[`
	fileEnd   = `]}`
)

// open starts a file and reuses the compressor, which is the largest thing a
// worker holds.
func (f *logFile) open(create Create, key string) error {
	object, err := create(key)
	if err != nil {
		return fmt.Errorf("create log file %s: %w", key, plain(err))
	}
	zip := f.zip
	*f = logFile{object: object, counted: counter{w: object}, zip: zip}
	if f.zip == nil {
		f.zip = gzip.NewWriter(&f.counted)
	} else {
		f.zip.Reset(&f.counted)
	}
	return f.write(fileStart)
}

func (f *logFile) write(text string) error {
	n, err := io.WriteString(f.zip, text)
	f.bytes += int64(n)
	return err
}

// add appends one record.
func (f *logFile) add(record []byte) error {
	if f.records > 0 {
		if err := f.write(","); err != nil {
			return err
		}
	}
	f.records++
	n, err := f.zip.Write(record)
	f.bytes += int64(n)
	return err
}

// close ends the file. The object is closed in any case.
func (f *logFile) close() error {
	err := f.write(fileEnd)
	if zipErr := f.zip.Close(); err == nil {
		err = zipErr
	}
	if closeErr := f.object.Close(); err == nil {
		err = closeErr
	}
	return err
}
