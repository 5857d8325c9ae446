package archive

import (
	"context"
	"errors"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// stories writes which documents tell the same thing, and what people took apart.
func (e *exporter) stories(ctx context.Context) error {
	after := vigie.StoryID("")
	return e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		for s, err := range tx.StoriesAfter(after) {
			if err != nil {
				return false, err
			}
			if e.page.Len() > pageBytes {
				return true, nil
			}
			after = s.ID
			if err := e.line(viewStory(s), &e.report.Stories); err != nil {
				return false, err
			}
		}
		return false, nil
	})
}

type story struct {
	Type    string           `json:"type"`
	ID      vigie.StoryID    `json:"id"`
	Record  vigie.DocumentID `json:"record,omitempty"`
	Members []member         `json:"members,omitempty"`
	Splits  []split          `json:"splits,omitempty"`
}

type member struct {
	Document vigie.DocumentID `json:"document"`
	Bond     vigie.Bond       `json:"bond"`
	To       vigie.DocumentID `json:"to"`
	Since    time.Time        `json:"since"`
}

type split struct {
	Out  []vigie.DocumentID `json:"out"`
	From []vigie.DocumentID `json:"from"`
	By   string             `json:"by"`
	At   time.Time          `json:"at"`
	Why  string             `json:"why,omitempty"`
}

func viewStory(s vigie.Story) story {
	v := story{Type: "story", ID: s.ID, Record: s.Record}
	for _, m := range s.Members {
		v.Members = append(v.Members, member(m))
	}
	for _, x := range s.Splits {
		v.Splits = append(v.Splits, split(x))
	}
	return v
}

// seenStories is what the lines about stories were so far.
type seenStories struct {
	last vigie.StoryID
	// in are the documents that stand in a story.
	in map[vigie.DocumentID]bool
}

// storyLine reads a story and reports whether it fits those before it: in the order
// of identities, each document in one at most, bonds that are known and hold to
// documents of the same story.
func (v *verifier) storyLine(line []byte) (ok bool, err error) {
	var s story
	if err := strict(line, &s); err != nil {
		return false, err
	}
	v.seen.Stories++
	ok = vigie.ValidID(s.ID) && s.ID > v.stories.last && (len(s.Members) > 0 || len(s.Splits) > 0) && (s.Record != "" || len(s.Members) == 0)
	v.stories.last = s.ID
	var docs []vigie.DocumentID
	if s.Record != "" {
		docs = append(docs, s.Record)
	}
	for _, m := range s.Members {
		docs = append(docs, m.Document)
	}
	for _, d := range docs {
		ok = ok && vigie.ValidID(d) && !v.stories.in[d]
		v.stories.in[d] = true
	}
	for _, m := range s.Members {
		ok = ok && m.Bond.Rank() > 0 && slices.Contains(docs, m.To)
	}
	for _, x := range s.Splits {
		if len(x.Out) == 0 || len(x.From) == 0 {
			return false, errors.New("a split parts nothing")
		}
	}
	return ok, nil
}
