package curate_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// newsroom is a store with its follower, on a clock that a test moves.
type newsroom struct {
	t       testing.TB
	db      *store.DB
	desk    *curate.Desk
	stories *curate.Stories
	at      time.Time
	asked   func() // called once, when somebody asks for the time
	press   []vigie.Source
	office  vigie.Source // an institution
}

func newNewsroom(t testing.TB) *newsroom {
	t.Helper()
	n := &newsroom{t: t, at: time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC)}
	clock := func() time.Time {
		if asked := n.asked; asked != nil {
			n.asked = nil
			asked()
		}
		return n.at
	}
	n.db = storetest.OpenAt(t, t.TempDir(), store.Options{Command: "test", Now: clock})
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	n.desk = curate.New(n.db, c, curate.Options{Now: clock})
	n.stories = curate.NewStories(n.db, slog.New(slog.DiscardHandler))
	for _, name := range []string{"fleuve", "colline", "oasis"} {
		n.press = append(n.press, storetest.Source(t, n.db, "https://"+name+".example/flux.xml"))
	}
	n.office = storetest.Source(t, n.db, "https://regulateur.example/flux.xml")
	n.office.Institution = true
	n.change(func(tx *store.Tx) error { return tx.PutSource(n.office) })
	return n
}

func (n *newsroom) change(fn func(*store.Tx) error) {
	n.t.Helper()
	if err := n.db.Update(n.t.Context(), fn); err != nil {
		n.t.Fatal(err)
	}
}

// file files one document of a source, an hour after the one before, and settles.
func (n *newsroom) file(src vigie.Source, d vigie.Document) vigie.DocumentID {
	n.t.Helper()
	id := n.put(src, d)
	n.settle()
	return id
}

func (n *newsroom) put(src vigie.Source, d vigie.Document) vigie.DocumentID {
	n.t.Helper()
	n.at = n.at.Add(time.Hour)
	if d.URL == "" {
		d.URL = strings.Replace(src.URL, "flux.xml", fmt.Sprint(n.at.Unix()), 1)
	}
	if d.Published.IsZero() {
		d.Published = vigie.InstantOf(n.at)
	}
	return storetest.File(n.t, n.db, src, d)[0]
}

func (n *newsroom) settle() {
	n.t.Helper()
	if _, err := n.stories.CatchUp(n.t.Context(), nil); err != nil {
		n.t.Fatal(err)
	}
}

// story returns the story of a document; without identity where it is of none.
func (n *newsroom) story(id vigie.DocumentID) (s vigie.Story) {
	n.t.Helper()
	err := n.db.View(func(tx *store.Tx) (err error) {
		s, err = tx.StoryOf(id)
		return err
	})
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		n.t.Fatal(err)
	}
	return s
}

// all returns the documents of each story by its identity.
func (n *newsroom) all() map[vigie.StoryID][]vigie.DocumentID {
	n.t.Helper()
	out := map[vigie.StoryID][]vigie.DocumentID{}
	err := n.db.View(func(tx *store.Tx) error {
		for s, err := range tx.StoriesAfter("") {
			if err != nil {
				return err
			}
			out[s.ID] = s.Documents()
		}
		return nil
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return out
}

func (n *newsroom) status(id vigie.DocumentID) (j vigie.Judgement) {
	n.t.Helper()
	err := n.db.View(func(tx *store.Tx) (err error) {
		j, err = tx.Judgement(id)
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return j
}

// news is a text of made-up sentences, always the same for the same seed.
func news(seed int, lang vigie.Lang, title string) vigie.Document {
	r := rand.New(rand.NewPCG(uint64(seed), 5))
	var body []vigie.Paragraph
	for range 6 {
		var b strings.Builder
		for i := range 22 {
			fmt.Fprintf(&b, "mot%d ", r.IntN(4000))
			if i == 9 {
				fmt.Fprintf(&b, "Ville%dne %d,%d ", r.IntN(900), r.IntN(90)+10, r.IntN(9)+1)
			}
		}
		body = append(body, vigie.Paragraph{Text: b.String()})
	}
	return vigie.Document{Title: title, Lang: lang, Body: body}
}

// cut is a text without its last paragraph, under another headline.
func cut(d vigie.Document, title string) vigie.Document {
	d.Title, d.Body = title, d.Body[:len(d.Body)-1]
	return d
}

// planted files one story of an office and three papers, its version in another
// language, and something else; in this order.
func (n *newsroom) planted() []vigie.DocumentID {
	release := news(1, vigie.French, "Le régulateur ouvre la bande des six gigahertz")
	foreign := news(2, vigie.Spanish, "El regulador abre la banda de seis gigahercios")
	foreign.Body = append(foreign.Body, vigie.Paragraph{Text: numbersAndNames(release)})
	return []vigie.DocumentID{
		n.file(n.press[0], release),
		n.file(n.press[1], cut(release, "Six gigahertz : le feu vert")),
		n.file(n.office, release),
		n.file(n.press[2], release),
		n.file(n.press[0], foreign),
		n.file(n.press[1], news(3, vigie.French, "Une école de la colline reçoit la fibre")),
	}
}

// numbersAndNames is what crosses languages.
func numbersAndNames(d vigie.Document) string {
	var out []string
	for _, p := range d.Body {
		for w := range strings.FieldsSeq(p.Text) {
			if !strings.HasPrefix(w, "mot") {
				out = append(out, w)
			}
		}
	}
	return strings.Join(out, " ")
}

func TestStories(t *testing.T) {
	n := newNewsroom(t)
	ids := n.planted()
	s := n.story(ids[0])
	if s.Record != ids[2] || len(s.Members) != 4 || n.story(ids[5]).ID != "" {
		t.Fatalf("the story is %+v", s)
	}
	bonds := map[vigie.DocumentID]vigie.Bond{}
	for _, m := range s.Members {
		bonds[m.Document] = m.Bond
	}
	want := map[vigie.DocumentID]vigie.Bond{ids[0]: vigie.ExactCopy, ids[1]: vigie.NearCopy, ids[3]: vigie.ExactCopy, ids[4]: vigie.LikelySame}
	if diff := cmp.Diff(want, bonds); diff != "" {
		t.Errorf("bonds (-want +got):\n%s", diff)
	}
	before := n.all()
	for name, again := range map[string]func(){
		"a new follower": func() {},
		"from the beginning": func() {
			n.change(func(tx *store.Tx) error { return tx.SetCursor(store.StoryFollower, store.Cursor{}) })
		},
	} {
		again()
		n.stories = curate.NewStories(n.db, slog.New(slog.DiscardHandler))
		n.settle()
		if diff := cmp.Diff(before, n.all()); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
	}
	// The record goes, then all but one.
	remove := func(ids ...vigie.DocumentID) {
		n.change(func(tx *store.Tx) (err error) {
			for _, id := range ids {
				err = errors.Join(err, tx.RemoveDocument(id, "withdrawn"))
			}
			return err
		})
		storetest.Check(t, n.db) // also before the follower comes
		n.settle()
	}
	remove(ids[2])
	if now := n.story(ids[1]); now.ID != s.ID || now.Record != ids[0] || len(now.Members) != 3 {
		t.Errorf("without its record the story is %+v", now)
	}
	remove(ids[0], ids[1], ids[4])
	if left := n.all(); len(left) != 0 {
		t.Errorf("of one document there is %v", left)
	}
}

// TestStoriesChange files a correction that tells something else.
func TestStoriesChange(t *testing.T) {
	n := newNewsroom(t)
	text := news(1, vigie.French, "Le trafic double en un an")
	text.URL = "https://fleuve.example/1"
	first := n.file(n.press[0], text)
	second := n.file(n.press[1], news(1, vigie.French, "Le trafic double en un an"))
	if n.story(first).Record != first {
		t.Fatal("two copies should be a story")
	}
	other := news(9, vigie.French, "Neuf villes rejoignent le réseau national")
	other.URL = text.URL
	n.file(n.press[0], other)
	if got := n.all(); len(got) != 0 {
		t.Errorf("after the correction there is %v; %s and %s tell different things", got, first, second)
	}
}

// TestStoriesBeyondMemory has room for few prints: members that fell out of memory
// stay in their stories.
func TestStoriesBeyondMemory(t *testing.T) {
	n := newNewsroom(t)
	curate.SetStoryWindow(n.stories, 4)
	text := news(1, vigie.French, "Le trafic double en un an")
	old := []vigie.DocumentID{n.file(n.press[0], text), n.file(n.press[1], text), n.file(n.press[2], text)}
	for i := range 3 {
		n.file(n.press[0], news(50+i, vigie.French, fmt.Sprint("Autre sujet du jour numéro ", i)))
	}
	newest := n.file(n.office, text)
	if s := n.story(newest); s.Record != newest || !slices.Contains(s.Documents(), old[0]) || len(s.Members) != 3 {
		t.Errorf("the story is %+v", s)
	}
	n.stories = curate.NewStories(n.db, slog.New(slog.DiscardHandler))
	curate.SetStoryWindow(n.stories, 2)
	last := n.file(n.press[0], cut(text, "Un autre titre"))
	if s := n.story(last); len(s.Members) != 4 {
		t.Errorf("after a start the story is %+v", s)
	}
}

func TestTakeApart(t *testing.T) {
	n := newNewsroom(t)
	ids := n.planted()
	awa := person("01JD8Y3K5W000000000000000A", vigie.Curator)
	s := n.story(ids[0])
	for name, bad := range map[string]struct {
		by   vigie.User
		id   vigie.StoryID
		out  []vigie.DocumentID
		want error
	}{
		"a reader":        {person("01JD8Y3K5W000000000000000C", vigie.Reader), s.ID, ids[1:2], vigie.ErrForbidden},
		"no story":        {awa, "01JD8Y3K5W0000000000000000", ids[1:2], vigie.ErrNotFound},
		"nothing":         {awa, s.ID, nil, vigie.ErrInvalid},
		"all of it":       {awa, s.ID, s.Documents(), vigie.ErrInvalid},
		"of another":      {awa, s.ID, ids[5:], vigie.ErrInvalid},
		"no identity":     {awa, "x", ids[1:2], vigie.ErrNotFound},
		"one that is not": {awa, s.ID, []vigie.DocumentID{"<b>"}, vigie.ErrInvalid},
	} {
		if err := n.desk.TakeApart(t.Context(), bad.by, bad.id, bad.out, ""); !errors.Is(err, bad.want) {
			t.Errorf("%s: %v, want %v", name, err, bad.want)
		}
	}
	out := []vigie.DocumentID{ids[1], ids[3]}
	if err := n.desk.TakeApart(t.Context(), awa, s.ID, out, "  ce n'est pas\nle même texte "); err != nil {
		t.Fatal(err)
	}
	apart := func(when string) {
		t.Helper()
		for _, d := range out {
			for _, from := range []vigie.DocumentID{ids[0], ids[2], ids[4]} {
				if a, b := n.story(d), n.story(from); a.ID != "" && a.ID == b.ID {
					t.Errorf("%s: %s and %s stand together", when, d, from)
				}
			}
		}
	}
	apart("at once")
	if s := n.story(ids[0]); len(s.Splits) != 1 || s.Splits[0].By != string(awa.ID) || s.Splits[0].Why != "ce n'est pas le même texte" || s.Splits[0].At.IsZero() {
		t.Errorf("the story has the splits %+v", s.Splits)
	}
	if n.story(ids[1]).ID == "" || n.story(ids[1]).ID != n.story(ids[3]).ID {
		t.Error("what was taken out together tells one story still")
	}
	n.settle()
	apart("after the follower")
	text := news(1, vigie.French, "Le régulateur ouvre la bande des six gigahertz")
	later := n.file(n.press[2], text)
	if n.story(later).ID == "" {
		t.Error("a new copy should come to one of the two stories")
	}
	apart("after a new copy")
	n.stories = curate.NewStories(n.db, slog.New(slog.DiscardHandler))
	n.change(func(tx *store.Tx) error { return tx.SetCursor(store.StoryFollower, store.Cursor{}) })
	n.settle()
	apart("from the beginning")
	n.change(func(tx *store.Tx) error { return tx.RemoveDocument(ids[2], "withdrawn") })
	n.settle()
	apart("after the record went")
}
