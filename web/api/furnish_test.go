package api_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func day(n int) vigie.Date {
	return vigie.Date{Time: time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
}

// long is a text whose secret stands too far behind for any extract.
func long(begin string) []vigie.Paragraph {
	filler := strings.Repeat("Les réseaux avancent et les usages suivent, dit le rapport. ", 40)
	return []vigie.Paragraph{{Text: begin, Page: 2}, {Text: filler, Page: 3}, {Text: "En réserve : " + marked, Page: 9}}
}

// crowd files a document with more words that begin with aa than can be looked for.
func (h *house) crowd(t testing.TB) {
	t.Helper()
	var words strings.Builder
	for n := range 20_100 {
		fmt.Fprintf(&words, "aa%d ", n)
	}
	storetest.File(t, h.db, storetest.Source(t, h.db, "https://mots.example/flux.xml"), vigie.Document{URL: "https://mots.example/1", Lang: "fr", Body: long(words.String())})
	if _, err := h.index.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// furnishDocuments files documents with everything that one may have.
func (h *house) furnishDocuments(t testing.TB) {
	t.Helper()
	src := vigie.Source{
		Kind: vigie.Site, URL: "https://agence.example/actualites", Name: "Agence des réseaux", Publisher: "Agence", Institution: true, Country: "MAR", Lang: "fr",
		Topics: []string{"reseaux"}, Licence: "CC BY 4.0", Terms: marked, List: vigie.ListRules{Item: "." + marked}, Catalogue: marked,
	}
	h.update(t, func(tx *store.Tx) (err error) {
		src, err = tx.AddSource(src)
		return errors.Join(err, tx.PutTopic(vigie.Topic{ID: "reseaux", Labels: vigie.Text{"fr": "Réseaux"}}))
	})
	h.source = src.ID
	unnamed := storetest.Source(t, h.db, "https://gazette.example/flux.xml")
	unnamed.Name, unnamed.Paused = "", true
	h.update(t, func(tx *store.Tx) error { return tx.PutSource(unnamed) })
	h.docs = storetest.File(t, h.db, src,
		vigie.Document{
			URL: "https://agence.example/rapport", Title: "Rapport sur la fibre", Publisher: "Agence", Lang: "fr", Published: day(3), Modified: day(4),
			Authors: []vigie.Author{{Name: "Nadia Bennis", Email: marked + "@agence.example", URL: "https://agence.example/" + marked}}, MediaType: "application/pdf", Pages: 9,
			Summary: "La fibre atteint un foyer sur trois. " + strings.Repeat("Le détail suit. ", 60) + marked, Labels: []string{"Haut débit"}, Obstacle: vigie.Paywall,
			Enclosures: []vigie.Enclosure{{URL: "https://agence.example/rapport.pdf", Type: "application/pdf", Length: 1234}, {URL: "javascript:" + marked}},
			Links:      []string{"https://agence.example/" + marked}, Body: long("La fibre atteint un foyer sur trois au Maroc."),
		},
		vigie.Document{URL: "https://agence.example/copie", Title: "La fibre, copie", Publisher: "Agence", Lang: "fr", Published: day(5), Body: long("La fibre atteint un foyer sur trois.")},
		vigie.Document{URL: "https://agence.example/3", Title: "خبر عن الألياف", Lang: "ar", Published: vigie.Date{Time: day(1).Time.AddDate(-2, 0, 0), Precision: vigie.Year}, Body: long("الألياف البصرية تتقدم")},
		vigie.Document{URL: "https://agence.example/4", Title: "Sans date", Lang: "fr", Body: long("Rien de neuf.")},
		vigie.Document{URL: "https://agence.example/" + marked, Title: "Retiré " + marked, Publisher: "Agence", Lang: "fr", Body: long(marked)},
	)
	h.update(t, func(tx *store.Tx) error {
		_, err1 := tx.Decide(vigie.Decision{Document: h.docs[0], Act: vigie.Keep, By: string(h.curator.ID), At: h.clock.Now(), Why: marked})
		_, err2 := tx.Decide(vigie.Decision{Document: h.docs[0], Act: vigie.Tag, Tag: "a-lire", By: string(h.curator.ID), At: h.clock.Now(), Why: marked})
		_, err3 := tx.Withdraw(store.Withdrawal{Document: h.docs[4], By: h.curator.ID, At: h.clock.Now(), Why: marked})
		return errors.Join(err1, err2, err3, tx.PutVisit(vigie.Visit{Source: unnamed.ID, LastError: marked}))
	})
}

// furnishDesk makes a story and saved searches.
func (h *house) furnishDesk(t testing.TB) {
	t.Helper()
	h.story, h.search, h.others = id[vigie.StoryID](1), id[vigie.SearchID](2), id[vigie.SearchID](3)
	mine := vigie.SavedSearch{
		ID: h.search, Owner: h.reader.ID, Name: "La fibre", Query: "fibre", Lang: "fr", Alert: vigie.AlertDaily, Mail: true, Created: h.clock.Now(), Changed: h.clock.Now(),
	}
	theirs, broken := mine, mine
	theirs.ID, theirs.Owner, theirs.Name, theirs.Query = h.others, h.person(t, "Dina Alami", vigie.Admin).ID, marked, marked
	broken.ID, broken.Name, broken.Query, broken.Alert = id[vigie.SearchID](4), "Illisible", `fibre AND`, vigie.NoAlert
	h.update(t, func(tx *store.Tx) error {
		return errors.Join(
			tx.PutStory(vigie.Story{
				ID: h.story, Record: h.docs[0], Members: []vigie.Member{{Document: h.docs[1], Bond: vigie.NearCopy, To: h.docs[0], Since: h.clock.Now()}},
				Splits: []vigie.Split{{Out: []vigie.DocumentID{h.docs[3]}, From: []vigie.DocumentID{h.docs[0]}, By: marked, At: h.clock.Now(), Why: marked}},
			}),
			tx.PutSearch(mine), tx.PutSearch(theirs), tx.PutSearch(broken), tx.SetFeed(h.search, vigie.HashOf([]byte(marked))),
		)
	})
}

// furnishPublic makes syntheses in every state, and indicators.
func (h *house) furnishPublic(t testing.TB) {
	t.Helper()
	h.whole, h.draft, h.undone = id[vigie.SynthesisID](5), id[vigie.SynthesisID](6), id[vigie.SynthesisID](7)
	h.update(t, func(tx *store.Tx) error {
		for _, i := range []vigie.Indicator{
			{
				ID: "internautes", Name: vigie.Text{"fr": "Internautes", "ar": "مستخدمو الإنترنت"}, Definition: vigie.Text{"fr": "Part des habitants"}, Unit: vigie.Text{"fr": "%"},
				UnitMeasure: "PT", Decimals: 1, Freq: vigie.Annual, Publisher: "Union des mesures", Source: "Baromètre", SourceURL: "https://mesures.example/", Licence: "CC BY 4.0",
				Formula: "", Codes: []vigie.IndicatorCode{{Scheme: "WDI", Edition: "2026", Code: "IT.NET.USER.ZS"}}, Topics: []string{"reseaux"},
			},
			{ID: "lignes", Name: vigie.Text{"fr": "Lignes"}, Unit: vigie.Text{"fr": "lignes"}, Freq: vigie.Annual, Formula: "internautes * 2"},
			{ID: "sans-valeurs", Name: vigie.Text{"fr": marked}, Unit: vigie.Text{"fr": "%"}, Freq: vigie.Annual},
		} {
			if err := tx.PutIndicator(i); err != nil {
				return err
			}
		}
		var obs []vigie.Observation
		for n, area := range []string{"DZA", "MAR", "TUN"} {
			for year := 2020; year < 2025; year++ {
				period, err := vigie.NewPeriod(year, vigie.Annual, 1)
				if err != nil {
					return err
				}
				o := vigie.Observation{
					RefArea: area, Indicator: "internautes", Period: period, Freq: vigie.Annual, Value: "7.5", Status: vigie.Normal, UnitMeasure: "PT", Decimals: 1, Source: "Enquête", Note: "Estimé",
				}
				women := o
				women.Breakdowns = vigie.Breakdowns{"SEX": "F"}
				obs = append(obs, o, women)
				if n == 0 {
					o.Indicator = "lignes"
					obs = append(obs, o)
				}
			}
		}
		_, err := tx.AddVintage(vigie.Vintage{Released: h.clock.Now(), By: marked, Note: marked}, obs)
		return err
	})
	w := func(title string) vigie.Writing {
		return vigie.Writing{Title: title, Summary: "En bref", Body: "La fibre avance.[@1]\n\nFin.", Slug: "fibre"}
	}
	cited := []vigie.Citation{{
		N: 1, Passage: vigie.Passage{Document: h.docs[0], Revision: 1, Page: 2, Exact: "un foyer sur trois", Prefix: marked, Suffix: marked, Start: 17, End: 35},
		Publisher: "Agence", Title: "Rapport sur la fibre", URL: "https://agence.example/rapport", Lang: "fr", Published: day(3), Accessed: h.clock.Now(),
	}}
	out := vigie.Version{State: vigie.Published, N: 3, Writing: w(marked), By: h.curator.ID, At: h.clock.Now(), Why: marked, Edition: 1, Published: h.clock.Now()}
	english := out
	english.Published = h.clock.Now().Add(-time.Hour)
	back := out
	back.State, back.Withdrawn, back.Reason = vigie.Withdrawn, h.clock.Now(), "une erreur"
	h.synthesis(t, vigie.Synthesis{ID: h.whole, Citations: cited, Embeds: []vigie.Embed{{Indicator: "internautes", Area: "MAR"}}, Versions: map[vigie.Lang]vigie.Version{
		"fr": out, "en": english, "ar": {State: vigie.Drafted, N: 1, Writing: w(marked), By: h.curator.ID, At: h.clock.Now()},
	}}, w("La fibre avance"))
	h.synthesis(t, vigie.Synthesis{ID: h.draft, Versions: map[vigie.Lang]vigie.Version{"fr": {State: vigie.InReview, N: 1, Writing: w(marked), By: h.curator.ID, At: h.clock.Now()}}}, vigie.Writing{})
	h.synthesis(t, vigie.Synthesis{ID: h.undone, Versions: map[vigie.Lang]vigie.Version{"fr": back}}, w(marked))
}

// synthesis keeps one, with the editions that its versions speak of.
func (h *house) synthesis(t testing.TB, s vigie.Synthesis, w vigie.Writing) {
	t.Helper()
	s.Kind, s.Topics, s.Authors, s.Created, s.Revision = vigie.Brief, []string{"reseaux"}, []vigie.UserID{h.curator.ID}, h.clock.Now(), 1
	h.update(t, func(tx *store.Tx) error {
		if err := tx.PutSynthesis(s); err != nil {
			return err
		}
		for lang, v := range s.Versions {
			if v.Edition == 0 {
				continue
			}
			err := tx.AddEdition(vigie.Edition{
				Synthesis: s.ID, Lang: lang, N: 1, Kind: s.Kind, Topics: s.Topics, Authors: s.Authors, Writing: w, Citations: s.Citations, Embeds: s.Embeds, By: h.reader.ID, Published: v.Published,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
