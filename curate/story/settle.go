package story

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"vigie"
)

// Past is what the caller knows of the stories so far.
type Past struct {
	// StoryOf returns the story that a document stands in, if any; nil where there
	// are no stories yet.
	StoryOf func(vigie.DocumentID) (vigie.Story, bool)
	// PrintOf returns the print of a document that is not in the table, for the members
	// of old stories; nil where the table has them all.
	PrintOf func(vigie.DocumentID) (Print, bool)
	// Apart are the splits of all stories.
	Apart Apart
	// Now is the time that members come to a story.
	Now time.Time
}

// Change is what became of the stories around some documents.
type Change struct {
	// Stories are new or differ from what they were, in the order of their records.
	Stories []vigie.Story
	// Gone are the stories that are no more.
	Gone []vigie.StoryID
	// Compared is how many pairs of prints were compared: the measure of the work.
	Compared int
}

// Bounds of what is settled together, beyond the stories that the changed documents
// stand in: distinct texts and documents. What a document is bound to less strongly is
// left out first.
const (
	reachTexts     = 120
	reachDocuments = 400
)

// Settle says what the stories around the documents of changed are now: those that
// were put into the table, replaced, dropped from it, or taken from a story by a
// split. A story keeps its identity where most of it stays together, and its splits
// whatever happens.
func (t *Table) Settle(changed []vigie.DocumentID, past Past) Change {
	s := settling{table: t, past: past, prints: map[vigie.DocumentID]*Print{}, old: map[vigie.StoryID]vigie.Story{}, passed: map[vigie.DocumentID]bool{}}
	for _, id := range changed {
		s.reach(id)
	}
	compared := 0
	for _, id := range changed {
		row, ok := t.at[id]
		if !ok {
			continue
		}
		relatives, n := t.bound(t.rows[row])
		compared += n
		for _, q := range relatives {
			s.invite(q.Document)
		}
	}
	if len(s.prints) < 2 && len(s.old) == 0 {
		return Change{Compared: compared} // it stands alone, as most do
	}
	g := grouping{apart: past.Apart, compared: compared}
	c := s.change(g.group(slices.Collect(maps.Values(s.prints))))
	c.Compared = g.compared
	return c
}

// settling is the state of one [Table.Settle].
type settling struct {
	table  *Table
	past   Past
	prints map[vigie.DocumentID]*Print
	old    map[vigie.StoryID]vigie.Story
	texts  int                       // of what is in prints, about
	passed map[vigie.DocumentID]bool // of stories that were left out
}

// reach takes a document in, with the story that it stands in.
func (s *settling) reach(id vigie.DocumentID) {
	if s.prints[id] != nil {
		return
	}
	s.add(id)
	if old, ok := s.storyOf(id); ok {
		s.take(old)
		return
	}
	s.texts++
}

// invite takes in a document that a changed one is bound to, with the story that it
// stands in: unless that is full, or all together would be too much.
func (s *settling) invite(id vigie.DocumentID) {
	if s.prints[id] != nil || s.passed[id] {
		return
	}
	old, ok := s.storyOf(id)
	if !ok {
		if s.texts < reachTexts && len(s.prints) < reachDocuments {
			s.add(id)
			s.texts++
		}
		return
	}
	docs, texts := len(old.Members)+1, textsOf(old)
	if docs >= maxMembers || texts >= maxTexts || s.texts+texts > reachTexts || len(s.prints)+docs > reachDocuments {
		for _, d := range old.Documents() {
			s.passed[d] = true
		}
		return
	}
	s.take(old)
}

func (s *settling) storyOf(id vigie.DocumentID) (vigie.Story, bool) {
	if s.past.StoryOf == nil {
		return vigie.Story{}, false
	}
	return s.past.StoryOf(id)
}

func (s *settling) take(old vigie.Story) {
	if _, known := s.old[old.ID]; known {
		return
	}
	s.old[old.ID] = old
	s.texts += textsOf(old)
	for _, d := range old.Documents() {
		s.add(d)
	}
}

// textsOf is how many distinct texts a story has at most.
func textsOf(s vigie.Story) int {
	n := 1
	for _, m := range s.Members {
		if m.Bond != vigie.ExactCopy {
			n++
		}
	}
	return n
}

func (s *settling) add(id vigie.DocumentID) {
	if s.prints[id] != nil {
		return
	}
	if row, ok := s.table.at[id]; ok {
		s.prints[id] = s.table.rows[row]
		return
	}
	if s.past.PrintOf == nil {
		return
	}
	if p, ok := s.past.PrintOf(id); ok {
		s.prints[id] = &p
	}
}

// change gives the groups the identities of the stories that they go on.
func (s *settling) change(groups []vigie.Story) Change {
	heirs := s.heirs(groups)
	var c Change
	taken := map[vigie.DocumentID]bool{}
	for i, g := range groups {
		for _, d := range g.Documents() {
			taken[d] = true
		}
		old, ok := heirs[i]
		if !ok {
			old = vigie.Story{ID: vigie.NewID[vigie.StoryID](s.past.Now)}
		}
		if now := s.carry(old, g); !ok || !reflect.DeepEqual(old, now) {
			c.Stories = append(c.Stories, now)
		}
		delete(s.old, old.ID)
	}
	for _, old := range s.leftovers() {
		if len(old.Splits) == 0 {
			c.Gone = append(c.Gone, old.ID)
			continue
		}
		left := vigie.Story{ID: old.ID, Splits: old.Splits}
		for _, d := range old.Documents() {
			if s.prints[d] != nil && !taken[d] {
				left.Record = d
				break
			}
		}
		if !reflect.DeepEqual(old, left) {
			c.Stories = append(c.Stories, left)
		}
	}
	return c
}

// heirs says which old story each group goes on: the one that it shares most
// documents with, then the one whose record it keeps, then the oldest.
func (s *settling) heirs(groups []vigie.Story) map[int]vigie.Story {
	type claim struct {
		group, shared int
		record        bool
		id            vigie.StoryID
	}
	of := map[vigie.DocumentID]int{} // the group of a document, from 1
	for i, g := range groups {
		for _, d := range g.Documents() {
			of[d] = i + 1
		}
	}
	var claims []claim
	for id, old := range s.old {
		shared := map[int]int{}
		for _, d := range old.Documents() {
			shared[of[d]]++
		}
		delete(shared, 0)
		for g, n := range shared {
			claims = append(claims, claim{group: g - 1, shared: n, record: of[old.Record] == g, id: id})
		}
	}
	slices.SortFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(flag(b.record), flag(a.record)),
			strings.Compare(string(a.id), string(b.id)), cmp.Compare(a.group, b.group))
	})
	heirs := map[int]vigie.Story{}
	given := map[vigie.StoryID]bool{}
	for _, c := range claims {
		if _, has := heirs[c.group]; !has && !given[c.id] {
			heirs[c.group], given[c.id] = s.old[c.id], true
		}
	}
	return heirs
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// carry returns the group as the old story goes on: its members keep the time at
// which they came.
func (s *settling) carry(old, g vigie.Story) vigie.Story {
	g.ID, g.Splits = old.ID, old.Splits
	since := map[vigie.DocumentID]time.Time{}
	first := s.past.Now
	for _, m := range old.Members {
		since[m.Document] = m.Since
		if m.Since.Before(first) {
			first = m.Since
		}
	}
	since[old.Record] = first // who was the record has been here all along
	for i, m := range g.Members {
		g.Members[i].Since = s.past.Now
		if at, ok := since[m.Document]; ok {
			g.Members[i].Since = at
		}
	}
	return g
}

// leftovers lists the old stories that no group goes on, by identity.
func (s *settling) leftovers() []vigie.Story {
	var left []vigie.Story
	for _, old := range s.old {
		left = append(left, old)
	}
	slices.SortFunc(left, func(a, b vigie.Story) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return left
}
