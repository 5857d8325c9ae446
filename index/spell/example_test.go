package spell_test

import (
	"fmt"
	"maps"

	"vigie/index/spell"
)

func Example() {
	s := spell.New(maps.All(map[string]int{"régulation": 120, "régulateur": 45}), spell.Options{})
	fmt.Println(s.Suggest("regulaton"))
	fmt.Println(s.Suggest("régulation"))
	// Output:
	// régulation true
	//  false
}
