package web_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web"
)

// secret stands in everything that the public must never read.
const secret = "loutrebleue"

// portal is a store with a desk on it, whose clock moves on by a minute at every
// look, and the server over it.
type portal struct {
	*curate.Desk

	o     web.Options
	s     *web.Server
	clock time.Time
	// made counts identities.
	made int
	// The people of the desk.
	awa, dina vigie.User
}

// newPortal is an observatory with topics, a source and an indicator, where
// nothing is published.
func newPortal(t testing.TB) *portal {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := &portal{clock: time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)}
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Command: "test", Now: now})
	places := map[string]vigie.Text{"MAR": {"fr": "Maroc", "ar": "المغرب", "en": "Morocco"}}
	n.Desk = curate.New(db, c, curate.Options{Places: places, Now: func() time.Time {
		n.clock = n.clock.Add(time.Minute)
		return n.clock
	}})
	public, err := index.OpenPublic(t.Context(), t.TempDir(), db, index.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := public.Close(); err != nil {
			t.Errorf("close the public index: %v", err)
		}
	})
	n.o = options(db)
	n.o.PublicURL, n.o.Desk, n.o.Public = "https://observatoire.example", n.Desk, public
	people(t, &n.o)
	if n.s, err = web.New(n.o); err != nil {
		t.Fatal(err)
	}
	n.awa = n.person(t, "Awa Diallo", vigie.Curator)
	n.dina = n.person(t, "Dina "+secret, vigie.Publisher)
	n.settle(t)
	return n
}

// person adds an account whose address is private.
func (n *portal) person(t testing.TB, name string, role vigie.Role) vigie.User {
	t.Helper()
	u := vigie.User{ID: vigie.NewID[vigie.UserID](n.clock), Name: name, Email: secret + "-" + string(role) + "@observatoire.example", Role: role, Created: n.clock}
	n.update(t, func(tx *store.Tx) error { return tx.PutUser(u) })
	return u
}

func (n *portal) settle(t testing.TB) {
	t.Helper()
	n.update(t, func(tx *store.Tx) error {
		for id, label := range map[string]vigie.Text{
			"reseaux": {"fr": "Réseaux", "ar": "الشبكات", "en": "Networks"}, "usages": {"fr": "Usages", "ar": "الاستخدامات", "en": "Uses"},
		} {
			if err := tx.PutTopic(vigie.Topic{ID: id, Labels: label}); err != nil {
				return err
			}
		}
		settings := vigie.DefaultSettings()
		settings.Name = vigie.Text{"fr": "Observatoire du numérique", "ar": "مرصد الرقمنة", "en": "Digital observatory"}
		settings.Motto = vigie.Text{"fr": "Ce que disent les sources", "ar": "ما تقوله المصادر", "en": "What the sources say"}
		settings.Country, settings.TimeZone = "MAR", "Africa/Casablanca"
		settings.KeyFigures = []vigie.Embed{{Indicator: "internautes", Area: "MAR"}, {Indicator: "sans-valeurs", Area: "MAR"}}
		if err := tx.PutSettings(settings); err != nil {
			return err
		}
		for _, i := range []vigie.Indicator{
			{
				ID: "internautes", Name: vigie.Text{"fr": "Internautes", "ar": "مستخدمو الإنترنت", "en": "Internet users"},
				Unit: vigie.Text{"fr": "% de la population", "ar": "% من السكان", "en": "% of the population"}, Decimals: 1, Freq: vigie.Annual,
				Publisher: "Union des mesures", Source: "Baromètre", Licence: "CC BY 4.0", Topics: []string{"usages"},
			},
			{ID: "sans-valeurs", Name: vigie.Text{"fr": "Sans valeurs"}, Unit: vigie.Text{"fr": "%"}, Freq: vigie.Annual},
		} {
			if err := tx.PutIndicator(i); err != nil {
				return err
			}
		}
		var obs []vigie.Observation
		for at, value := range []vigie.Decimal{"52.0", "55.4", "56.8", "57.1", "58.3", "61.8", "64.8", "74.4", "84.1", "88.1", "89.9", "91.0"} {
			period, err := vigie.NewPeriod(2012+at, vigie.Annual, 1)
			if err != nil {
				return err
			}
			obs = append(obs, vigie.Observation{RefArea: "MAR", Indicator: "internautes", Period: period, Freq: vigie.Annual, Value: value, Status: vigie.Normal})
		}
		_, err := tx.AddVintage(vigie.Vintage{Released: n.clock, Edition: "2024"}, obs)
		return err
	})
}

func (n *portal) update(t testing.TB, change func(*store.Tx) error) {
	t.Helper()
	if err := n.o.DB.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

// begin begins a synthesis on topics.
func (n *portal) begin(t testing.TB, topics ...string) vigie.SynthesisID {
	t.Helper()
	n.made++
	id := vigie.NewID[vigie.SynthesisID](n.clock.Add(time.Duration(n.made) * time.Second))
	if _, err := n.Begin(t.Context(), n.awa, id, vigie.Brief); err != nil {
		t.Fatal(err)
	}
	_, err := n.Arrange(t.Context(), n.awa, id, curate.Arrangement{Kind: vigie.Brief}, curate.Arrangement{Kind: vigie.Brief, Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// step is what somebody does to the text of a language who has just read it.
func (n *portal) step(t testing.TB, id vigie.SynthesisID, lang vigie.Lang, by vigie.User) vigie.Step {
	t.Helper()
	step := vigie.Step{Lang: lang, By: by}
	err := n.o.DB.View(func(tx *store.Tx) error {
		s, err := tx.Synthesis(id)
		step.Seen = s.Versions[lang].N
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return step
}

// write makes a text a draft.
func (n *portal) write(t testing.TB, id vigie.SynthesisID, lang vigie.Lang, title, body string) {
	t.Helper()
	w := vigie.Writing{Title: title, Summary: "En bref : " + title, Body: body}
	if _, err := n.Revise(t.Context(), id, n.step(t, id, lang, n.awa), w); err != nil {
		t.Fatal(err)
	}
}

func (n *portal) submit(t testing.TB, id vigie.SynthesisID, lang vigie.Lang) {
	t.Helper()
	if _, err := n.Submit(t.Context(), id, n.step(t, id, lang, n.awa)); err != nil {
		t.Fatal(err)
	}
}

// publish writes a text and makes it public.
func (n *portal) publish(t testing.TB, id vigie.SynthesisID, lang vigie.Lang, title, body string) vigie.Edition {
	t.Helper()
	n.write(t, id, lang, title, body)
	n.submit(t, id, lang)
	e, err := n.Publish(t.Context(), id, n.step(t, id, lang, n.dina), "")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (n *portal) withdraw(t testing.TB, id vigie.SynthesisID, lang vigie.Lang, why string) {
	t.Helper()
	step := n.step(t, id, lang, n.dina)
	step.Why = why
	if _, err := n.Withdraw(t.Context(), id, step, ""); err != nil {
		t.Fatal(err)
	}
}

// ask asks as somebody out there, and catches the search index up first.
func (n *portal) ask(t testing.TB, method, path string, change ...func(*http.Request)) answer {
	t.Helper()
	if strings.Contains(path, "/recherche") {
		if _, err := n.o.Public.CatchUp(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	return ask(t, n.s, method, path, append(change, atHome)...)
}

// atHome names the server by its public address.
func atHome(r *http.Request) { r.Host = "observatoire.example" }

// texts are the syntheses of a portal where everything happened once.
type texts struct {
	// whole is out in three languages, its French text in the second edition and
	// being revised; french in French alone; half is withdrawn in French and out in
	// English; gone is withdrawn.
	whole, french, half, gone vigie.SynthesisID
}

// furnish fills a portal with texts in every state, and with things that are not
// for the public: those hold the secret.
func (n *portal) furnish(t testing.TB) texts {
	t.Helper()
	source := storetest.Source(t, n.o.DB, "https://regulateur.example/flux.xml")
	docs := storetest.File(t, n.o.DB, source,
		vigie.Document{
			URL: "https://regulateur.example/rapport", Title: "Rapport annuel", Publisher: "Régulateur", Lang: "fr",
			Published: vigie.Date{Time: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), Precision: vigie.Day},
			Body:      []vigie.Paragraph{{Text: "La fibre atteint un foyer sur trois."}, {Text: "Le reste : " + secret}},
		},
		vigie.Document{URL: "https://regulateur.example/" + secret, Title: "Retenu " + secret, Publisher: secret, Lang: "fr", Body: []vigie.Paragraph{{Text: secret}}},
	)
	n.update(t, func(tx *store.Tx) error {
		for _, d := range []vigie.Decision{
			{Document: docs[1], By: string(n.awa.ID), At: n.clock, Act: vigie.Keep},
			{Document: docs[1], By: string(n.awa.ID), At: n.clock, Act: vigie.Tag, Tag: secret, Why: secret},
		} {
			if _, err := tx.Decide(d); err != nil {
				return err
			}
		}
		return nil
	})
	var p texts
	p.whole = n.begin(t, "reseaux", "usages")
	for _, words := range []string{"un foyer sur trois", "La fibre atteint"} {
		if _, err := n.Cite(t.Context(), n.awa, p.whole, curate.Quote{Document: docs[0], Exact: words}); err != nil {
			t.Fatal(err)
		}
	}
	n.publish(t, p.whole, "fr", "La fibre avance", "Première édition [@1].")
	n.publish(t, p.whole, "ar", "الألياف تتقدم", "تصل الألياف إلى ثلث الأسر [@1].")
	n.publish(t, p.whole, "en", "Fibre moves on", "Fibre reaches a third of homes [@1]; {{figure internautes MAR}} are online.")
	n.publish(t, p.whole, "fr", "La fibre progresse", "## Les foyers\n\nUn tiers des foyers ont la fibre [@1].\n\n{{figure internautes MAR}}\n\n- un\n- deux")
	n.write(t, p.whole, "fr", "Révision "+secret, secret+" [@2]")
	p.french = n.begin(t, "reseaux")
	n.publish(t, p.french, "fr", "Le mobile suit", "Le mobile suit de près.")
	p.half = n.begin(t)
	n.publish(t, p.half, "fr", "Texte repris", "Corps "+secret)
	n.publish(t, p.half, "en", "Half a text", "What stays in English.")
	n.withdraw(t, p.half, "fr", "Une erreur de calcul.")
	p.gone = n.begin(t, "usages")
	n.publish(t, p.gone, "fr", "Texte retiré", "Corps "+secret)
	n.withdraw(t, p.gone, "fr", "La source s’est rétractée.")
	draft, review := n.begin(t, "usages"), n.begin(t)
	n.write(t, draft, "fr", "Brouillon "+secret, secret)
	n.write(t, draft, "en", "Draft "+secret, secret)
	n.write(t, review, "ar", "مراجعة "+secret, secret)
	n.submit(t, review, "ar")
	n.update(t, func(tx *store.Tx) error {
		return tx.PutPageText(vigie.PageText{Page: vigie.AboutPage, Lang: "fr", Title: "Qui nous sommes", Body: "Une équipe de *veille*.", At: n.clock, N: 1})
	})
	return p
}
