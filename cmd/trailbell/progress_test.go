package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/trailbell/trailbell/app/scan"
)

func shownOn(out *bytes.Buffer, width int) *meter {
	return &meter{out: out, width: func() int { return width }}
}

func TestProgressBeginsAfterASecondAndEndsWithoutATrace(t *testing.T) {
	var out bytes.Buffer
	m := shownOn(&out, 80)
	p := scan.Progress{Files: 3, Bytes: 4_000_000, Events: 20_000}
	m.update(p, progressFrom-1)
	m.clear()
	if out.Len() > 0 {
		t.Errorf("shown too early: %q", out.String())
	}
	m.update(p, 2*time.Second)
	m.clear()
	m.clear()
	if want := "\r3 files, 4.0 MB, 2.0 MB/s, 10,000 events/s\x1b[K\r\x1b[K"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestProgressSaysTheTimeLeft(t *testing.T) {
	m := shownOn(new(bytes.Buffer), 80)
	m.setTotal(10, 12_000_000)
	check := func(p scan.Progress, elapsed time.Duration, want string) {
		t.Helper()
		if got := m.line(p, elapsed); got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
	check(scan.Progress{Files: 2, Bytes: 3_000_000, Events: 9000}, 3*time.Second, "2 of 10 files, 3.0 MB of 12 MB, 10s left, 1.0 MB/s, 3,000 events/s")
	check(scan.Progress{Files: 2, Bytes: 3_000_000, Skipped: 6_000_000}, 3*time.Second, "2 of 10 files, 9.0 MB of 12 MB, 4s left, 1.0 MB/s, 0 events/s")
	check(scan.Progress{Files: 12, Bytes: 13_000_000}, 13*time.Second, "12 of 12 files, 13 MB of 13 MB, 1.0 MB/s, 0 events/s")
	check(scan.Progress{Bytes: 1}, time.Hour, "0 of 10 files, 1 B of 12 MB, 0 B/s, 0 events/s") // no guess
}

func TestProgressNeverWraps(t *testing.T) {
	var out bytes.Buffer
	m := shownOn(&out, 20)
	m.update(scan.Progress{Files: 123_456, Bytes: 4e12, Events: 1e12}, time.Minute)
	line := strings.TrimSuffix(strings.TrimPrefix(out.String(), "\r"), "\x1b[K")
	if len(line) != 19 {
		t.Errorf("%d columns of 20: %q", len(line), line)
	}
}

func TestLinesBesideTheProgressTakeItsPlace(t *testing.T) {
	var out bytes.Buffer
	m := shownOn(&out, 80)
	m.update(scan.Progress{Files: 1}, time.Minute)
	out.Reset()
	a := aside{m, &out}
	a.Write([]byte("one\n"))
	a.Write([]byte("two\n"))
	if want := "\r\x1b[Kone\ntwo\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestProgressIsOnlyForTerminals(t *testing.T) {
	if newMeter(new(bytes.Buffer)).visible() {
		t.Error("a buffer is taken for a terminal")
	}
}

func TestQuantities(t *testing.T) {
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(inBytes(0), "0 B")
	check(inBytes(999), "999 B")
	check(inBytes(1000), "1.0 kB")
	check(inBytes(9_949), "9.9 kB")
	check(inBytes(9_951), "10 kB")
	check(inBytes(999_499), "999 kB")
	check(inBytes(999_501), "1.0 MB")
	check(inBytes(5e9), "5.0 GB")
	check(inBytes(5e12), "5.0 TB")
	check(thousands(0), "0")
	check(thousands(999), "999")
	check(thousands(1000), "1,000")
	check(thousands(1234567), "1,234,567")
	check(thousands(-123456), "-123,456")
	check(counted(1, "file"), "1 file")
	check(counted(2000, "file"), "2,000 files")
}
