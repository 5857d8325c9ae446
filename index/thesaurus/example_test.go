package thesaurus_test

import (
	"fmt"

	"vigie"
	"vigie/index/thesaurus"
)

func Example() {
	t, err := thesaurus.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	question := "câbles sous-marins en zone rurale"
	for _, m := range t.Expander(nil).Expand(question, []vigie.Lang{vigie.French}, []vigie.Lang{vigie.English}) {
		fmt.Println(question[m.Start:m.End], "is", m)
	}
	// Output:
	// câbles sous-marins is submarine-cable (câble sous-marin); en: submarine cable, undersea cable, subsea cable
	// zone rurale is rural-areas (zones rurales); en: rural areas, rural communities
}
