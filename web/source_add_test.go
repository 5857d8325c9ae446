package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/web"
)

// agencyPage is a page with two lists: of news, and of what is beside them.
const agencyPage = `<html lang="fr"><head><title>Agence des réseaux</title></head><body><main>
<ul class="news">
<li class="new-item"><h3><a href="/1">Une consultation sur les fréquences rurales s’ouvre</a></h3><time datetime="2026-11-03">3 novembre 2026</time></li>
<li class="new-item"><h3><a href="/2">Le réseau s’étend à douze provinces de montagne</a></h3><time datetime="2026-11-02">2 novembre 2026</time></li>
<li class="new-item"><h3><a href="/3">Les écoles raccordées avant la rentrée prochaine</a></h3><time datetime="2026-11-01">1 novembre 2026</time></li>
<li class="new-item"><h3><a href="/4">Le prix du gigaoctet baisse encore d’un quart</a></h3><time datetime="2026-10-30">30 octobre 2026</time></li>
</ul>
<div class="docs"><p class="doc"><a href="/d/1">Rapport annuel sur la couverture du territoire</a></p><p class="doc"><a href="/d/2">Guide de l’usager des services mobiles</a></p>
<p class="doc"><a href="/d/3">Carte des antennes en service au printemps</a></p></div>
</main></body></html>`

// probedAgency finds a feed, the lists and the text of the agency's page, and is
// refused elsewhere.
func probedAgency(ctx context.Context, s vigie.Source) (web.Probe, error) {
	if strings.Contains(s.URL, "ferme") {
		return web.Probe{}, &polite.RobotsError{Origin: s.URL, Path: "/", Line: 2, Rule: "Disallow: /"}
	}
	page := vigie.Capture{URL: s.URL, Final: s.URL, MediaType: "text/html", Body: []byte(agencyPage)}
	news, err := rereadAgency(ctx, s, page, "https://agence.example/2")
	if err != nil {
		return web.Probe{}, err
	}
	docs, err := rereadAgency(ctx, s, page, "https://agence.example/d/2")
	if err != nil {
		return web.Probe{}, err
	}
	links, err := rereadAgency(ctx, vigie.Source{URL: s.URL}, page, "")
	if err != nil {
		return web.Probe{}, err
	}
	feed := web.Probe{
		URL: "https://agence.example/actualites.xml", Kind: vigie.Feed, Format: "rss", Title: "Agence des réseaux", Lang: "fr", Total: 12, Faults: []string{"a date was not understood"},
		Entries: []web.ProbeEntry{{Title: "Une consultation sur les fréquences", URL: "https://agence.example/1", Lang: "fr"}, {Title: "الشبكة الوطنية", Lang: "ar"}},
	}
	text := web.Probe{URL: s.URL, Kind: vigie.Page, Title: "Agence", Total: 1, Entries: []web.ProbeEntry{{Title: "Agence", URL: s.URL}}}
	p := feed
	p.Ways, p.Page = []web.Probe{feed, news, docs, links, text}, page
	return p, nil
}

func rereadAgency(ctx context.Context, s vigie.Source, page vigie.Capture, example string) (web.Probe, error) {
	w, err := harvest.Reread(ctx, s, page, example)
	if err != nil {
		return web.Probe{}, err
	}
	p := web.Probe{URL: w.URL, Kind: w.Kind, Title: w.Title, Total: w.Total, List: w.List}
	for _, i := range w.Items {
		p.Entries = append(p.Entries, web.ProbeEntry{Title: i.Title, URL: i.URL, Published: i.Date})
	}
	return p, nil
}

const (
	trying    = "/fr/bureau/sources/essai"
	forAgency = "https://agence.example/"
)

// agency is a desk that can try the page of the agency; asked counts how often the
// page was asked for.
func agency(t *testing.T, role vigie.Role) (d *desk, asked *int) {
	t.Helper()
	asked = new(int)
	d = newDesk(t, role)
	d.o.Probe = func(ctx context.Context, s vigie.Source) (web.Probe, error) {
		*asked++
		return probedAgency(ctx, s)
	}
	d.o.Reread = rereadAgency
	d.s = server(t, d.o)
	return d, asked
}

func waysOf(body string) (out []string) {
	for _, m := range regexp.MustCompile(`name="voie" value="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		out = append(out, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	return out
}

func TestProbeShowsAllWays(t *testing.T) {
	d, asked := agency(t, vigie.Editor)
	r := d.post(trying, url.Values{"url": {"agence.example/"}})
	if r.Code != http.StatusOK {
		t.Fatal(r.Code, r.Body)
	}
	for _, want := range []string{"annonce un flux", "Liste de la page", "retrouve à chaque lecture", "Texte de la page", "12 articles", "a date was not understood", "Les articles ressemblent à celui-ci"} {
		if !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(r.Body, "<bdi>", ""), "</bdi>", ""), want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	values := waysOf(r.Body)
	if len(values) != 6 || values[0] != "genre=auto" || !strings.Contains(values[1], "genre=feed") {
		t.Fatalf("the buttons are %q", values)
	}
	for i, want := range []vigie.Source{
		{Kind: vigie.Auto, URL: forAgency},
		{Kind: vigie.Feed, URL: "https://agence.example/actualites.xml"},
		{Kind: vigie.Site, URL: forAgency},
	} {
		d, _ := agency(t, vigie.Editor)
		form := url.Values{"id": {"01JD8Y3K5W0000000000000009"}, "url": {forAgency}, "name": {"Agence"}, "item": {"p.wrong"}, "depth": {"2"}, "voie": {values[i]}}
		if r := d.post("/fr/bureau/sources", form); !strings.HasSuffix(r.Header.Get("Location"), "fait=source.added") {
			t.Fatalf("%q: %d to %q", values[i], r.Code, r.Header.Get("Location"))
		}
		got := d.sources()[0]
		if got.Kind != want.Kind || got.URL != want.URL || got.List.Item == "p.wrong" || got.Name != "Agence" || (want.Kind == vigie.Feed) != (got.List.Depth == 0) {
			t.Errorf("%q added %+v", values[i], got)
		}
	}
	if *asked != 1 {
		t.Errorf("the page was asked for %d times", *asked)
	}
}

func TestRulesByExample(t *testing.T) {
	d, asked := agency(t, vigie.Editor)
	form := func(more ...string) url.Values {
		v := url.Values{"url": {forAgency}, "name": {"Mon agence"}, "topics": {"fibre"}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	d.post(trying, form())
	r := d.post(trying, form("exemple", "https://agence.example/d/2"))
	if r.Code != http.StatusOK || !strings.Contains(r.Body, "Carte des antennes") || strings.Contains(r.Body, "Les écoles raccordées") || !strings.Contains(r.Body, `value="Mon agence"`) || !strings.Contains(r.Body, `value="fibre"`) {
		t.Fatalf("%d, or the wrong list, or what was typed is lost:\n%s", r.Code, r.Body)
	}
	values := waysOf(r.Body)
	if len(values) != 1 || !strings.Contains(values[0], "genre=site") || !strings.Contains(values[0], "item=") {
		t.Errorf("the buttons are %q", values)
	}
	for _, test := range []struct {
		form   url.Values
		status int
		says   string
	}{
		{form("exemple", "https://agence.example/nowhere"), http.StatusUnprocessableEntity, "ne fait partie d’aucune liste"},
		{form("exemple", "javascript:alert(1)"), http.StatusUnprocessableEntity, "ne donnent rien"},
		{form("essai", "regles", "item", "li.new-item"), http.StatusOK, "Les écoles raccordées"},
		{form("essai", "regles", "item", "li.<b>["), http.StatusUnprocessableEntity, "sélecteur"},
		{form("essai", "regles", "item", ".nothing"), http.StatusUnprocessableEntity, "ne trouve rien"},
		{form("essai", "voies"), http.StatusOK, "5 manières"},
	} {
		r := d.post(trying, test.form)
		if r.Code != test.status || !strings.Contains(strings.NewReplacer("<bdi>", "", "</bdi>", "").Replace(r.Body), test.says) || strings.Contains(r.Body, "li.<b>") {
			t.Errorf("%v: %d, or does not say %q", test.form, r.Code, test.says)
		}
	}
	if *asked != 1 {
		t.Errorf("the page was asked for %d times, want once", *asked)
	}
	// Somebody else's page is not at hand: it is asked for again.
	_, other := signedAs(t, d.o, vigie.Editor, "autre@observatoire.example")
	if r := send(t, d.s, trying, form("exemple", "https://agence.example/d/2"), other); r.Code != http.StatusOK || *asked != 2 {
		t.Errorf("somebody else: %d, asked %d times", r.Code, *asked)
	}
}

func TestProbeWarms(t *testing.T) {
	for name, test := range map[string]struct {
		probe web.Probe
		err   error
		says  string
	}{
		"nothing yet": {probe: web.Probe{Kind: vigie.Feed, URL: forAgency}, says: "aucun article"},
		"a text only": {probe: web.Probe{Kind: vigie.Page, URL: forAgency, Total: 1}, says: "Aucune liste sûre"},
		"robots.txt":  {err: &polite.RobotsError{Origin: forAgency, Path: "/", Line: 2, Rule: "Disallow: /"}, says: "robots.txt du site"},
		"anything":    {err: errors.New("a <b>strange</b> thing"), says: "La lecture a échoué"},
	} {
		d := probing(t, vigie.Editor, func(context.Context, vigie.Source) (web.Probe, error) { return test.probe, test.err })
		r := d.post(trying, url.Values{"url": {forAgency}})
		if !strings.Contains(r.Body, test.says) || strings.Contains(r.Body, "notice good") || strings.Contains(r.Body, "<b>strange") {
			t.Errorf("%s: %d, does not say %q, or is glad of it", name, r.Code, test.says)
		}
	}
}
