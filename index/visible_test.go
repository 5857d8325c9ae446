package index_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// openWords are what public texts are made of. Each has a secret neighbour.
func openWords() []string {
	return strings.Fields(`opérateur déploiement couverture abonnement fréquence satellite enchère concession
		network broadband licence numbering interconnection الشبكات الاتصالات الترددات`)
}

// secretWords stand in private texts only. They are a letter or two from what is
// public, so that a suggestion might name them, and some begin as public words do.
func secretWords() []string {
	return strings.Fields(`opératrice déploiements-secrets couvertine abonnemert fréquenza satellote enchèrette concessione
		netwarks broodband licencez numberong interconnaction الشبكاة الاتصاللات التردداد zqsecretx zqcachéx`)
}

// shelf is a store, all of it or its public half.
type shelf struct {
	db    *store.DB
	index *index.PublicIndex
}

// gallery is the same public texts twice: among as many private ones, and alone.
type gallery struct{ mixed, alone shelf }

// speak writes a text, of secrets too where there are any.
func speak(r chance, n int, words ...[]string) string {
	all := slices.Concat(words...)
	out := make([]string, n)
	for i := range out {
		out[i] = all[r.IntN(len(all))]
	}
	return strings.Join(out, " ")
}

func newGallery(t *testing.T, r chance, n int) *gallery {
	t.Helper()
	var g gallery
	for _, s := range []*shelf{&g.mixed, &g.alone} {
		s.db = storetest.Open(t)
		s.index = openPublic(t, t.TempDir(), s.db)
	}
	for i := range n {
		g.hang(t, r, i)
		if i%17 == 0 {
			bring(t, g.mixed.index)
			bring(t, g.alone.index)
		}
	}
	g.private(t, r)
	bring(t, g.mixed.index)
	bring(t, g.alone.index)
	if a, b := walk(t, g.mixed.index), walk(t, g.alone.index); !slices.Equal(a, b) {
		t.Fatalf("the index of all holds what the public one does not: %s", cmp.Diff(b, a))
	}
	return &g
}

// hang writes the nth public text and a private one.
func (g *gallery) hang(t *testing.T, r chance, n int) {
	t.Helper()
	at := noon().Add(time.Duration(n) * time.Minute)
	lang := pick[vigie.Lang](r, "fr", "en", "ar")
	said := vigie.Writing{Title: speak(r, 3, openWords()), Body: speak(r, 30, openWords()) + "\n\n" + speak(r, 10, openWords())}
	kept := func() vigie.Writing {
		return vigie.Writing{Title: speak(r, 3, secretWords()), Summary: speak(r, 5, secretWords()), Body: speak(r, 40, secretWords(), openWords())}
	}
	id := func(kind int) vigie.SynthesisID {
		return vigie.SynthesisID(fmt.Sprintf("01K0000000000000000000%d%03d", kind, n))
	}
	public := draft{id: id(1), at: at}
	change(t, g.alone.db, func(tx *store.Tx) error {
		d := public
		return errors.Join(d.publish(tx, lang, said.Title, said.Body), g.measure(tx, n, said.Title))
	})
	turn := r.IntN(5)
	change(t, g.mixed.db, func(tx *store.Tx) error {
		d, hidden := public, draft{id: id(2), at: at}
		other := vigie.Lang("es")
		switch turn {
		case 0: // what was said before, and is not any more
			before := kept()
			if err := errors.Join(d.publish(tx, lang, before.Title, before.Body), d.withdraw(tx, lang)); err != nil {
				return err
			}
		case 1: // a draft in another language
			if err := d.write(tx, other, kept()); err != nil {
				return err
			}
		}
		if err := errors.Join(d.publish(tx, lang, said.Title, said.Body), g.measure(tx, n, said.Title)); err != nil {
			return err
		}
		if turn == 2 { // the next edition, in review
			if err := errors.Join(d.write(tx, lang, kept()), d.submit(tx, lang)); err != nil {
				return err
			}
		}
		switch err := hidden.write(tx, lang, kept()); {
		case err != nil || turn < 2:
			return err
		case turn == 3:
			return hidden.submit(tx, lang)
		}
		return errors.Join(hidden.submit(tx, lang), hidden.approve(tx, lang), hidden.withdraw(tx, lang))
	})
}

// measure adds an indicator, which is public.
func (*gallery) measure(tx *store.Tx, n int, name string) error {
	if n%4 > 0 {
		return nil
	}
	return tx.PutIndicator(vigie.Indicator{ID: vigie.IndicatorID(fmt.Sprintf("rate-%d", n)), Freq: vigie.Annual, Name: vigie.Text{"fr": name}, Topics: []string{"fixed-broadband"}})
}

// private adds what never is public: documents, judgements, pages that were taken off.
func (g *gallery) private(t *testing.T, r chance) {
	t.Helper()
	secret := func(n int) string { return speak(r, n, secretWords()) }
	s := storetest.Source(t, g.mixed.db, "https://zqsecretx.example/feed")
	docs := storetest.File(t, g.mixed.db, s, vigie.Document{URL: "https://zqsecretx.example/1", Title: secret(4), Lang: "fr", Body: text(secret(50))})
	change(t, g.mixed.db, decide(docs[0], vigie.Tag, "zqsecretx"))
	for _, s := range []shelf{g.mixed, g.alone} {
		change(t, s.db, func(tx *store.Tx) error {
			names := vigie.PageNames()
			page := vigie.PageText{Page: names[0], Lang: "fr", Title: "couverture", Body: "abonnement", At: noon(), N: 1}
			if err := tx.PutPageText(page); err != nil || s == g.alone {
				return err
			}
			off := vigie.PageText{Page: names[1], Lang: "fr", Title: "zqsecretx", Body: secret(30), At: noon(), N: 1}
			if err := tx.PutPageText(off); err != nil {
				return err
			}
			off.N, off.Off = 2, true
			return tx.PutPageText(off)
		})
	}
}

// line is what a visitor might type, knowing the secrets or not.
func visitorLine(r chance) string {
	var parts []string
	for range r.IntN(4) {
		word := pick(r, openWords()...)
		if r.IntN(2) == 0 {
			word = pick(r, secretWords()...)
		}
		letters := []rune(word)
		switch r.IntN(7) {
		case 0: // misspelt
			letters[r.IntN(len(letters))] = rune('a' + r.IntN(26))
			word = string(letters)
		case 1:
			word = string(letters[:2+r.IntN(len(letters)-1)])
		case 2:
			word = string(letters[:2]) + "*"
		case 3:
			word = `"` + word + " " + pick(r, openWords()...) + `"`
		case 4:
			word = pick(r, "title:", "source:", "lang:", "-", "tag:") + word
		}
		parts = append(parts, word)
	}
	return strings.Join(parts, " ")
}

// TestNothingPrivateByQuery: whatever a visitor asks, the answer is that of a store
// in which nothing private is.
func TestNothingPrivateByQuery(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	nothingPrivate(t, 40, 1000)
}

// TestProofNothingPrivate asks 20,000 questions of larger stores.
func TestProofNothingPrivate(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes a minute: VIGIE_PROOF=1")
	}
	nothingPrivate(t, 300, 20_000)
}

func nothingPrivate(t *testing.T, texts, queries int) {
	t.Helper()
	r := chance{rand.New(rand.NewPCG(5, 5))}
	g := newGallery(t, r, texts)
	same := cmp.Options{cmpopts.IgnoreFields(index.PublicResults{}, "Took"), cmpopts.EquateApprox(1e-9, 0)}
	if err := errors.Join(g.mixed.index.WarmUp(t.Context()), g.alone.index.WarmUp(t.Context())); err != nil {
		t.Fatal(err)
	}
	hits, suggested := 0, 0
	for range queries {
		line := visitorLine(r)
		o := index.PublicOptions{
			Lang: pick[vigie.Lang](r, "", "fr", "ar", "en"), Only: r.IntN(4) == 0, Limit: r.IntN(30), Offset: r.IntN(3) * r.IntN(20),
			Kind: pick(r, "", "", index.SynthesisText, index.IndicatorText, index.PageText), Topic: pick(r, "", "", "fixed-broadband", "absent"),
		}
		got, want := read(t, g.mixed.index, line, o), read(t, g.alone.index, line, o)
		if d := cmp.Diff(want, got, same); d != "" {
			t.Fatalf("%q %+v (-public alone +among private texts):\n%s", line, o, d)
		}
		if said := fmt.Sprint(got.Hits); hasSecret(said) {
			t.Fatalf("%q shows %s", line, said)
		}
		hits += len(got.Hits)
		if g.sameSuggestion(t, line) {
			suggested++
		}
	}
	t.Logf("%d queries, %d hits, %d suggestions, over %d public texts", queries, hits, suggested, len(walk(t, g.alone.index)))
	if hits < queries || suggested < queries/20 {
		t.Error("too little was found to prove anything")
	}
}

func hasSecret(s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(secretWords(), func(w string) bool { return strings.Contains(s, w) })
}

// sameSuggestion compares what is suggested, and reports whether something is.
func (g *gallery) sameSuggestion(t *testing.T, line string) bool {
	t.Helper()
	got, ok, err := g.mixed.index.Suggest(t.Context(), line)
	want, okAlone, errAlone := g.alone.index.Suggest(t.Context(), line)
	if err := errors.Join(err, errAlone); err != nil {
		t.Fatal(err)
	}
	if got != want || ok != okAlone {
		t.Fatalf("%q: suggests %q among private texts and %q alone", line, got, want)
	}
	return ok
}
