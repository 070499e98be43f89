package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trailbell/trailbell/internal/simulate"
)

// runSimulate runs trailbell simulate and returns its exit code and what it wrote.
func runSimulate(args ...string) (code int, out, errOut string) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append([]string{"simulate"}, args...), streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestSimulateListsEveryScenario(t *testing.T) {
	code, out, _ := runSimulate("--list")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	scenarios := simulate.Scenarios()
	if code != exitDone || len(lines) != len(scenarios) {
		t.Fatalf("exit %d, %d lines for %d scenarios", code, len(lines), len(scenarios))
	}
	for i, s := range scenarios {
		if !strings.HasPrefix(lines[i], s.Name+" ") || !strings.HasSuffix(lines[i], s.About) {
			t.Errorf("line %q for scenario %s", lines[i], s.Name)
		}
	}
}

func TestSimulateWritesScenariosAndSaysWhatIsNext(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "the logs")
	code, out, errOut := runSimulate("--to", dir, "--scenario", "idc-totp-wrong", "--scenario", "root-mfa-abandoned", "--at", "2026-03-03T09:00:00Z")
	if code != exitDone || errOut != "" {
		t.Fatalf("exit %d: %s", code, errOut)
	}
	for _, want := range []string{
		"wrote 2 files: 6 events (6 of sign-ins, 0 duplicates), ", "\nexpect 1 mfa_failed and 1 mfa_abandoned\n", "\nnext: trailbell scan '" + dir + "'\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/03/*.json.gz"))
	if err != nil || len(files) != 2 {
		t.Errorf("files %v, %v", files, err)
	}
}

func TestSimulateWritesACorpusOfTheAccountsAndRegionsAskedFor(t *testing.T) {
	dir := t.TempDir()
	code, out, errOut := runSimulate("--to", dir, "--records", "400", "--files-size", "50", "--accounts", "444455556666", "--regions", "sa-east-1,us-east-1", "--days", "2", "--duplicates", "0", "--organization", "o-exampleorgid")
	if code != exitDone || errOut != "" || !strings.HasPrefix(out, "wrote 8 files: 400 events (") {
		t.Fatalf("exit %d: %s%s", code, out, errOut)
	}
	regions, err := filepath.Glob(filepath.Join(dir, "AWSLogs/o-exampleorgid/444455556666/CloudTrail/*"))
	if err != nil || len(regions) == 0 || len(regions) > 2 {
		t.Errorf("regions %v, %v", regions, err)
	}
}

func TestSimulateSaysThatItReplacesAnEarlierRun(t *testing.T) {
	dir := t.TempDir()
	if code, out, errOut := runSimulate("--to", dir, "--scenario", "idc-totp-wrong", "--at", "2026-03-03"); code != exitDone || strings.Contains(out, "replacing") {
		t.Fatalf("exit %d: %s%s", code, out, errOut)
	}
	code, out, errOut := runSimulate("--to", dir, "--scenario", "idc-totp-wrong", "--at", "2026-03-03")
	if code != exitDone || !strings.HasPrefix(out, "replacing the 1 file of an earlier run\nwrote 1 file: ") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
}

func TestSimulateTakesTheTimesThatScanTakes(t *testing.T) {
	dir := t.TempDir()
	for _, at := range []string{"2026-03-03", "2026-03-03T00:00", "2026-03-03 00:00:00", "2026-03-03T01:00:00+01:00"} {
		if code, _, errOut := runSimulate("--to", dir, "--scenario", "idc-totp-wrong", "--at", at); code != exitDone {
			t.Fatalf("--at %s: exit %d, %s", at, code, errOut)
		}
		files, err := filepath.Glob(filepath.Join(dir, "AWSLogs/*/CloudTrail/*/2026/03/02/*.json.gz"))
		if err != nil || len(files) != 1 {
			t.Errorf("--at %s: files of the day before %v, %v", at, files, err)
		}
	}
	if code, _, errOut := runSimulate("--to", dir, "--scenario", "idc-totp-wrong", "--at", "7d"); code != exitDone {
		t.Errorf("--at 7d: exit %d, %s", code, errOut)
	}
}

func TestSimulateExplainsMistakes(t *testing.T) {
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "letter.txt"), []byte("dear"), 0o644); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	check := func(code int, want string, args ...string) {
		t.Helper()
		got, out, errOut := runSimulate(args...)
		if got != code || !strings.Contains(errOut, want) || out != "" {
			t.Errorf("%v: exit %d, %q, %q; want exit %d and %q", args, got, out, errOut, code, want)
		}
	}
	check(exitUsage, "no folder given", "--records", "10")
	check(exitUsage, "say what to simulate", "--to", fresh)
	check(exitUsage, "--records -5: at least 1", "--to", fresh, "--records", "-5")
	check(exitUsage, "exclude each other", "--to", fresh, "--records", "10", "--scenario", "all")
	check(exitUsage, `did you mean "idc-totp-wrong"?`, "--to", fresh, "--scenario", "idc-totp-rong")
	check(exitUsage, "unexpected argument", "--to", fresh, "--scenario", "all", "more")
	check(exitUsage, `--at "yesterday": not a time; write`, "--to", fresh, "--records", "10", "--at", "yesterday")
	check(exitUsage, `--at "": not a time; write`, "--to", fresh, "--records", "10", "--at", "")
	check(exitUsage, "--days 0: 1 to 36500", "--to", fresh, "--records", "10", "--days", "0")
	check(exitUsage, "--days -1: 1 to 36500", "--to", fresh, "--records", "10", "--days", "-1")
	check(exitUsage, "--days 99999: 1 to 36500", "--to", fresh, "--records", "10", "--days", "99999")
	check(exitUsage, "--files-size 0: at least 1", "--to", fresh, "--records", "10", "--files-size", "0")
	check(exitUsage, "--files-size -2: at least 1", "--to", fresh, "--scenario", "all", "--files-size", "-2")
	check(exitUsage, `invalid argument "x" for "--days" flag: not a whole number; see`, "--to", fresh, "--records", "10", "--days", "x")
	check(exitUsage, `for "--seed" flag: not a whole number from 0 on; see`, "--to", fresh, "--records", "10", "--seed", "-1")
	check(exitUsage, `for "--records" flag: out of range; see`, "--to", fresh, "--records", "99999999999999999999")
	check(exitUsage, "between 0 and 0.5", "--to", fresh, "--records", "10", "--signins", "0.9")
	check(exitUsage, "there are 1 to", "--to", fresh, "--records", "10", "--accounts", "0")
	check(exitUsage, "not the name of an AWS account", "--to", fresh, "--records", "10", "--accounts", "../../evil")
	check(exitUsage, "not the name of an AWS Region", "--to", fresh, "--records", "10", "--regions", "us-east-1,moon")
	check(exitUsage, "not an id like", "--to", fresh, "--records", "10", "--organization", "../o")
	check(exitFailed, "--force", "--to", foreign, "--records", "10")
	if _, err := os.Stat(fresh); err == nil {
		t.Error("a mistake left a folder behind")
	}
	if code, _, errOut := runSimulate("--to", foreign, "--records", "10", "--force"); code != exitDone {
		t.Errorf("with --force: exit %d, %s", code, errOut)
	}
}

func TestProgressIsShownOnlyWhenItTakesLongAndSomebodyLooks(t *testing.T) {
	var out bytes.Buffer
	now := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	p := newProgress(&out, 1000, func() time.Time { return now })
	if p.out != nil {
		t.Fatal("a buffer was taken for a terminal")
	}
	now = now.Add(time.Hour)
	p.update(simulate.Summary{Records: 10})
	p.done()
	if out.Len() > 0 {
		t.Errorf("nobody looks: %q", out.String())
	}

	p = newProgress(&out, 1000, func() time.Time { return now })
	p.out = &out
	now = now.Add(progressAfter - time.Millisecond)
	p.update(simulate.Summary{Records: 10})
	if out.Len() > 0 {
		t.Errorf("too soon: %q", out.String())
	}
	now = now.Add(time.Millisecond)
	p.update(simulate.Summary{Records: 500})
	p.update(simulate.Summary{Records: 501})
	p.done()
	if got, want := out.String(), "\r\x1b[K500 of 1000 events, 50%, 250 a second\r\x1b[K"; got != want {
		t.Errorf("progress %q, want %q", got, want)
	}
}
