package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// showcase furnishes a portal as an observatory's is that has worked for a while, for
// pictures of it.
func (n *portal) showcase(t *testing.T) texts {
	t.Helper()
	p := n.furnish(t)
	n.showFigures(t)
	source := storetest.Source(t, n.o.DB, "https://autorite.example/flux.xml")
	doc := storetest.File(t, n.o.DB, source, vigie.Document{
		URL: "https://autorite.example/observatoire-du-haut-debit-2026", Title: "Observatoire du haut débit, troisième trimestre 2026", Publisher: "Autorité des réseaux", Lang: "fr",
		Published: vigie.Date{Time: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month},
		Body:      []vigie.Paragraph{{Text: "Au 30 septembre, 38 % des foyers sont raccordés à la fibre, contre 31 % un an plus tôt.", Page: 4}},
	})[0]
	for _, words := range []string{"38 % des foyers sont raccordés à la fibre", "contre 31 % un an plus tôt"} {
		if _, err := n.Cite(t.Context(), n.awa, p.whole, curate.Quote{Document: doc, Exact: words}); err != nil {
			t.Fatal(err)
		}
	}
	for lang, w := range map[vigie.Lang]vigie.Writing{
		"fr": {
			Title: "La fibre dépasse un tiers des foyers, l’usage suit de près", Summary: "En un an, sept points de plus : les raccordements progressent surtout dans les villes moyennes, et neuf habitants sur dix sont désormais en ligne.",
			Body: showcaseBody("La fibre atteint 38 % des foyers au troisième trimestre [@3], contre 31 % un an plus tôt [@4]. Un rapport antérieur parlait d’un tiers [@1].", "Ce que disent les chiffres", "Part des internautes : {{figure internautes MAR}}.", "Ce qui reste à suivre"),
		},
		"ar": {
			Title: "الألياف البصرية تتجاوز ثلث الأسر والاستخدام يتبعها", Summary: "سبع نقاط إضافية خلال سنة واحدة: يتقدم الربط خاصة في المدن المتوسطة، وتسعة من كل عشرة سكان متصلون بالإنترنت.",
			Body: showcaseBody("بلغت الألياف البصرية 38 % من الأسر في الفصل الثالث [@3]، مقابل 31 % قبل سنة [@4].", "ما تقوله الأرقام", "نسبة مستخدمي الإنترنت حسب UIT-D: {{figure internautes MAR}}.", "ما يجب تتبعه"),
		},
		"en": {
			Title: "Fibre passes a third of homes, and use follows close behind", Summary: "Seven points more in a year: connections grow mostly in towns of middle size, and nine people in ten are now online.",
			Body: showcaseBody("Fibre reaches 38% of homes in the third quarter [@3], up from 31% a year before [@4].", "What the figures say", "Internet users: {{figure internautes MAR}}.", "What to watch"),
		},
	} {
		step := n.step(t, p.whole, lang, n.awa)
		if _, err := n.Revise(t.Context(), p.whole, step, w); err != nil {
			t.Fatal(err)
		}
		n.submit(t, p.whole, lang)
		if _, err := n.Publish(t.Context(), p.whole, n.step(t, p.whole, lang, n.dina), ""); err != nil {
			t.Fatal(err)
		}
	}
	n.update(t, func(tx *store.Tx) error {
		for lang, text := range map[vigie.Lang]string{"ar": "من نحن", "en": "Who we are"} {
			if err := tx.PutPageText(vigie.PageText{Page: vigie.AboutPage, Lang: lang, Title: text, Body: "## " + text + "\n\n- 1\n- 2\n", At: n.clock, N: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	if _, err := n.o.Public.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return p
}

// showcaseBody is a text with everything that a text may have.
func showcaseBody(first, heading, figures, rest string) string {
	return fmt.Sprintf("%s\n\n## %s\n\n%s\n\n{{figure abonnements MAR}}\n\n> %s\n\n## %s\n\n- %s\n- %s\n\n| 2024 | 2025 | 2026 |\n|---:|---:|---:|\n| 24,1 | 31,0 | 38,0 |\n",
		first, heading, figures, strings.ReplaceAll(heading, "\n", " "), rest, heading, rest)
}

// showFigures adds a second and a third key figure.
func (n *portal) showFigures(t *testing.T) {
	t.Helper()
	n.update(t, func(tx *store.Tx) error {
		settings, err := tx.Settings()
		if err != nil {
			return err
		}
		for id, i := range map[vigie.IndicatorID]vigie.Indicator{
			"abonnements": {
				Name: vigie.Text{"fr": "Abonnements au haut débit fixe", "ar": "اشتراكات النطاق العريض الثابت", "en": "Fixed broadband subscriptions"},
				Unit: vigie.Text{"fr": "pour 100 habitants", "ar": "لكل 100 نسمة", "en": "per 100 inhabitants"}, Decimals: 2, Publisher: "Autorité des réseaux", Source: "Observatoire",
			},
			"mobiles": {
				Name: vigie.Text{"fr": "Abonnements mobiles", "ar": "اشتراكات الهاتف المحمول", "en": "Mobile subscriptions"},
				Unit: vigie.Text{"fr": "pour 100 habitants", "ar": "لكل 100 نسمة", "en": "per 100 inhabitants"}, Decimals: 0, Publisher: "Autorité des réseaux", Source: "Observatoire",
			},
		} {
			i.ID, i.Freq, i.Topics = id, vigie.Annual, []string{"reseaux"}
			if err := tx.PutIndicator(i); err != nil {
				return err
			}
			var obs []vigie.Observation
			for at, value := range []vigie.Decimal{"2.13", "2.53", "2.97", "3.38", "3.58", "3.88", "4.26", "4.80", "5.75", "6.11", "6.40", "7.02", "8.35"} {
				period, err := vigie.NewPeriod(2013+at, vigie.Annual, 1)
				if err != nil {
					return err
				}
				if id == "mobiles" {
					value = vigie.Decimal(fmt.Sprint(120 + 2*at*at/3))
				}
				obs = append(obs, vigie.Observation{RefArea: "MAR", Indicator: id, Period: period, Freq: vigie.Annual, Value: value, Status: vigie.Normal})
			}
			if _, err := tx.AddVintage(vigie.Vintage{Released: n.clock}, obs); err != nil {
				return err
			}
		}
		settings.KeyFigures = append(settings.KeyFigures, vigie.Embed{Indicator: "abonnements", Area: "MAR"}, vigie.Embed{Indicator: "mobiles", Area: "MAR"})
		return tx.PutSettings(settings)
	})
}
