package digest_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"vigie"
	"vigie/index/store"
	"vigie/vigietest"
)

// issue is one of everything.
func issue() vigie.Issue {
	at := time.Date(2026, 11, 19, 9, 30, 0, 0, time.UTC)
	return vigie.Issue{
		ID: "01KAMSVB000000000000000009", Cadence: vigie.EveryWeek, State: vigie.Composed,
		From: time.Date(2026, 11, 16, 6, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC),
		Items: []vigie.DigestItem{
			{Synthesis: "01KAMSVB00000000000000000A", Lang: vigie.French, Edition: 1, Title: "La 5G arrive à Rabat & Fès", Summary: "Trois opérateurs,\nun calendrier.", Slug: "la-5g", Published: at},
			{Synthesis: "01KAMSVB00000000000000000A", Lang: vigie.Arabic, Edition: 1, Title: "وصول شبكة 5G إلى الرباط", Summary: "ثلاثة متعهدين (ITU-R) وجدول زمني.", Slug: "5g", Published: at},
			{Synthesis: "01KAMSVB00000000000000000B", Lang: "es", Edition: 2, Title: "<b>Tarifas</b> \u202Emóviles", Slug: "tarifas", Published: at.Add(24 * time.Hour)},
		},
		Figures: []vigie.DigestFigure{
			{
				Indicator: "internet-users", Area: "MAR", Title: vigie.Text{vigie.French: "Personnes utilisant Internet", vigie.Arabic: "مستعملو الإنترنت"},
				Period: "2025", Before: "90.7", After: "91.2", Unit: vigie.Text{vigie.French: "% de la population", vigie.Arabic: "% من السكان"}, Source: "World Bank, WDI",
			},
			{Indicator: "broadband", Area: "MAR", Title: vigie.Text{vigie.English: "Fixed broadband"}, Period: "2025-Q3", After: "1234567", Source: "ITU"},
		},
	}
}

func sample(d *desk) {
	s := vigie.DefaultSettings()
	s.Name = vigie.Text{vigie.French: "Observatoire exemple", vigie.Arabic: "المرصد النموذجي", vigie.English: "Example Observatory"}
	s.TimeZone, s.Sample = "Africa/Casablanca", true
	s.Digest.Intro = vigie.Text{vigie.French: "Bonjour,\n\nvoici la semaine."}
	d.update(func(tx *store.Tx) error { return tx.PutSettings(s) })
}

func TestGolden(t *testing.T) {
	d := open(t)
	sample(d)
	for _, l := range []vigie.Lang{vigie.French, vigie.Arabic, vigie.English} {
		r, err := d.post.Preview(t.Context(), issue(), vigie.Wish{Cadence: vigie.EveryWeek, Lang: l})
		if err != nil {
			t.Fatal(err)
		}
		vigietest.Golden(t, "testdata/"+string(l)+".txt", "Subject: "+r.Subject+"\n\n"+r.Text)
		vigietest.Golden(t, "testdata/"+string(l)+".html", r.HTML)
	}
}

// TestLarge renders the largest issue that there can be, in letters that escape
// longest: it stays below what mail programs cut off, and says what is left out.
func TestLarge(t *testing.T) {
	d := open(t)
	for _, letter := range []string{"\"", "ع", "😀"} {
		i := issue()
		i.Items, i.Figures = nil, nil
		for n := range 200 {
			i.Items = append(i.Items, vigie.DigestItem{
				Synthesis: vigie.SynthesisID(fmt.Sprintf("01KAMSVB0000000000000%05d", n)), Lang: vigie.French, Edition: 1,
				Title: strings.Repeat(letter, 300), Summary: strings.Repeat(letter, 1000), Slug: strings.Repeat("é", 100),
			})
			i.Figures = append(i.Figures, vigie.DigestFigure{Indicator: "x", Area: "MAR", Title: vigie.Text{vigie.French: strings.Repeat(letter, 300)}, After: "1", Source: strings.Repeat(letter, 500)})
		}
		r, err := d.post.Preview(t.Context(), i, daily())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.HTML) > 80<<10 || len(r.Text) > 80<<10 || strings.Count(r.HTML, "<h3") < 5 || strings.Count(r.HTML, "<h3") > 15 {
			t.Errorf("%q: HTML of %d bytes with %d entries, text of %d", letter, len(r.HTML), strings.Count(r.HTML, "<h3"), len(r.Text))
		}
		if !strings.Contains(r.Text, "voir la suite\nhttps://observatoire.example/fr/lettre/archives/") {
			t.Error("nothing says that there is more")
		}
	}
}

// TestHostile puts what should do harm into every text.
func TestHostile(t *testing.T) {
	d := open(t)
	for _, evil := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "</title><script>", "{{.}}", "a\r\nBcc: x@y.example", "\u2069\u202Egnp.exe", "\x00\x1b[31m",
	} {
		s := vigie.DefaultSettings()
		s.Name, s.Digest.Intro = vigie.Text{vigie.French: "N" + evil}, vigie.Text{vigie.French: evil}
		d.update(func(tx *store.Tx) error { return tx.PutSettings(s) })
		i := issue()
		i.Items = i.Items[:1]
		i.Items[0].Title, i.Items[0].Summary, i.Items[0].Slug, i.Items[0].Lang = evil, evil, evil, vigie.Lang(evil)
		f := &i.Figures[0]
		f.Title, f.Unit, f.Source, f.Indicator, f.Area, f.Period, f.After, f.Before = vigie.Text{vigie.French: evil}, vigie.Text{vigie.French: evil}, evil, evil, evil, evil, evil, evil
		r, err := d.post.Preview(t.Context(), i, daily())
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(r.Subject, "\r\n\x00") || strings.ContainsAny(r.Text+r.HTML, "\r\x00\x1b\u202E") {
			t.Errorf("%q: control characters stay in %q %q", evil, r.Subject, r.Text+r.HTML)
		}
		if strings.Count(r.Text, "\u2068") != strings.Count(r.Text, "\u2069") || strings.Contains(r.HTML, "\u2069") {
			t.Errorf("%q: a value ends its own isolation: %q", evil, r.Text)
		}
		tidy(t, r.HTML)
	}
}

// tidy fails for elements, attributes and addresses that our templates do not have.
func tidy(t *testing.T, page string) {
	t.Helper()
	elements := strings.Fields("html head meta title body div table tbody tr td h1 h2 h3 p a bdi br strong")
	attributes := strings.Fields("lang dir charset name content style role width cellpadding cellspacing border align href")
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(elements, n.Data) {
			t.Errorf("there is an element %s", n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains(attributes, a.Key) || a.Key == "href" && !strings.HasPrefix(a.Val, "https://observatoire.example/fr/") {
				t.Errorf("there is an attribute %s=%q", a.Key, a.Val)
			}
		}
	}
}

// TestIsolated holds that marks of direction come in pairs on every line, and that
// none touches an address, of which mail programs would make it a part.
func TestIsolated(t *testing.T) {
	d := open(t)
	sample(d)
	r, err := d.post.Preview(t.Context(), issue(), vigie.Wish{Cadence: vigie.EveryWeek, Lang: vigie.Arabic})
	if err != nil {
		t.Fatal(err)
	}
	pairs := 0
	for line := range strings.Lines(r.Text) {
		open, shut := strings.Count(line, "\u2068"), strings.Count(line, "\u2069")
		if pairs += open; open != shut {
			t.Errorf("marks do not pair: %q", line)
		}
	}
	if pairs < 10 || regexp.MustCompile(`https?://\S*[\x{2068}\x{2069}]`).MatchString(r.Text) {
		t.Errorf("%d pairs of marks:\n%s", pairs, r.Text)
	}
}
