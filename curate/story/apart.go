package story

import "vigie"

// Apart is what people took apart: pairs of documents that never stand in one
// story. The zero value parts nothing.
type Apart struct {
	sides map[vigie.DocumentID][]side
}

// side is a document's side of one split.
type side struct {
	split int
	out   bool
}

// NewApart gathers the splits of all stories.
func NewApart(splits ...vigie.Split) Apart {
	a := Apart{sides: map[vigie.DocumentID][]side{}}
	for i, s := range splits {
		for _, d := range s.Out {
			a.sides[d] = append(a.sides[d], side{split: i, out: true})
		}
		for _, d := range s.From {
			a.sides[d] = append(a.sides[d], side{split: i})
		}
	}
	return a
}

// Has reports whether the two documents were taken apart.
func (a Apart) Has(one, other vigie.DocumentID) bool {
	for _, x := range a.sides[one] {
		for _, y := range a.sides[other] {
			if x.split == y.split && x.out != y.out {
				return true
			}
		}
	}
	return false
}
