package story_test

import (
	"fmt"

	"vigie"
	"vigie/curate/story"
)

func Example() {
	told := func(id vigie.DocumentID, title, text string) vigie.Document {
		return vigie.Document{ID: id, Lang: vigie.English, Title: title, Body: []vigie.Paragraph{{Text: text}}}
	}
	const text = "The regulator opened a consultation on the sharing of mobile networks. Operators have until 15 April to answer 42 questions."

	table := story.NewTable()
	table.Put(story.Of(told("first", "Masts to be shared", text), story.Known{}))
	p := story.Of(told("second", "A question of masts", "RABAT (MAP) - "+text+"\nRead more: all about masts"), story.Known{})
	for _, q := range table.Like(p) {
		bond, found := story.Same(p, q)
		fmt.Println(q.Document, bond, found)
	}
	// Output: first exact true
}
