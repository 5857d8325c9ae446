package index_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index"
	"vigie/index/column"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// rows returns what the columns of an index hold, by document.
func rows(t *testing.T, x *index.Index) map[vigie.DocumentID]column.Row {
	t.Helper()
	v, err := x.Columns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[vigie.DocumentID]column.Row{}
	for n := range v.All().Each() {
		r := v.Row(n)
		out[r.ID] = r
	}
	return out
}

// story makes a story of documents.
func story(docs ...vigie.DocumentID) vigie.Story {
	s := vigie.Story{ID: vigie.NewID[vigie.StoryID](time.Now()), Record: docs[0]}
	for _, d := range docs[1:] {
		s.Members = append(s.Members, vigie.Member{Document: d, Bond: vigie.NearCopy, To: docs[0]})
	}
	return s
}

// desk is a store with two sources and four documents, and an index beside it.
type desk struct {
	db          *store.DB
	x           *index.Index
	anrt, ofcom vigie.Source
	docs        []vigie.DocumentID
	other       vigie.Story
	synthesis   draft
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{db: storetest.Open(t)}
	d.anrt, d.ofcom = storetest.Source(t, d.db, "https://anrt.example/feed"), storetest.Source(t, d.db, "https://ofcom.example/feed")
	d.anrt.Country, d.anrt.Topics, d.anrt.Publisher = "MAR", []string{"spectrum", "fibre"}, "ANRT"
	change(t, d.db, func(tx *store.Tx) error { return tx.PutSource(d.anrt) })
	d.x = openAt(t, t.TempDir(), d.db)
	dated, err := vigie.ParseDate("2026-03")
	if err != nil {
		t.Fatal(err)
	}
	d.docs = storetest.File(t, d.db, d.anrt,
		vigie.Document{URL: "https://anrt.example/1", Title: "Rapport", MediaType: "application/pdf", Pages: 80, Published: dated, Lang: vigie.French},
		vigie.Document{URL: "https://anrt.example/2", Title: "Note", MediaType: "text/html", Publisher: "Ministère"},
		vigie.Document{URL: "https://anrt.example/3", Title: "Avis", MediaType: "text/html"})
	d.docs = append(d.docs, storetest.File(t, d.db, d.ofcom, vigie.Document{URL: "https://ofcom.example/1", Title: "Statement", MediaType: "application/vnd.ms-excel"})...)
	return d
}

// quote writes a text that quotes documents.
func (d *desk) quote(docs ...vigie.DocumentID) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		d.synthesis.id, d.synthesis.refs = "01K00000000000000000000001", nil
		for _, doc := range docs {
			d.synthesis.cite("mots", "T", "P")
			d.synthesis.refs[len(d.synthesis.refs)-1].Passage.Document = doc
		}
		return d.synthesis.write(tx, vigie.French, vigie.Writing{Title: "Note", Body: "Le corps [@1].", Slug: "note"})
	}
}

// publishQuoting publishes a text that quotes a document, and writes one that quotes
// another after it.
func (d *desk) publishQuoting(out, after vigie.DocumentID) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		return errors.Join(d.quote(out)(tx), d.synthesis.submit(tx, vigie.French), d.synthesis.approve(tx, vigie.French), d.quote(after)(tx))
	}
}

func decide(doc vigie.DocumentID, act vigie.Act, tag string) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := tx.Decide(vigie.Decision{Document: doc, By: "Amina", Act: act, Tag: tag})
		return err
	}
}

// TestColumnsFollow changes everything that the columns are made of, and compares them
// after each change with those of an index that is opened then.
func TestColumnsFollow(t *testing.T) {
	d := newDesk(t)
	a, b, c, o := d.docs[0], d.docs[1], d.docs[2], d.docs[3]
	first := story(a, b)
	d.other = story(o, b)
	without := story(a, c)
	without.ID = first.ID
	steps := []struct {
		name   string
		change func(tx *store.Tx) error
		// want says what is there afterwards, of the documents a, b, c and o.
		want string
	}{
		{"filed", func(*store.Tx) error { return nil }, "ANRT MAR fr pdf [fibre spectrum] 80p|Ministère MAR feed [fibre spectrum]|ANRT MAR feed [fibre spectrum]|office"},
		{"kept", decide(a, vigie.Keep, ""), "ANRT MAR fr pdf [fibre spectrum] 80p kept|=|=|="},
		{"tagged", decide(b, vigie.Tag, "rural"), "=|Ministère MAR feed [fibre spectrum] #rural|=|="},
		{"in a story", func(tx *store.Tx) error { return tx.PutStory(first) }, "ANRT MAR fr pdf [fibre spectrum] 80p kept story|Ministère MAR feed [fibre spectrum] #rural story|=|="},
		{
			"moved to another story", func(tx *store.Tx) error { return errors.Join(tx.PutStory(d.other), tx.PutStory(without)) },
			"=|Ministère MAR feed [fibre spectrum] #rural other|ANRT MAR feed [fibre spectrum] story|office other",
		},
		{"a story goes", func(tx *store.Tx) error { return tx.DeleteStory(d.other.ID) }, "=|Ministère MAR feed [fibre spectrum] #rural|=|office"},
		{"cited", d.quote(a, o), "ANRT MAR fr pdf [fibre spectrum] 80p kept story cited|=|=|office cited"},
		{"cited otherwise", d.quote(c, o), "ANRT MAR fr pdf [fibre spectrum] 80p kept story|=|ANRT MAR feed [fibre spectrum] story cited|="},
		{"cited in an edition", d.publishQuoting(b, c), "=|Ministère MAR feed [fibre spectrum] #rural cited|=|office"},
		{
			"the source is elsewhere", func(tx *store.Tx) error {
				d.anrt.Country, d.anrt.Topics = "TUN", []string{"5g"}
				return tx.PutSource(d.anrt)
			},
			"ANRT TUN fr pdf [5g] 80p kept story|Ministère TUN feed [5g] #rural cited|ANRT TUN feed [5g] story cited|=",
		},
		{
			"the source has another name", func(tx *store.Tx) error {
				d.anrt.Name = "Agence"
				return tx.PutSource(d.anrt)
			},
			"=|=|=|=",
		},
		{"removed", func(tx *store.Tx) error { return errors.Join(tx.DeleteStory(first.ID), tx.RemoveDocument(a, "test")) }, "gone|=|ANRT TUN feed [5g] cited|="},
		{"the source is removed", func(tx *store.Tx) error { return tx.RemoveSource(d.anrt.ID) }, "=|Ministère page #rural cited|page cited|="},
	}
	last := make([]string, len(d.docs))
	for _, step := range steps {
		change(t, d.db, step.change)
		got := rows(t, d.x)
		for i, want := range strings.Split(step.want, "|") {
			if want != "=" {
				last[i] = want
			}
			if told := d.tell(got, d.docs[i], first.ID); told != last[i] {
				t.Errorf("%s: document %d is %q, want %q", step.name, i, told, last[i])
			}
		}
		if diff := cmp.Diff(rows(t, openAt(t, t.TempDir(), d.db)), got); diff != "" {
			t.Errorf("%s: loaded anew they differ: %s", step.name, diff)
		}
	}
}

// tell puts a row in words.
func (d *desk) tell(got map[vigie.DocumentID]column.Row, id vigie.DocumentID, first vigie.StoryID) string {
	r, ok := got[id]
	if !ok {
		return "gone"
	}
	words := []string{r.Publisher, r.Country, strings.TrimPrefix(string(r.Lang), string(vigie.Und)), r.Type}
	if len(r.Topics) > 0 {
		words = append(words, fmt.Sprint(r.Topics))
	}
	if r.Pages > 0 {
		words = append(words, fmt.Sprint(r.Pages, "p"))
	}
	words = append(words, string(r.Status))
	for _, tag := range r.Tags {
		words = append(words, "#"+tag)
	}
	words = append(words, map[vigie.StoryID]string{first: "story", d.other.ID: "other", "": ""}[r.Story])
	if r.Cited {
		words = append(words, "cited")
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// TestColumnsOfSeveralSources has another source show a document: it is found there
// too, with the topics of both, and stays of the country of its own.
func TestColumnsOfSeveralSources(t *testing.T) {
	d := newDesk(t)
	d.ofcom.Country, d.ofcom.Topics = "GBR", []string{"fibre", "5g"}
	change(t, d.db, func(tx *store.Tx) error { return tx.PutSource(d.ofcom) })
	storetest.File(t, d.db, d.ofcom, vigie.Document{URL: "https://anrt.example/2", Title: "Note"})
	v, err := d.x.Columns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n, _ := v.Ordinal(d.docs[1])
	got := v.Row(n)
	want := column.Row{Source: d.anrt.ID, Sources: []vigie.SourceID{d.anrt.ID, d.ofcom.ID}, Country: "MAR", Topics: []string{"5g", "fibre", "spectrum"}}
	if diff := cmp.Diff(want, column.Row{Source: got.Source, Sources: got.Sources, Country: got.Country, Topics: got.Topics}); diff != "" {
		t.Error(diff)
	}
	if !v.ShownBy(d.ofcom.ID).Has(n) {
		t.Error("the other source did not show it")
	}
}

// TestColumnsOfMany follows more changes than are looked at in one transaction, and
// loads more documents.
func TestColumnsOfMany(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	db := storetest.Open(t)
	x := openAt(t, t.TempDir(), db)
	_, ids := fill(t, db, 2300)
	for _, id := range ids[:20] {
		remove(t, db, id)
	}
	got := rows(t, x)
	if len(got) != 2280 {
		t.Errorf("%d documents, want 2280", len(got))
	}
	if diff := cmp.Diff(rows(t, openAt(t, t.TempDir(), db)), got); diff != "" {
		t.Error(diff)
	}
}

func TestColumnsWaitNoLonger(t *testing.T) {
	x := index.Unloaded(storetest.Open(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Columns(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("columns that are never loaded: %v, want the error of the context", err)
	}
	y, err := index.Open(t.Context(), t.TempDir(), storetest.Open(t), index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := y.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := y.Columns(t.Context()); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Errorf("columns of a closed index: %v", err)
	}
}

// TestOrdinals shows that what the index finds is known by the columns under its
// ordinal, through new segments, merges, changes and deletions.
func TestOrdinals(t *testing.T) {
	db := storetest.Open(t)
	x := openAt(t, t.TempDir(), db)
	s, ids := fill(t, db, 40)
	for step := range 30 {
		before, err := x.Columns(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		more := storetest.File(t, db, s,
			vigie.Document{URL: fmt.Sprintf("https://example.org/more/%d", step), Title: "Un de plus", Body: text("fibre")},
			vigie.Document{URL: fmt.Sprintf("https://example.org/%d", step), Title: "Changé", Body: text(fmt.Sprint("autre texte ", step))})
		ids = append(ids, more[0])
		if step%5 == 4 {
			remove(t, db, ids[0])
			ids = ids[1:]
		}
		catchUp(t, x)
		if _, missing, _, _, err := x.Ordinals(t.Context(), before); err != nil || !slices.Equal(missing, more[:1]) {
			t.Errorf("step %d: the columns of before miss %q (%v), want %q", step, missing, err, more[:1])
		}
		known, missing, segments, remembered, err := x.Ordinals(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		v, err := x.Columns(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for id, n := range known {
			if v.ID(n) != id {
				t.Errorf("%s has the ordinal of %s", id, v.ID(n))
			}
		}
		if len(known) != len(ids) || len(missing) > 0 {
			t.Errorf("step %d: %d documents known and %q not, want %d", step, len(known), missing, len(ids))
		}
		if remembered < segments {
			t.Errorf("step %d: %d segments are remembered of %d", step, remembered, segments)
		}
	}
	for range 20 { // merged segments are forgotten
		if _, _, segments, remembered, err := x.Ordinals(t.Context(), nil); err != nil || remembered < segments {
			t.Fatalf("%d segments are remembered of %d: %v", remembered, segments, err)
		}
	}
	if _, _, segments, remembered, err := x.Ordinals(t.Context(), nil); err != nil || remembered > segments+2 {
		t.Errorf("%d segments are remembered of %d (%v)", remembered, segments, err)
	}
	// The store loses what the index still has: it has no ordinal any more, or a dead one.
	remove(t, db, ids[0])
	known, missing, _, _, err := x.Ordinals(t.Context(), nil)
	if err != nil || len(known)+len(missing) != len(ids) {
		t.Errorf("%d known and %d missing (%v) of %d", len(known), len(missing), err, len(ids))
	}
	v, err := x.Columns(t.Context())
	if err != nil || v.Documents() != len(ids)-1 {
		t.Errorf("%d documents (%v), want %d", v.Documents(), err, len(ids)-1)
	}
}
