package event

import (
	"encoding/hex"
	"strings"
	"testing"
)

func TestParseGUIDAgreesWithTheHexDecoder(t *testing.T) {
	check := func(text string) {
		t.Helper()
		want, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
		shaped := len(text) == 36 && strings.Count(text, "-") == 4 &&
			text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
		got, ok := ParseGUID([]byte(text))
		if ok != (err == nil && shaped && len(want) == 16) {
			t.Fatalf("ParseGUID(%q) = %v, hex decoder says %v", text, ok, err)
		}
		if ok && ID(want) != got {
			t.Fatalf("ParseGUID(%q) = %x, want %x", text, got, want)
		}
	}
	const guid = "d38ce1b3-4575-4cb8-a632-611b8243bfc3"
	check(guid)
	check(strings.ToUpper(guid))
	check("")
	check("1")
	check(guid + "0")
	for i := range guid {
		for c := range 256 { // every byte at every place, the edges of the ranges included
			check(guid[:i] + string([]byte{byte(c)}) + guid[i+1:])
		}
	}
}

func TestRecordsWithoutAGUIDAreToldApartByTheirContent(t *testing.T) {
	id := func(raw, eventID string) ID {
		t.Helper()
		got, err := IDOf([]byte(raw), []byte(eventID))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	one := id(`{"eventID":"1","eventName":"A"}`, "1")
	if again := id(`{ "eventName": "A", "eventID": "1" }`, "1"); again != one {
		t.Error("the same record printed in another way has another ID")
	}
	if other := id(`{"eventID":"1","eventName":"B"}`, "1"); other == one {
		t.Error("two different records with eventID 1 have one ID")
	}
	if _, err := IDOf([]byte(`{"eventID":`), nil); err == nil {
		t.Error("an unreadable record got an ID")
	}
}
