package vigie

import (
	"slices"
	"time"
)

// StoryID names a story for as long as most of its documents stay together. It
// is a ULID.
type StoryID string

// Bond says why a document belongs to a story.
type Bond string

// The bonds, from the strongest to the weakest. The zero value is no bond.
const (
	// ExactCopy is the same text, but for case, accents, punctuation and the lines
	// that sites put around every text.
	ExactCopy Bond = "exact"
	// NearCopy shares most of the shorter text: cut, reordered, lightly edited.
	NearCopy Bond = "near"
	// SameTitle has the same headline within thirty days.
	SameTitle Bond = "title"
	// AboutReport is an article that links to the report or quotes it at length.
	AboutReport Bond = "report"
	// LikelySame is in another language, with the same links, numbers and names. It
	// is a likelihood, and shown as one.
	LikelySame Bond = "likely"
)

// Rank orders bonds: 1 for the strongest, 0 for no bond or one that is not
// known.
func (b Bond) Rank() int {
	return 1 + slices.Index([]Bond{ExactCopy, NearCopy, SameTitle, AboutReport, LikelySame}, b)
}

// Story is a group of documents that tell the same thing: copies of one text, a
// report and the articles about it, the same news in several languages. A
// document belongs to one story at most, and a document alone to none.
type Story struct {
	ID StoryID `json:"id"`
	// Record is the source of record: the report or the institution before the
	// press, then the earliest.
	Record DocumentID `json:"record"`
	// Members are the other documents, the strongest bonds first.
	Members []Member `json:"members,omitempty"`
	// Splits are what people took apart here. They hold for ever, whatever becomes
	// of the story; a story that has some is kept even when one document is left.
	Splits []Split `json:"splits,omitempty"`
}

// Member is one document of a story beside the source of record.
type Member struct {
	Document DocumentID `json:"document"`
	Bond     Bond       `json:"bond"`
	// To is the document that the bond holds to: the source of record, or a member
	// that is bound to it.
	To DocumentID `json:"to"`
	// Since is when the document came to the story.
	Since time.Time `json:"since"`
}

// Split says that a grouping was wrong: none of Out ever stands in one story with
// any of From again.
type Split struct {
	Out  []DocumentID `json:"out"`
	From []DocumentID `json:"from"`
	// By is who decided, Why the reason given, if any.
	By  string    `json:"by"`
	At  time.Time `json:"at"`
	Why string    `json:"why,omitempty"`
}

// Documents returns the documents of a story, the source of record first.
func (s Story) Documents() []DocumentID {
	all := make([]DocumentID, 0, len(s.Members)+1)
	if s.Record != "" {
		all = append(all, s.Record)
	}
	for _, m := range s.Members {
		all = append(all, m.Document)
	}
	return all
}

// Part returns the story with one more split: the documents of out are taken from
// all others. It gives an [InvalidError] where out is empty, is not of the story,
// or is all of it. The members stay until the stories are settled anew.
func (s Story) Part(out []DocumentID, by, why string, at time.Time) (Story, error) {
	all := s.Documents()
	for _, d := range out {
		if !slices.Contains(all, d) {
			return s, &InvalidError{Field: "documents", Reason: "are not all of this story"}
		}
	}
	from := slices.DeleteFunc(all, func(d DocumentID) bool { return slices.Contains(out, d) })
	if len(out) == 0 || len(from) == 0 {
		return s, &InvalidError{Field: "documents", Reason: "must be some of the story's documents, and not all"}
	}
	s.Splits = append(slices.Clip(s.Splits), Split{Out: slices.Clone(out), From: from, By: by, At: at, Why: why})
	return s, nil
}
