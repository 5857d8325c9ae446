package crawl_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
)

// around puts what every page has around a list.
func around(list string) string {
	return `<!doctype html><html><head><title>Autorité</title></head><body><header><a href="/">Accueil</a><ul><li><a href="/a-propos">À propos de nous</a></li>
<li><a href="/marches">Les marchés publics</a></li><li><a href="/contact">Nous écrire</a></li></ul></header>
<main><h1>Actualités</h1>` + list + `<ul class="pager"><li><a href="?page=2">2</a></li><li><a href="?page=3">3</a></li><li><a href="?page=4">4</a></li></ul></main>
<aside><ul><li><a href="/z1">Le plus lu de la semaine</a></li><li><a href="/z2">Le plus commenté du mois</a></li><li><a href="/z3">Le plus partagé de tous</a></li></ul></aside></body></html>`
}

// repeated writes a block n times; {i} is its number.
func repeated(n int, block string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		b.WriteString(strings.ReplaceAll(block, "{i}", fmt.Sprint(i)))
	}
	return b.String()
}

func TestSuggest(t *testing.T) {
	for name, tc := range map[string]struct {
		page  string
		rules vigie.ListRules
		n     int
		dated int
		first string
	}{
		"articles": {
			around(repeated(5, `<article class="card card-{i}"><a href="/n/{i}"><img src="x.png"></a><h2><a href="/n/{i}">La décision numéro {i} est rendue</a></h2><time datetime="2026-03-0{i}">{i} mars</time><a class="more" href="/n/{i}">Lire la suite</a></article>`)),
			vigie.ListRules{Item: "article.card", Title: "h2", Date: "time"},
			5, 5, "La décision numéro 1 est rendue",
		},
		"rows of a table": {
			around(`<table id="avis"><tr><th>Date</th><th>Avis</th></tr>` + repeated(4, `<tr><td class="jour">0{i}/03/2026</td><td><a href="/avis?id={i}">Avis numéro {i} sur les tarifs</a></td></tr>`) + `</table>`),
			vigie.ListRules{Item: "#avis tr", Date: "td.jour"},
			4, 4, "Avis numéro 1 sur les tarifs",
		},
		"a plain list": {
			around(`<div class="liste"><ul>` + repeated(6, `<li><a href="/d/{i}.html">Communiqué de presse numéro {i}</a> <span>{i} avril 2026</span></li>`) + `</ul></div>`),
			vigie.ListRules{Item: "div.liste li", Date: "span"},
			6, 6, "Communiqué de presse numéro 1",
		},
		"read more": {
			around(repeated(3, `<div class="news-item"><p class="news-date">{i} mayo 2026</p><h3>La comisión publica su informe {i}</h3><p>Texto.</p><a href="/es/{i}">Leer más</a></div>`)),
			vigie.ListRules{Item: "div.news-item", Title: "h3", Date: "p.news-date"},
			3, 3, "La comisión publica su informe 1",
		},
		"arabic": {
			around(repeated(4, `<div class="khabar"><h3><a href="/ar/{i}">الوكالة تنشر تقريرها رقم {i} حول الشبكات</a></h3><span class="tarikh">{i} مارس 2026</span></div>`)),
			vigie.ListRules{Item: "div.khabar", Title: "h3", Date: "span.tarikh"},
			4, 4, "الوكالة تنشر تقريرها رقم 1 حول الشبكات",
		},
		"english": {
			around(repeated(4, `<div><h2 class="entry-title"><a href="/en/{i}">The regulator opens consultation {i}</a></h2><div class="meta">Posted on March {i}, 2026 by the office</div></div>`)),
			vigie.ListRules{},
			4, 4, "The regulator opens consultation 1",
		},
		"no dates": {
			around(`<ul class="publications">` + repeated(4, `<li><a href="/rapports/{i}">Rapport annuel sur les réseaux, volume {i}</a></li>`) + `</ul>`),
			vigie.ListRules{Item: "ul.publications > li"},
			4, 0, "Rapport annuel sur les réseaux, volume 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := crawl.Suggest([]byte(tc.page), "http://a.example/actualites")
			if len(got) == 0 {
				t.Fatal("no suggestion")
			}
			s := got[0]
			if len(s.Items) != tc.n || s.Dated != tc.dated || s.Items[0].Title != tc.first {
				t.Errorf("%+v gives %d items, %d dated, first %q, sure %d", s.Rules, len(s.Items), s.Dated, s.Items[0].Title, s.Sure)
			}
			if tc.rules.Item != "" {
				if diff := cmp.Diff(tc.rules, s.Rules); diff != "" {
					t.Errorf("rules (-want +got):\n%s", diff)
				}
			}
			if err := crawl.CheckSelectors(s.Rules); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSuggestNothing(t *testing.T) {
	for name, page := range map[string]string{
		"empty": "", "no links": around("<p>Rien</p>"), "one": around(`<article><a href="/1">Le seul article de la page</a></article>`),
		"elsewhere": around(repeated(5, `<li><a href="http://elsewhere.example/{i}">Un article d'un autre site {i}</a></li>`)),
		"no page":   "\x00\xff<<<>>>", "too large": strings.Repeat("<p>", 200_000),
	} {
		if got := crawl.Suggest([]byte(page), "http://a.example/"); len(got) > 0 && got[0].Sure > 30 {
			t.Errorf("%s: %+v", name, got[0])
		}
	}
	if got := crawl.Suggest([]byte(around("")), "no address"); got != nil {
		t.Errorf("without an address: %v", got)
	}
}

func TestSelectorsAt(t *testing.T) {
	page := around(repeated(4, `<article><h2><a href="/n/{i}?utm_source=une">La décision numéro {i} est rendue</a></h2><time datetime="2026-03-0{i}"></time></article>`) +
		`<ul class="docs">` + repeated(3, `<li><a href="/pdf/{i}.pdf">Le rapport numéro {i} de l'année</a></li>`) + `</ul>`)
	for item, want := range map[string]string{"http://a.example/n/2": "main > article", "http://a.example/pdf/3.pdf": "ul.docs > li"} {
		got, err := crawl.SelectorsAt([]byte(page), "http://a.example/liste", item)
		if err != nil || got.Rules.Item != want {
			t.Errorf("%s: %+v, %v", item, got.Rules, err)
		}
	}
	for _, item := range []string{"http://a.example/z1", "http://a.example/nowhere"} {
		if got, err := crawl.SelectorsAt([]byte(page), "http://a.example/liste", item); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("%s: %+v, %v", item, got.Rules, err)
		}
	}
	if _, err := crawl.SelectorsAt([]byte(page), "http://a.example/liste", "javascript:x"); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("no address: %v", err)
	}
}

// TestReadListFoundByItself: without rules the items of the list that a page
// plainly has are read, and nothing else that the page links to.
func TestReadListFoundByItself(t *testing.T) {
	web := crawltest.New(t)
	block := `<div class="news-item"><a href="/n/{i}.html">Lire</a><h3>Avis numéro {i} du régulateur</h3><p class="date">{i} mars 2026</p></div>`
	web.Set(host, "/liste", crawltest.Page{Body: around(repeated(3, block) + `<p><a href="/mentions">Mentions légales du site</a></p>`)})
	for i := 1; i <= 4; i++ {
		web.Set(host, fmt.Sprintf("/n/%d.html", i), crawltest.Page{Body: strings.ReplaceAll(item(i), "<title>", "<title>Page ")})
	}
	s := vigie.Source{ID: "s", Kind: vigie.Site, URL: web.URL(host, "/liste")}
	v, m := vigie.Visit{}, memory{}
	got, paths := read(t, reader(web), s, &v, m)
	if diff := cmp.Diff([]string{"/n/1.html", "/n/2.html", "/n/3.html"}, paths); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	if d := got.Findings[0].Document.Published.String(); d != "2026-03-01" {
		t.Errorf("date %q", d)
	}
	// The dates of known items may be written otherwise: nothing changed.
	web.Set(host, "/liste", crawltest.Page{Body: around(strings.ReplaceAll(repeated(4, block), " mars 2026", "/03/2026"))})
	if got, paths = read(t, reader(web), s, &v, m); len(paths) != 1 || got.Unchanged != 3 {
		t.Errorf("second reading: %v, unchanged %d", paths, got.Unchanged)
	}
}

func FuzzSuggest(f *testing.F) {
	f.Add([]byte(around(repeated(3, `<article><h2><a href="/n/{i}">Un titre assez long {i}</a></h2><time>{i} mars 2026</time></article>`))))
	f.Add([]byte(`<base href="//x"><ul><li class="a 1 -b"><a href="?1">un deux trois</a><li><a href="?2">quatre cinq</a>`))
	f.Fuzz(func(t *testing.T, page []byte) {
		for _, s := range crawl.Suggest(page, "http://a.example/liste") {
			if err := crawl.CheckSelectors(s.Rules); err != nil {
				t.Errorf("%+v: %v", s.Rules, err)
			}
			if _, err := crawl.SelectorsAt(page, "http://a.example/liste", s.Items[0].URL); err != nil {
				t.Errorf("its own item %q is not found: %v", s.Items[0].URL, err)
			}
		}
	})
}
