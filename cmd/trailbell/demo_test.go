package main

import (
	"os"
	"strings"
	"testing"
)

func TestDemoTellsItsStoryTheSameWayEveryTime(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	first := trailbell("", "demo")
	if first.code != exitDone || first.err != "" {
		t.Fatalf("exit %d, %s", first.code, first.err)
	}
	if second := trailbell("", "demo"); second != first {
		t.Errorf("another run says something else:\n%s\n---\n%s", first.out, second.out)
	}
	at := 0
	for _, want := range []string{
		"simulated CloudTrail logs",
		"wrong TOTP code; then signed in", "=> Signed in from the same address at 08:30:47 UTC, 35 seconds later: most likely the owner.",
		"ROOT of 111122223333 failed at MFA", "=> No sign-in followed within 24 hours in these logs. Whoever this was probably knows",
		"failed at MFA: wrong TOTP code", "=> No sign-in followed within 24 hours in these logs. Whoever this was knows the password",
		"left at the MFA prompt (security key)", "Found 3 wrong second factors and 1 abandoned MFA prompt.",
		"trailbell scan PATH", "trailbell simulate",
	} {
		i := strings.Index(first.out[at:], want)
		if i < 0 {
			t.Fatalf("%q is missing, or not at its place, in\n%s", want, first.out)
		}
		at += i
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
}
