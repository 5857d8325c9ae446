package curate

import (
	"errors"
	"slices"

	"vigie"
	"vigie/index/store"
)

// Telling is a story as it is seen from one of its documents.
type Telling struct {
	vigie.Story
	// All are its documents that are kept, the source of record first, then the strongest
	// bonds; none where the document is of no story.
	All []Told
}

// Told is one document of a story.
type Told struct {
	vigie.Document
	Status vigie.Status
	// Bond is "" for the source of record.
	Bond vigie.Bond
	// Self is the document from which the story is seen.
	Self bool
	// Alike says that it has the status of that one, Together that a decision about
	// that one serves it as well: it is alike, and bound by more than a likelihood.
	Alike, Together bool
}

// StoryOf returns the story of a document, as it is seen from there; the zero Telling
// where it is of none.
func StoryOf(tx *store.Tx, doc vigie.Document) (Telling, error) {
	s, err := tx.StoryOf(doc.ID)
	if errors.Is(err, vigie.ErrNotFound) {
		return Telling{}, nil
	}
	if err != nil {
		return Telling{}, err
	}
	own, err := tx.Judgement(doc.ID)
	if err != nil {
		return Telling{}, err
	}
	bonds := map[vigie.DocumentID]vigie.Bond{}
	for _, m := range s.Members {
		bonds[m.Document] = m.Bond
	}
	sure := together(s, doc.ID, isSure)
	out := Telling{Story: s}
	for _, id := range s.Documents() {
		each, err := tx.Document(id)
		if errors.Is(err, vigie.ErrNotFound) {
			continue // gone since the stories were settled
		}
		j, err2 := tx.Judgement(id)
		if err := errors.Join(err, err2); err != nil {
			return Telling{}, err
		}
		told := Told{Document: each, Status: j.Status, Bond: bonds[id], Self: id == doc.ID, Alike: j.Status == own.Status}
		told.Together = told.Alike && slices.Contains(sure, id)
		out.All = append(out.All, told)
	}
	return out, nil
}

// alike are the other documents with the same status.
func (t Telling) alike() []Told {
	return slices.DeleteFunc(slices.Clone(t.All), func(d Told) bool { return d.Self || !d.Alike })
}

// served are the other documents that a decision serves.
func (t Telling) served() []vigie.DocumentID {
	var out []vigie.DocumentID
	for _, d := range t.alike() {
		if d.Together {
			out = append(out, d.ID)
		}
	}
	return out
}
