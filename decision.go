package vigie

import (
	"slices"
	"time"
)

// Status is where a document stands on the desk.
type Status string

// The statuses. The zero value is a document that nobody looked at.
const (
	New     Status = ""
	Kept    Status = "kept"
	Dropped Status = "dropped"
	Later   Status = "later"
)

// Act is what a decision does.
type Act string

// The acts. Keep, Drop and Postpone set the status; Tag and Untag take a tag;
// Undo takes back the decision named in Undoes.
const (
	Keep     Act = "keep"
	Drop     Act = "drop"
	Postpone Act = "postpone"
	Tag      Act = "tag"
	Untag    Act = "untag"
	Undo     Act = "undo"
)

// Decision is one act of the desk about one document. Decisions are only ever
// added; what they add up to is a [Judgement].
type Decision struct {
	ID       DecisionID `json:"id"`
	Document DocumentID `json:"document"`
	// By is who decided: a person's name, or a rule's.
	By  string    `json:"by"`
	At  time.Time `json:"at"`
	Act Act       `json:"act"`
	// Tag is the tag of Tag and Untag.
	Tag string `json:"tag,omitempty"`
	// Why is the reason given, if any.
	Why    string     `json:"why,omitempty"`
	Undoes DecisionID `json:"undoes,omitempty"`
}

// Judgement is what the decisions about a document add up to.
type Judgement struct {
	Document DocumentID `json:"document"`
	Status   Status     `json:"status,omitempty"`
	Tags     []string   `json:"tags,omitempty"`
	// By and At are of the decision that set the status.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}

// Undone returns which of the decisions about one document, oldest first, do not
// count any more. Undoing an undo restores what it undid.
func Undone(log []Decision) map[DecisionID]bool {
	undone := map[DecisionID]bool{}
	for _, d := range slices.Backward(log) {
		if d.Act == Undo && !undone[d.ID] {
			undone[d.Undoes] = true
		}
	}
	return undone
}

// Judge adds up the decisions about one document, oldest first. An undone
// decision counts as if it had never been taken; undoing an undo restores it.
func Judge(id DocumentID, log []Decision) Judgement {
	undone := Undone(log)
	j := Judgement{Document: id}
	for _, d := range log {
		if undone[d.ID] {
			continue
		}
		switch d.Act {
		case Keep:
			j.Status, j.By, j.At = Kept, d.By, d.At
		case Drop:
			j.Status, j.By, j.At = Dropped, d.By, d.At
		case Postpone:
			j.Status, j.By, j.At = Later, d.By, d.At
		case Tag:
			if d.Tag != "" && !slices.Contains(j.Tags, d.Tag) {
				j.Tags = append(j.Tags, d.Tag)
			}
		case Untag:
			j.Tags = slices.DeleteFunc(j.Tags, func(t string) bool { return t == d.Tag })
		case Undo:
		}
	}
	slices.Sort(j.Tags)
	return j
}
