package index_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// newsroom writes, publishes and withdraws at random, and remembers what is
// public: the word that only this text holds, by what Walk calls it.
type newsroom struct {
	t      *testing.T
	db     *store.DB
	random *rand.Rand
	drafts []*draft
	pages  map[string]int
	source vigie.Source
	next   int

	public map[string]string // by kind, identity and language
	draft  map[string]string // the words of working texts, likewise
	secret []string          // words that never were public
}

func newNewsroom(t *testing.T, seed uint64) *newsroom {
	t.Helper()
	db := storetest.Open(t)
	return &newsroom{
		t: t, db: db, random: rand.New(rand.NewPCG(seed, 7)), pages: map[string]int{},
		source: storetest.Source(t, db, "https://agence.example/feed"),
		public: map[string]string{}, draft: map[string]string{},
	}
}

// word makes one that was never used.
func (n *newsroom) word() string {
	n.next++
	return fmt.Sprintf("zq%dx", n.next)
}

func (n *newsroom) lang() vigie.Lang { return []vigie.Lang{"fr", "ar", "en"}[n.random.IntN(3)] }

// act does one thing.
func (n *newsroom) act() {
	n.t.Helper()
	change(n.t, n.db, func(tx *store.Tx) error {
		switch n.random.IntN(10) {
		case 0:
			return n.measure(tx)
		case 1:
			return n.page(tx)
		case 2:
			n.secret = append(n.secret, n.word())
			_, err := tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: "https://example.org/" + n.word(), Name: n.secret[len(n.secret)-1]})
			return err
		}
		return n.write(tx)
	})
}

// write takes one text a step further, or back.
func (n *newsroom) write(tx *store.Tx) error {
	if len(n.drafts) < 5 {
		n.drafts = append(n.drafts, &draft{id: vigie.NewID[vigie.SynthesisID](noon())})
	}
	d, lang := n.drafts[n.random.IntN(len(n.drafts))], n.lang()
	name := fmt.Sprintf("synthesis %s %s", d.id, lang)
	switch v := d.text.Versions[lang]; {
	case v.Out() && n.random.IntN(3) == 0:
		delete(n.public, name)
		return d.withdraw(tx, lang)
	case v.State == vigie.Drafted:
		return d.submit(tx, lang)
	case v.State == vigie.InReview && n.random.IntN(3) > 0:
		n.public[name] = n.draft[name]
		return d.approve(tx, lang)
	}
	n.draft[name] = n.word()
	return d.write(tx, lang, vigie.Writing{Title: "Titre", Summary: "Résumé", Body: "Le **texte** " + n.draft[name] + "."})
}

// measure adds, changes or removes an indicator.
func (n *newsroom) measure(tx *store.Tx) error {
	i := vigie.Indicator{ID: vigie.IndicatorID(fmt.Sprintf("rate-%d", n.random.IntN(3))), Freq: vigie.Annual, Name: vigie.Text{}}
	maps.DeleteFunc(n.public, func(name, _ string) bool { return strings.HasPrefix(name, "indicator "+string(i.ID)+" ") })
	if n.random.IntN(4) == 0 {
		err := tx.DeleteIndicator(i.ID)
		if errors.Is(err, vigie.ErrNotFound) {
			return nil
		}
		return err
	}
	for range 2 {
		lang := n.lang()
		i.Name[lang] = n.word()
		n.public[fmt.Sprintf("indicator %s %s", i.ID, lang)] = i.Name[lang]
	}
	return tx.PutIndicator(i)
}

func (n *newsroom) page(tx *store.Tx) error {
	p := vigie.PageText{Page: vigie.PageNames()[n.random.IntN(2)], Lang: n.lang(), Title: n.word(), At: noon()}
	name := fmt.Sprintf("page %s %s", p.Page, p.Lang)
	n.pages[name]++
	p.N = n.pages[name]
	n.public[name] = p.Title
	return tx.PutPageText(p)
}

// agrees fails the test unless the index holds what is public and nothing else.
func (n *newsroom) agrees(x *index.PublicIndex) {
	n.t.Helper()
	bring(n.t, x)
	got := walk(n.t, x)
	if d := cmp.Diff(slices.Sorted(maps.Keys(n.public)), got); d != "" {
		n.t.Fatalf("the index (-public +found):\n%s", d)
	}
	if err := x.Check(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	if s := x.Stats(); int(s.Documents) != len(n.public) {
		n.t.Fatalf("%d texts, want %d", s.Documents, len(n.public))
	}
}

// findable fails the test unless each public word finds its text and no other word
// finds anything.
func (n *newsroom) findable(x *index.PublicIndex) {
	n.t.Helper()
	where := map[string]string{}
	for name, word := range n.public {
		where[word] = name
	}
	for i := range n.next {
		word := fmt.Sprintf("zq%dx", i+1)
		var got string
		for _, h := range read(n.t, x, word, index.PublicOptions{}).Hits {
			got += fmt.Sprintf("%s %s %s", h.Kind, h.ID, h.Lang)
		}
		if got != where[word] {
			n.t.Fatalf("%s finds %q, want %q", word, got, where[word])
		}
	}
}

func walk(t *testing.T, x *index.PublicIndex) []string {
	t.Helper()
	var got []string
	err := x.Walk(t.Context(), func(kind index.PublicKind, id string, lang vigie.Lang) error {
		got = append(got, fmt.Sprintf("%s %s %s", kind, id, lang))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	return got
}

// TestPublicIsWhatIsPublic: whatever is written, published, revised, withdrawn and
// removed, in whatever order, and whatever happens to the index meanwhile, it
// holds what is public at every step.
func TestPublicIsWhatIsPublic(t *testing.T) {
	lives := uint64(12)
	if testing.Short() {
		lives = 3
	}
	for seed := range lives {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			n := newNewsroom(t, seed)
			dir := t.TempDir()
			x := openPublic(t, dir, n.db)
			for range 40 {
				n.act()
				switch n.random.IntN(12) {
				case 0:
					if err := x.Rebuild(t.Context(), nil); err != nil {
						t.Fatal(err)
					}
				case 1: // an orderly stop, things happening meanwhile
					if err := x.Close(); err != nil {
						t.Fatal(err)
					}
					n.act()
					x = openPublic(t, dir, n.db)
				case 2: // what a killed process leaves: the folder as it was in the middle
					n.act()
					left := leftBehind(t, dir)
					bring(t, x)
					dir, x = left, openPublic(t, left, n.db)
				case 3:
					continue // several changes in one portion
				}
				n.agrees(x)
			}
			n.agrees(x)
			n.findable(x)
		})
	}
}

// leftBehind copies a folder that is in use. The index tidies up beside that: where a
// file goes between the look and the copy, the copy is begun again.
func leftBehind(t *testing.T, dir string) string {
	t.Helper()
	for range 50 {
		left := t.TempDir()
		err := os.CopyFS(left, os.DirFS(dir))
		if err == nil {
			return left
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	t.Fatal("the folder did not stand still for one copy")
	return ""
}

// TestDraftsWriteNothing: what changes nothing for the public changes nothing in
// the index.
func TestDraftsWriteNothing(t *testing.T) {
	db, x := portal(t)
	d := &draft{id: "01K00000000000000000000009"}
	change(t, db, func(tx *store.Tx) error {
		kept, err := tx.Indicator("fixed-broadband")
		kept.Decimals = 3 // nothing that is found by words
		s, errS := tx.Synthesis("01K00000000000000000000001")
		old := draft{id: s.ID, refs: s.Citations, text: s}
		return errors.Join(err, errS, tx.PutIndicator(kept), old.write(tx, "fr", vigie.Writing{Title: "a", Body: "b"}),
			d.write(tx, "fr", vigie.Writing{Title: "a", Body: "b"}), d.submit(tx, "fr"))
	})
	if n := bring(t, x); n != 0 {
		t.Errorf("wrote %d entries, want none", n)
	}
}

// TestPublicBackAndForth: a text that says again what it said two changes ago is
// found again.
func TestPublicBackAndForth(t *testing.T) {
	db, x := portal(t)
	var kept vigie.Indicator
	change(t, db, func(tx *store.Tx) (err error) {
		kept, err = tx.Indicator("fixed-broadband")
		return err
	})
	for _, unit := range []string{"au kilogramme", "au litre", "au kilogramme"} {
		kept.Unit = vigie.Text{"fr": unit}
		change(t, db, func(tx *store.Tx) error { return tx.PutIndicator(kept) })
		if n := bring(t, x); n < 2 { // the new one, and the one before
			t.Errorf("%s: %d entries", unit, n)
		}
		for _, words := range []string{"kilogramme", "litre"} {
			if got := read(t, x, words, index.PublicOptions{}).Total; (got == 1) != strings.HasSuffix(unit, words) {
				t.Errorf("%s: %s finds %d", unit, words, got)
			}
		}
		if err := x.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestPublicRepairs: a public index that was damaged, deleted, or is of another
// kind is made anew.
func TestPublicRepairs(t *testing.T) {
	cases := map[string]func(t *testing.T, db *store.DB, dir string){
		"deleted": func(_ *testing.T, _ *store.DB, dir string) { os.RemoveAll(dir) },
		"cut": func(t *testing.T, _ *store.DB, dir string) {
			t.Helper()
			all, err := filepath.Glob(filepath.Join(dir, "bleve-*", "store", "root.bolt"))
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
			if err := os.Truncate(all[0], 10); err != nil {
				t.Fatal(err)
			}
		},
		"the desk's": func(t *testing.T, db *store.DB, dir string) {
			t.Helper()
			os.RemoveAll(dir)
			x := openAt(t, dir, db)
			catchUp(t, x)
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, harm := range cases {
		t.Run(name, func(t *testing.T) {
			n := newNewsroom(t, 1)
			for range 30 {
				n.act()
			}
			dir := t.TempDir()
			x := openPublic(t, dir, n.db)
			n.agrees(x)
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			harm(t, n.db, dir)
			n.agrees(openPublic(t, dir, n.db))
		})
	}
}

// TestRebuildWhileReading: what can be found stays so while the index is rebuilt,
// and what happens meanwhile is in the new one.
func TestRebuildWhileReading(t *testing.T) {
	db, x := portal(t)
	d := &draft{id: "01K00000000000000000000009", at: noon().Add(time.Hour)}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			if res, err := x.Search(t.Context(), "fibre", index.PublicOptions{}); err != nil || res.Total < 3 || res.Partial {
				t.Errorf("during a rebuild: %d found, %v", res.Total, err)
				return
			}
		}
	}()
	for range 3 {
		err := x.Rebuild(t.Context(), func(done, total int) {
			if done == total && d.text.ID == "" {
				change(t, db, func(tx *store.Tx) error { return d.publish(tx, "fr", "La fibre", "Texte") })
				bring(t, x)
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
	close(stop)
	<-stopped
	if got := read(t, x, "fibre", index.PublicOptions{}).Total; got != 4 {
		t.Errorf("%d found, want 4", got)
	}
	if err := x.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
