package pattern_test

import (
	"fmt"

	"github.com/trailbell/trailbell/pattern"
)

func Example() {
	p, err := pattern.Parse(`{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed != "No" }`)
	if err != nil {
		fmt.Println(err)
		return
	}
	event := []byte(`{"eventName":"ConsoleLogin","additionalEventData":{"MobileVersion":"No"}}`)
	fmt.Println(p.Match(event))
	fmt.Print(p.Explain(event))
	// Output:
	// false
	// no   { $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed != "No" }
	//      1 of 2 conditions hold and all must
	//   yes  $.eventName = ConsoleLogin
	//        $.eventName is "ConsoleLogin"
	//   no   $.additionalEventData.MFAUsed != "No"
	//        $.additionalEventData.MFAUsed is missing, and then even != is false; add || $.additionalEventData.MFAUsed NOT EXISTS to allow that
}
