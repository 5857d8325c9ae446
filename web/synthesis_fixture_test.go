package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
	"vigie/web"
)

// atelier is a server with the people who write, and a document and a figure to
// write about.
type atelier struct {
	o web.Options
	s *web.Server
	// The people: who writes, who edits, and two who publish.
	curator, editor, publisher, other func(*http.Request)
	document                          vigie.DocumentID
}

func newAtelier(t *testing.T) *atelier {
	t.Helper()
	n := &atelier{o: options(storetest.OpenAt(t, t.TempDir(), store.Options{Command: "test", Now: now}))}
	people(t, &n.o)
	n.s = server(t, n.o)
	_, n.curator = signed(t, n.o, vigie.Curator)
	_, n.editor = signed(t, n.o, vigie.Editor)
	_, n.publisher = signed(t, n.o, vigie.Publisher)
	_, n.other = signedAs(t, n.o, vigie.Curator, "autre@observatoire.example")
	settle(t, n.o.DB, func(s *vigie.Settings) { s.Rules.TwoPersons, s.Country = true, "MAR" })
	src := source(t, n.o.DB, "Régulateur", "https://regulateur.example/flux")
	n.document = storetest.File(t, n.o.DB, src, vigie.Document{
		URL: "https://regulateur.example/1", Title: "Rapport annuel", Publisher: "Régulateur", Lang: vigie.French,
		Body: []vigie.Paragraph{{Text: "Les prix ont baissé de 4 %."}, {Text: "En zone rurale, le débit a doublé."}},
	})[0]
	n.update(t, func(tx *store.Tx) error {
		return tx.PutTopic(vigie.Topic{ID: "reseaux", Labels: vigie.Text{vigie.French: "Réseaux"}})
	})
	n.value(t, "3.5588")
	return n
}

// value brings a vintage of one value of an indicator.
func (n *atelier) value(t *testing.T, value vigie.Decimal) {
	t.Helper()
	n.update(t, func(tx *store.Tx) error {
		i := vigie.Indicator{ID: "fibre", Name: vigie.Text{vigie.French: "Fibre"}, Unit: vigie.Text{vigie.French: "%"}, Decimals: 2, Freq: vigie.Annual, Publisher: "Agence"}
		period, err := vigie.ParsePeriod("2016")
		if err == nil {
			err = tx.PutIndicator(i)
		}
		if err == nil {
			o := vigie.Observation{RefArea: "MAR", Indicator: "fibre", Period: period, Freq: vigie.Annual, Value: value, Status: vigie.Normal}
			_, err = tx.AddVintage(vigie.Vintage{}, []vigie.Observation{o})
		}
		return err
	})
}

func (n *atelier) update(t *testing.T, change func(*store.Tx) error) {
	t.Helper()
	if err := n.o.DB.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

// kept is a synthesis as the store has it.
func (n *atelier) kept(t *testing.T, path string) vigie.Synthesis {
	t.Helper()
	var s vigie.Synthesis
	err := n.o.DB.View(func(tx *store.Tx) (err error) {
		s, err = tx.Synthesis(vigie.SynthesisID(path[strings.LastIndexByte(path, '/')+1:]))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// begun is the address of a synthesis that the curator has begun.
func (n *atelier) begun(t *testing.T) string {
	t.Helper()
	page := n.ask(t, n.curator, "/fr/bureau/syntheses")
	got := formFor(t, page, "/fr/bureau/syntheses").fill(t, n.s, url.Values{"genre": {"analysis"}, "langue": {"fr"}}, n.curator)
	path, _, _ := strings.Cut(got.Header.Get("Location"), "?")
	if got.Code != http.StatusSeeOther || path == "" {
		t.Fatalf("%d to %q", got.Code, path)
	}
	return path
}

// ask asks for a page that must be there.
func (n *atelier) ask(t *testing.T, who func(*http.Request), path string) string {
	t.Helper()
	got := ask(t, n.s, "GET", path, who)
	if got.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, got.Code, wordsOf(got.Body))
	}
	return got.Body
}

// save writes a text as the form of the editor does, with what is changed.
func (n *atelier) save(t *testing.T, who func(*http.Request), path string, typed url.Values) answer {
	t.Helper()
	return formFor(t, n.ask(t, who, path+"?langue=fr"), path).fill(t, n.s, typed, who)
}

// mustSay fails the test where an answer is not a redirect that says what was done.
func mustSay(t *testing.T, got answer, done string) {
	t.Helper()
	if got.Code != http.StatusSeeOther || !strings.Contains(got.Header.Get("Location"), "fait="+done) {
		t.Fatalf("%d to %q, want %s: %s", got.Code, got.Header.Get("Location"), done, wordsOf(got.Body))
	}
}

// wordsOf are those of the main part of a page.
func wordsOf(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")), " ")
}

// formFor returns the form of a page that goes to an address, with what a browser
// would send.
func formFor(t *testing.T, page, action string) shownForm {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "form" && attributeOf(n, "action") == action && attributeOf(n, "method") == "post" {
			f := shownForm{action: action, fields: url.Values{}}
			for m := range n.Descendants() {
				fieldFor(m, f.fields)
			}
			return f
		}
	}
	t.Fatalf("no form goes to %s: %s", action, wordsOf(page))
	return shownForm{}
}

// fieldFor adds what a field sends.
func fieldFor(n *html.Node, fields url.Values) {
	name := attributeOf(n, "name")
	switch {
	case name == "" || n.Data == "button" || attributeOf(n, "type") == "checkbox":
	case n.Data == "input":
		fields.Add(name, attributeOf(n, "value"))
	case n.Data == "textarea":
		if n.FirstChild != nil {
			fields.Add(name, n.FirstChild.Data)
		}
	case n.Data == "select":
		for o := range n.Descendants() {
			if o.Data == "option" && (fields.Get(name) == "" || attributeIn(o, "selected")) {
				fields.Set(name, attributeOf(o, "value"))
			}
		}
	}
}

func attributeOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func attributeIn(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// hostileWriting returns some of the lines that others collected to break pages.
func hostileWriting(t *testing.T, every int) []string {
	t.Helper()
	var out []string
	for i, line := range vigietest.Hostile(t) {
		if i%every == 0 {
			out = append(out, line)
		}
	}
	return out
}
