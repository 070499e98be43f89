package main

import (
	"fmt"
	"strings"
	"testing"
)

// console is a log of what one IAM user did at the console: time and address, and what.
type console struct{ lines []string }

func (c *console) add(at, address, name, used, result string) {
	message := ""
	if result == "Failure" {
		message = `"errorMessage":"Failed authentication",`
	}
	c.lines = append(c.lines, fmt.Sprintf(`{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"ana"},`+
		`"eventTime":"2026-03-%sZ","eventSource":"signin.amazonaws.com","eventName":%q,"awsRegion":"us-east-1","sourceIPAddress":%q,%s`+
		`"responseElements":{%q:%q},"additionalEventData":{"MFAUsed":%q,"MfaType":"Virtual MFA"},"eventID":"00000000-0000-4000-8000-%012d"}`,
		at, name, address, message, name, result, used, len(c.lines)+1))
}

func (c *console) prompt(at, address string) { c.add(at, address, "CheckMfa", "", "Success") }
func (c *console) wrong(at, address string)  { c.add(at, address, "ConsoleLogin", "Yes", "Failure") }

func (c *console) right(at, address string) { c.add(at, address, "ConsoleLogin", "Yes", "Success") }

func (c *console) unneeded(at, address string) { c.add(at, address, "ConsoleLogin", "No", "Success") }

func TestTimelineSaysWhatFollowed(t *testing.T) {
	const here, elsewhere = "192.0.2.1", "192.0.2.9"
	check := func(headline, meaning string, happened func(c *console)) {
		t.Helper()
		c := new(console)
		happened(c)
		got := trailbell(strings.Join(c.lines, "\n"), "scan", "--color=never", "--at", "2026-03-31", "-")
		text := strings.Join(strings.Fields(got.out), " ")
		if !strings.Contains(got.out, "  ana "+headline+"\n") || !strings.Contains(text, "=> "+meaning) || got.code != exitDone {
			t.Errorf("want %q and %q, got\n%s%s", headline, meaning, got.out, got.err)
		}
		if mistaken := "most likely the owner"; strings.Contains(text, mistaken) != strings.Contains(meaning, mistaken) {
			t.Errorf("%q in\n%s", mistaken, got.out)
		}
	}
	check("failed at MFA: wrong second factor; then signed in",
		"Signed in from the same address at 10:00:30 UTC, 30 seconds later: most likely the owner.",
		func(c *console) { c.wrong("02T10:00:00", here); c.right("02T10:00:30", here) })
	check("failed at MFA: wrong second factor; then signed in",
		"Signed in from the same address on 2026-03-03 at 08:00:00 UTC, 22 hours later: most likely the owner.",
		func(c *console) { c.wrong("02T10:00:00", here); c.right("03T08:00:00", here) })
	check("left at the MFA prompt (TOTP code); then signed in",
		"Signed in from ANOTHER ADDRESS, 192.0.2.9, at 10:01:00 UTC, 60 seconds later. Were both the same person?",
		func(c *console) { c.prompt("02T10:00:00", here); c.right("02T10:01:00", elsewhere) })
	check("failed at MFA: wrong second factor; then signed in",
		"Signed in from ANOTHER ADDRESS, 192.0.2.9, at 10:00:50 UTC, 50 seconds later.",
		func(c *console) {
			c.wrong("02T10:00:00", here)
			c.right("02T10:00:50", elsewhere)
			c.right("02T10:02:00", here)
		})
	check("failed at MFA: wrong second factor; then signed in",
		"Warning: the second factor was not needed any more for the sign-in that followed from the same address at 10:05:00 UTC, 5 minutes later.",
		func(c *console) { c.wrong("02T10:00:00", here); c.unneeded("02T10:05:00", here) })
	check("failed at MFA: wrong second factor; then signed in",
		"Signed in from ANOTHER ADDRESS, 192.0.2.9, at 10:05:00 UTC, 5 minutes later, and the second factor was not needed any more.",
		func(c *console) { c.wrong("02T10:00:00", here); c.unneeded("02T10:05:00", elsewhere) })
	check("failed at MFA: wrong second factor, 5 times; then signed in",
		"5 wrong codes and then a success, from the same address at 10:05:00 UTC, 60 seconds later: the code may have been guessed.",
		func(c *console) {
			for minute := range 5 {
				c.wrong(fmt.Sprintf("02T10:%02d:00", minute), here)
			}
			c.right("02T10:05:00", here)
		})
	check("failed at MFA: wrong second factor, 4 times; then signed in",
		"Signed in from the same address at 10:05:00 UTC, 2 minutes later: most likely the owner.",
		func(c *console) {
			for minute := range 4 {
				c.wrong(fmt.Sprintf("02T10:%02d:00", minute), here)
			}
			c.right("02T10:05:00", here)
		})
	check("failed at MFA: wrong second factor",
		"No sign-in followed within 24 hours in these logs. Whoever this was probably knows the password",
		func(c *console) { c.wrong("02T10:00:00", here); c.right("03T10:00:01", here) })
}
