package index_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// portal is a filled public index, and what must not be in it.
func portal(t *testing.T) (*store.DB, *index.PublicIndex) {
	t.Helper()
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://dromadaire.example/feed")
	docs := storetest.File(t, db, s, vigie.Document{URL: "https://dromadaire.example/1", Title: "Document dromadaire", Lang: "fr", Body: text("le corps dromadaire du document")})
	change(t, db, func(tx *store.Tx) error {
		_, err := tx.Decide(vigie.Decision{Document: docs[0], By: "x", At: noon(), Act: vigie.Tag, Tag: "dromadaire", Why: "dromadaire"})
		return err
	})
	news := &draft{id: "01K00000000000000000000001"}
	news.cite("la couverture atteint neuf foyers sur dix", "Rapport annuel", "Agence Numérique")
	news.cite("citation dromadaire", "Titre dromadaire", "Éditeur dromadaire")
	later := &draft{id: "01K00000000000000000000002", at: noon().Add(time.Hour)}
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(
			news.publish(tx, "fr", "Les régulations à venir", "## Fibre\n\nLes **opérateurs** nationaux déploient [@1] la fibre, voir {{figure fixed-broadband MAR}}.\n\n- un point\n- deux"),
			news.publish(tx, "ar", "الأمم المتحدة والشبكات", "قال المسؤولون إنَّ الإنترنت أســرع [@1]"),
			news.publish(tx, "en", "Regulations to come", "The networks of operators in a short text about fibre."),
			later.write(tx, "fr", vigie.Writing{Title: "Brouillon dromadaire", Summary: "dromadaire", Body: "dromadaire"}),
			later.publish(tx, "en", "Spectrum auction", "Results of the auction, and no fibre regulations. "+strings.Repeat("The bidders paid the price of their bands. ", 12)),
			later.write(tx, "en", vigie.Writing{Title: "Spectrum dromadaire", Summary: "dromadaire", Body: "dromadaire", Slug: "dromadaire"}),
			later.submit(tx, "en"),
			tx.PutIndicator(vigie.Indicator{
				ID: "fixed-broadband", Freq: vigie.Annual, Publisher: "Union", Source: "Baromètre", Topics: []string{"fixed-broadband"},
				Name:       vigie.Text{"fr": "Haut débit fixe", "ar": "النطاق العريض الثابت", "en": "Fixed broadband"},
				Definition: vigie.Text{"fr": "Abonnements actifs"}, Unit: vigie.Text{"fr": "pour 100 habitants", "en": "per 100 inhabitants"},
				Codes: []vigie.IndicatorCode{{Scheme: "WDI", Code: "IT.NET.BBND.P2"}},
			}),
			tx.PutPageText(vigie.PageText{Page: vigie.AboutPage, Lang: "fr", Title: "À propos", Body: "Nous *veillons* sur le numérique.", At: noon(), N: 1}),
		)
	})
	x := openPublic(t, t.TempDir(), db)
	bring(t, x)
	return db, x
}

func TestPublicSearch(t *testing.T) {
	_, x := portal(t)
	const (
		fr, ar, en = "synthesis 01K00000000000000000000001 fr", "synthesis 01K00000000000000000000001 ar", "synthesis 01K00000000000000000000001 en"
		auction    = "synthesis 01K00000000000000000000002 en"
		rateFr     = "indicator fixed-broadband fr"
		rateAr     = "indicator fixed-broadband ar"
		rateEn     = "indicator fixed-broadband en"
		about      = "page a-propos fr"
	)
	cases := []struct {
		words string
		o     index.PublicOptions
		want  []string
	}{
		// However it is spelt and inflected.
		{"operateur national", index.PublicOptions{}, []string{fr}},
		{"DEPLOIENT", index.PublicOptions{}, []string{fr}},
		{"الامم المتحده", index.PublicOptions{}, []string{ar}},
		{"المسوولون", index.PublicOptions{}, []string{ar}},
		{"الانترنت", index.PublicOptions{}, []string{ar}},
		{"network", index.PublicOptions{}, []string{en}},
		// Titles weigh more; the reader's language comes first.
		{"regulation fibre", index.PublicOptions{Lang: "en"}, []string{en, auction, fr}},
		{"regulations", index.PublicOptions{Lang: "fr"}, []string{fr, en, auction}},
		{"fibre", index.PublicOptions{Lang: "en", Only: true, Limit: 1}, []string{en}},
		{"regulations", index.PublicOptions{Lang: "fr-MA", Only: true}, []string{fr}},
		{"regulations", index.PublicOptions{Lang: "es", Only: true}, nil},
		// Phrases, and nothing else of the grammar.
		{`"fibre regulations"`, index.PublicOptions{}, []string{auction}},
		{"« déploient la fibre »", index.PublicOptions{}, []string{fr}},
		{`lang:xx -auction title:" regul*`, index.PublicOptions{Limit: 1}, []string{auction}},
		{`"couverture atteint neuf foyers"`, index.PublicOptions{Lang: "fr"}, []string{fr, ar}},
		{"Rapport annuel", index.PublicOptions{Lang: "fr", Only: true}, []string{fr}},
		// Indicators and pages.
		{"debits fixes", index.PublicOptions{Limit: 1}, []string{rateFr}},
		{"abonnement", index.PublicOptions{}, []string{rateFr}},
		{"نطاق عريض", index.PublicOptions{}, []string{rateAr}},
		{"inhabitants", index.PublicOptions{}, []string{rateEn}},
		{"barometre", index.PublicOptions{Lang: "ar", Limit: 1}, []string{rateAr}},
		{"IT.NET.BBND.P2", index.PublicOptions{Lang: "en", Only: true}, []string{rateEn}},
		{"veillons", index.PublicOptions{}, []string{about}},
		{"numerique", index.PublicOptions{Kind: index.PageText}, []string{about}},
		{"numerique", index.PublicOptions{Topic: "absent"}, nil},
		{"", index.PublicOptions{Kind: index.SynthesisText, Topic: "fixed-broadband", Lang: "fr"}, []string{fr, auction, en, ar}},
		{"", index.PublicOptions{Kind: index.IndicatorText, Lang: "ar", Only: true}, []string{rateAr}},
		{"", index.PublicOptions{Kind: index.SynthesisText, Offset: 1, Limit: 1}, []string{fr}},
	}
	for _, c := range cases {
		res := read(t, x, c.words, c.o)
		var got []string
		for _, h := range res.Hits {
			got = append(got, string(h.Kind)+" "+h.ID+" "+string(h.Lang))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q %+v (-want +got):\n%s", c.words, c.o, d)
		}
	}
}

// TestPublicHit: a hit shows what the page shows.
func TestPublicHit(t *testing.T) {
	db, x := portal(t)
	res := read(t, x, "fibre opérateurs", index.PublicOptions{Lang: "fr", Limit: 1})
	if len(res.Hits) != 1 || res.Hits[0].Score <= 0 || res.Took <= 0 || res.Partial || res.Total != 3 {
		t.Fatalf("%+v", res)
	}
	res.Hits[0].Score = 1
	want := []index.PublicHit{{
		Kind: "synthesis", ID: "01K00000000000000000000001", Lang: "fr", Title: "Les régulations à venir", Published: noon(),
		Topics: []string{"fixed-broadband"}, Extract: "Les opérateurs nationaux déploient la fibre, voir ….", Score: 1,
	}}
	if d := cmp.Diff(want, res.Hits); d != "" {
		t.Errorf("hit (-want +got):\n%s", d)
	}
	// What was withdrawn is not shown, even before the index knows it.
	var s vigie.Synthesis
	change(t, db, func(tx *store.Tx) error {
		var err error
		s, err = tx.Synthesis("01K00000000000000000000001")
		d := draft{id: s.ID, refs: s.Citations, text: s}
		return errors.Join(err, d.withdraw(tx, "fr"), d.write(tx, "fr", vigie.Writing{Title: "fibre dromadaire", Body: "x"}))
	})
	res = read(t, x, "opérateurs", index.PublicOptions{})
	if len(res.Hits) != 0 || res.Total != 0 {
		t.Errorf("what was withdrawn is still found: %+v", res)
	}
}

// TestNothingPrivate: no word of drafts, texts in review, documents, judgements,
// or sources that no public text cites is found, quoted or counted.
func TestNothingPrivate(t *testing.T) {
	_, x := portal(t)
	for _, words := range []string{"dromadaire", `"citation dromadaire"`, "Brouillon", "01K00000000000000000000000", "dromadaire.example", "Éditeur"} {
		if res := read(t, x, words, index.PublicOptions{}); res.Total != 0 || len(res.Hits) != 0 {
			t.Errorf("%q finds %+v", words, res.Hits)
		}
	}
	for _, h := range read(t, x, "", index.PublicOptions{}).Hits {
		if strings.Contains(h.Title+h.Extract, "dromadaire") {
			t.Errorf("%+v shows what is private", h)
		}
	}
}

func TestPublicClosed(t *testing.T) {
	_, x := portal(t)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(t.Context(), "fibre", index.PublicOptions{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("search in a closed index: %v", err)
	}
	err := x.Walk(t.Context(), func(index.PublicKind, string, vigie.Lang) error { return nil })
	if !errors.Is(err, os.ErrClosed) {
		t.Errorf("walk through a closed index: %v", err)
	}
}

// TestPublicFollow: what is published is found soon after.
func TestPublicFollow(t *testing.T) {
	db := storetest.Open(t)
	x, err := index.OpenPublic(t.Context(), t.TempDir(), db, index.Options{Gather: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- x.Follow(ctx) }()
	d := &draft{id: "01K00000000000000000000001"}
	change(t, db, func(tx *store.Tx) error { return d.publish(tx, "fr", "Fibre", "Texte") })
	for read(t, x, "fibre", index.PublicOptions{}).Total != 1 { // ends with the test's deadline if it never comes
	}
	cancel()
	if err := errors.Join(<-ended, x.Close()); err != nil {
		t.Error(err)
	}
}
